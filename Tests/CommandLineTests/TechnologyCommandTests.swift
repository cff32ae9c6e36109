import Files
import Foundation
import TestSupport
import Testing

@Suite("Circuits of other technologies")
struct TechnologyCommandTests {
  /// A 2×2 multiplier of half adders.
  private static func multiplier(and: String, halfAdder: String, sum: String, carry: String)
    -> String
  {
    """
    module mul2 (input [1:0] a, input [1:0] b, output [3:0] p);
      wire x, y, z, c;
      \(and) u0 (.A(a[0]), .B(b[0]), .X(p[0]));
      \(and) u1 (.A(a[1]), .B(b[0]), .X(x));
      \(and) u2 (.A(a[0]), .B(b[1]), .X(y));
      \(and) u3 (.A(a[1]), .B(b[1]), .X(z));
      \(halfAdder) u4 (.A(x), .B(y), .\(sum)(p[1]), .\(carry)(c));
      \(halfAdder) u5 (.A(z), .B(c), .\(sum)(p[2]), .\(carry)(p[3]));
    endmodule
    """
  }

  private func validate(_ path: String, _ cells: String, _ technology: String, _ supply: String)
    throws -> CSVTable
  {
    let run = try AxTrainProgram.run([
      "validate", path, "--cells", Repository.path("HardwareSpecs/Cells/\(cells)"), "--technology",
      Repository.path("HardwareSpecs/Technology/\(technology)"), "--supply", supply, "--format",
      "csv",
    ])
    #expect(run.status == 0, "\(run.errors)")
    return try CSVTable(text: run.output, file: "out", requiring: ["critical_path_ps", "area_um2"])
  }

  @Test("a netlist of sky130 cells has the delay that its rows give, at 1.40 V in the slow corner")
  func skywater() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Self.multiplier(
        and: "sky130_fd_sc_hd__and2_1", halfAdder: "sky130_fd_sc_hd__ha_1", sum: "SUM",
        carry: "COUT"), to: "mul2.v")
    let table = try validate(path, "sky130_fd_sc_hd.lib", "sky130_ss_n40c.yaml", "1.4 V")
    let row = table.rows[0]
    #expect(try table.number(row, "error_rate_percent") == 0)
    let rows = try CSVTable(
      contentsOf: Repository.path("HardwareSpecs/Technology/sky130_ss_n40c_cells.csv"))
    func delay(_ cell: String) throws -> Double {
      for row in rows.rows where try rows.text(row, "cell") == cell {
        if try rows.number(row, "supply_v") == 1.4 { return try rows.number(row, "delay_ps") }
      }
      return .nan
    }
    let second = max(try delay("ha_1.SUM"), try delay("ha_1.COUT"))
    let expected = try delay("and2_1.X") + delay("ha_1.COUT") + second
    #expect(abs(try table.number(row, "critical_path_ps") / expected - 1) < 0.02)
    // Four and2_1 of 6.256 um2 and two ha_1 of 12.512 um2.
    #expect(abs(try table.number(row, "area_um2") - (4 * 6.256 + 2 * 12.512)) < 1e-6)
  }

  @Test("a shipped multiplier runs on sky130, and on ASAP7 says which cell has no data")
  func shipped() throws {
    let path = Repository.path("HardwareSpecs/Multipliers/mul8u_exact_dadda.v")
    let fast = try validate(path, "ptm45.lib", "sky130_ff_n40c.yaml", "1.8 V")
    let slow = try validate(path, "ptm45.lib", "sky130_ss_n40c.yaml", "1.7 V")
    let delays = try [fast, slow].map { try $0.number($0.rows[0], "critical_path_ps") }
    #expect(delays[0] > 1000 && delays[1] > 2 * delays[0])
    let seven = try validate(path, "ptm45.lib", "asap7_rvt_tt.yaml", "0.7 V")
    #expect(try seven.text(seven.rows[0], "critical_path_ps") == "")
    #expect(
      try seven.text(seven.rows[0], "note").contains(
        "no delay: the technology has no data for 'FA."))
  }

  @Test("a sweep refuses a memory law that its data reject; accepted, its report and rows say so")
  func rejectedMemoryLaw() throws {
    let folder = try TemporaryFolder()
    func run(_ key: String, _ output: String) throws -> AxTrainProgram.Outcome {
      let technologies = try TemporaryFolder()
      let technology = try technologies.technology("ptm45_hp_0_85c") {
        $0.replacing("failures: sram_ptm45_hp.yaml", with: "failures: sram_vc707.yaml\(key)")
      }
      return try SmallSweep.run(folder, output: output) {
        $0.replacing("HardwareSpecs/Technology/ptm45_hp.yaml", with: technology)
      }
    }
    let refused = try run("", "refused")
    #expect(refused.status == 65 && refused.errors.split(separator: "\n").count == 1)
    #expect(refused.errors.contains("chi-squared 79.26 with 5 degrees of freedom"))
    let accepted = try run("\n  accept_poor_fit: true", "accepted")
    #expect(accepted.status == 0, "\(accepted.errors)")
    let words = "the data reject the law 'probit': chi-squared 79.26 with 5 degrees of freedom"
    #expect(accepted.output.replacing("\n", with: " ").contains(words))
    let manifest = try SmallSweep.read(folder, "accepted/manifest.json")
    #expect(manifest.contains("\"notes\"") && manifest.contains(words))
    let points = try CSVTable(
      contentsOf: folder.file("accepted/points.csv"), requiring: ["memory_law_probability"])
    for row in points.rows {
      #expect(try points.number(row, "memory_law_probability") < 1e-14)
    }
  }

  @Test("a sweep of a technology without memory says what it lacks")
  func sweep() throws {
    let folder = try TemporaryFolder()
    let run = try SmallSweep.run(folder, output: "out") {
      $0.replacing("ptm45_hp.yaml", with: "ptm22_hp.yaml")
    }
    #expect(run.status == 65)
    #expect(
      run.errors.contains(
        "ptm22_hp.yaml: error: has no 'sram', which this needs: add it (sram: {failures: FILE} takes "
          + "another memory's law), or choose"))
  }
}
