import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain validate")
struct ValidateCommandTests {
  private let cells = Repository.path("HardwareSpecs/Cells/ptm45.lib")
  private let multipliers = Repository.path("HardwareSpecs/Multipliers")

  @Test("the first columns of the CSV are those that scripts rely on, in full precision")
  func columns() throws {
    let run = try AxTrainProgram.run([
      "validate", multipliers, "--cells", cells, "--format", "csv",
    ])
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(
      lines[0].hasPrefix(
        "name,file,width_a,width_b,signed,gates,depth,error_rate_percent,mae,mae_percent,wce,"
          + "wce_percent,mre_percent,wcre_percent,mse,bias,variance,area_um2,critical_path_ps,"
          + "switching_energy_fj,leakage_nw,status,"))
    #expect(lines.count == 5)
    #expect(
      lines[4].contains(",93.75,80.25,0.1224517822265625,321,0.48980712890625,2.6375221029043523,"))
  }

  @Test("a folder with a bad file gives the other rows, lists the file, and exits with 2")
  func badFile() throws {
    let folder = try TemporaryFolder()
    let good = try InputFile.text(of: "\(multipliers)/mul8u_kulkarni.v")
    _ = try folder.write(good, to: "a.v")
    _ = try folder.write("module broken (", to: "b.v")
    _ = try folder.write("// WCE = 14450\n// MAE = 890\n" + good, to: "c.v")
    let run = try AxTrainProgram.run([
      "validate", folder.path, "--cells", cells, "--claims", "--format", "csv",
    ])
    #expect(run.status == 2)
    let rows = try CSVTable(text: run.output, file: "out", requiring: ["status", "note"])
    #expect(try rows.rows.map { try rows.text($0, "status") } == ["ok", "failed", "claims_differ"])
    #expect(run.errors.contains("b.v:1:"))
    #expect(run.errors.contains("1 of 3 files failed"))
    #expect(try rows.text(rows.rows[2], "note").contains("c.v:2: claims mae 890, found 903.125"))
    #expect(try rows.text(rows.rows[2], "claims_hold") == "wce")
    #expect(try rows.text(rows.rows[2], "claims_broken") == "mae")
    #expect(try rows.text(rows.rows[0], "note").contains("no claims found"))
  }

  @Test("the table is what NumPy reads, and the page holds no script and no foreign markup")
  func outputs() throws {
    let folder = try TemporaryFolder()
    let text = try InputFile.text(of: "\(multipliers)/mul8u_kulkarni.v")
    let circuit = try folder.write(
      text.replacing("module mul8u_kulkarni", with: "module \\<script>alert(1)</script> "),
      to: "x.v")
    let (table, pages) = (folder.file("t.npy"), folder.file("pages"))
    let run = try AxTrainProgram.run([
      "validate", circuit, "--cells", cells, "--table", table, "--html", pages,
    ])
    #expect(run.status == 0)
    let bytes = try InputFile.bytes(of: table)
    #expect(bytes.count == 128 + 4 * 65536)
    // [3, 3]: 7.
    #expect(Array(bytes[(128 + 4 * (3 * 256 + 3))...].prefix(4)) == [7, 0, 0, 0])
    let page = try InputFile.text(of: "\(pages)/x.html")
    #expect(!page.contains("<script"))
    #expect(page.contains("&lt;script&gt;alert(1)"))
    #expect(page.contains("data:image/png;base64,"))
  }

  @Test("a comparison that finds a difference exits with 1 and names the first pair")
  func against() throws {
    let run = try AxTrainProgram.run([
      "validate", "\(multipliers)/mul8u_kulkarni.v", "--cells", cells, "--against",
      "\(multipliers)/mul8u_exact_dadda.v", "--format", "json",
    ])
    #expect(run.status == 1)
    #expect(run.output.contains("3 x 3 gives 7, the reference 9"))
    let same = try AxTrainProgram.run([
      "validate", "\(multipliers)/mul8u_exact_dadda.v", "--cells", cells, "--against", "exact",
    ])
    #expect(same.status == 0)
    #expect(same.output.contains("equal to the reference on all 65536 pairs"))
  }

  @Test(
    "a circuit too wide for a table fails alone, and the reference takes names where it has them")
  func wideTable() throws {
    let folder = try TemporaryFolder()
    let ports = "(input [0:0] p, input [0:0] q, output [1:0] O); assign O = {p, q}; endmodule"
    let swapped = "(input [0:0] q, input [0:0] p, output [1:0] O); assign O = {p, q}; endmodule"
    try FileManager.default.createDirectory(
      atPath: folder.file("set"), withIntermediateDirectories: true)
    let first = try folder.write("module mul1u_a \(ports)", to: "set/a.v")
    let second = try folder.write("module mul1u_b \(swapped)", to: "set/b.v")
    _ = try folder.write(
      "module mul12u (input [11:0] A, B, output [23:0] O); assign O = 24'b0; endmodule",
      to: "set/c.v")
    let tables = folder.file("tables")
    let run = try AxTrainProgram.run([
      "validate", folder.file("set"), "--cells", cells, "--technology", "none", "--table", tables,
      "--format", "csv",
    ])
    #expect(run.status == 2)
    let rows = try CSVTable(text: run.output, file: "out", requiring: ["status"])
    #expect(try rows.rows.map { try rows.text($0, "status") } == ["ok", "ok", "failed"])
    #expect(FileManager.default.fileExists(atPath: "\(tables)/a.npy"))
    for (operands, status) in [("p,q", 0), ("q,p", 0)] {
      let same = try AxTrainProgram.run([
        "validate", first, "--cells", cells, "--technology", "none", "--operands", operands,
        "--against", second,
      ])
      #expect(same.status == Int32(status), "\(same.output)")
    }
  }

  @Test("claims for circuits that are not there, and a supply out of range, are said")
  func strangers() throws {
    let folder = try TemporaryFolder()
    let claims = try folder.write("name,wce\nnosuch,3\n", to: "claims.csv")
    let circuit = "\(multipliers)/mul8u_kulkarni.v"
    let run = try AxTrainProgram.run([
      "validate", circuit, "--cells", cells, "--technology", "none", "--claims-from", claims,
    ])
    #expect(run.errors.contains("claims for 'nosuch', which is none of the circuits"))
    #expect(run.output.contains("no claims found"))
    let technology = Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    for (supply, text) in [("0.2 V", "0.25"), ("-1 V", "above 0"), ("1", "has no unit")] {
      let refused = try AxTrainProgram.run([
        "validate", circuit, "--cells", cells, "--technology", technology, "--supply=\(supply)",
      ])
      #expect(refused.status == 64)
      #expect(refused.errors.contains(text), "\(refused.errors)")
    }
  }
}
