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
