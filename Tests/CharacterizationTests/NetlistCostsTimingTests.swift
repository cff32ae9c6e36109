import Characterization
import Files
import Netlists
import Quantities
import Technology
import TestSupport
import Testing

private let libraryPath = Repository.path("HardwareSpecs/Cells/ptm45.lib")
private let technologyPath = Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
private let multiplierPath = Repository.path("HardwareSpecs/Multipliers/mul8u_exact_dadda.v")

private func report(
  _ netlist: String = multiplierPath, supply: Voltage?, period: Delay? = nil
) throws -> (report: TimingReport, notes: [String]) {
  try TimingReport.report(
    netlist: netlist, cells: [libraryPath], technology: technologyPath, supply: supply,
    period: period)
}

@Suite("the critical path of a netlist in files")
struct NetlistCostsTimingTests {
  @Test("its delay is the characterizer's, and the steps' delays add up to it")
  func shippedMultiplier() throws {
    let (timed, notes) = try report(supply: Voltage(0.6), period: Delay(2e-9))
    let node = try TechnologyReader.read(technologyPath).node
    let netlist = MultiplierFamily.exactDadda.netlist(width: 8)
    let characterizer = Characterizer(netlist: netlist, technology: node, dies: 2, seed: 1)
    #expect(timed.delay == (try characterizer.criticalPath(at: Voltage(0.6))))
    #expect(notes.isEmpty && !timed.isExtrapolated)
    let delays = try #require(timed.table.cells("delay_ps")).compactMap(\.number)
    #expect(abs(delays.reduce(0, +) - timed.delay.in(.pico)) < 1e-6)
    let slack = try #require(timed.slack)
    #expect(abs(slack.value + timed.delay.value - 2e-9) < 1e-21)
    #expect(try #require(timed.table.cells("slack_ps")).allSatisfy { ($0.number ?? 0) < 0 })
  }

  @Test("each output bit has its latest arrival and its slack, the worst of which is the path's")
  func outputs() throws {
    let timed = try report(supply: Voltage(0.6), period: Delay(2e-9)).report
    let arrivals = try #require(timed.outputs.cells("arrival_ps")).compactMap(\.number)
    let slacks = try #require(timed.outputs.cells("slack_ps")).compactMap(\.number)
    #expect(arrivals.count == 16 && slacks.count == 16)
    #expect(abs((arrivals.max() ?? 0) - timed.delay.in(.pico)) < 1e-9)
    #expect(abs((slacks.min() ?? 0) - (try #require(timed.slack)).in(.pico)) < 1e-9)
    for (arrival, slack) in zip(arrivals, slacks) { #expect(abs(arrival + slack - 2000) < 1e-9) }
    // Bit 0 is one NAND and an inverter; each further bit of an array comes later than that.
    #expect(arrivals[0] == arrivals.min())
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "module m (input a, output [1:0] y); INV u (.A(a), .Y(y[1])); assign y[0] = 1'b1; endmodule",
      to: "m.v")
    let table = try report(file, supply: nil).report.outputs
    #expect(table[0, "rise_ps"] == .missing && table[0, "arrival_ps"] == .real(0))
    #expect(table[1, "bit"] == .integer(1) && table[1, "slack_ps"] == .missing)
    #expect(table[1, "rise_ps"] == table[1, "fall_ps"])
  }

  @Test("without delay tables the supply is 1 V, and one outside the technology's range is refused")
  func supplies() throws {
    let (standard, named) = (try report(supply: nil), try report(supply: Voltage(1)))
    #expect(standard.report.delay == named.report.delay)
    let error = #expect(throws: InputError.self) { try report(supply: Voltage(0.05)) }
    #expect(error?.status == .usage)
    #expect(error?.message.contains("choose a supply inside") ?? false)
  }

  @Test("a Liberty file with tables is timed at its own supply, without a technology")
  func libertyFile() throws {
    let folder = try TemporaryFolder()
    let cells = try folder.write(SampleLiberty.text(), to: "sample.lib")
    let netlist = try folder.write(
      "module m (input a, output y); INV u (.A(a), .Y(y)); endmodule\n", to: "m.v")
    let timed = try TimingReport.report(
      netlist: netlist, cells: [cells], technology: folder.file("none.yaml"), supply: nil,
      period: nil
    ).report
    #expect(timed.slack == nil && timed.table.rows.count == 1)
    #expect(timed.table[0, "slack_ps"] == .missing)
    #expect(abs(timed.delay.value - 10e-12) < 1e-22)
  }
}
