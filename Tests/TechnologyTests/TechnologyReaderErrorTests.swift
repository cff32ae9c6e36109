import Files
import Technology
import TestSupport
import Testing

@Suite("A technology file that is wrong says where and how")
struct TechnologyReaderErrorTests {
  static let sigmas = "sigma_n: 34.6 mV\n  sigma_p: 24.4 mV"

  @Test(
    "one clear line",
    arguments: [
      (
        Self.sigmas, "sigma: 29.5",
        "edited.yaml:23:10: error: '29.5' has no unit: write one of"
      ),
      (Self.sigmas, "sigma: 29.5 ns", "error: 'ns' is not a unit of this value"),
      (Self.sigmas, "sigma: 3 V", "error: 3.0 V is outside 0.0 V … 0.2 V"),
      (Self.sigmas, "sigme: 29.5 mV", "unknown key 'sigme': did you mean 'sigma'?"),
      ("law: probit_quadratic", "law: probit_cubic", "allowed: probit, probit_quadratic"),
      ("data: ptm45_hp_cells.csv", "data: none.csv", "cannot be read: No such file or directory"),
      ("data: ptm45_hp_cells.csv", "data: ../x.csv", "leaves the technology's folder"),
      ("{measured: nor2}", "{measured: nor9}", "cell 'nor9' has no rows in"),
      ("fit_from: 0.30 V", "fit_from: 0.70 V", "SRAM failures: 2 points cannot determine 3"),
      ("energy_includes: FA.S", "energy_includes: FA.X", "'FA.X' is no gate above"),
      ("dram:", "drum:", "unknown key 'drum': did you mean 'dram'?"),
    ])
  func message(find: String, replace: String, expected: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.technology {
      $0.replacing(find, with: replace)
    }
    let error = #expect(throws: InputError.self) { try TechnologyReader.read(path) }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no error")")
  }

  @Test("a truncated data file is refused at the line where it ends")
  func truncated() throws {
    let folder = try TemporaryFolder()
    let path = try folder.technology { $0 }
    let data = try InputFile.text(of: folder.file("ptm45_hp_cells.csv"))
    _ = try folder.write(
      String(data.prefix(4000).reversed().drop { $0 != "," }.reversed().dropLast()),
      to: "ptm45_hp_cells.csv")
    let error = #expect(throws: InputError.self) { try TechnologyReader.read(path) }
    #expect(error?.status == .badData)
    #expect(error?.description.contains("is the file cut off?") == true)
  }
}
