import ArgumentParser
import Characterization
import Files
import Quantities

/// `axtrain timing NETLIST`.
struct TimingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timing",
    abstract: "The critical path of a netlist, cell by cell, at a supply voltage.",
    discussion: """
      Delays come from the technology, or from the cells' own tables where Liberty files with \
      delay tables are given (several files: corners, by their nom_voltage). Gates that the library \
      lacks are made of its cells first.

      Example: axtrain timing HardwareSpecs/Multipliers/mul8u_exact_dadda.v --supply "0.6 V" \
      --period "2 ns"
      """)

  @Argument(help: "A netlist: structural Verilog or BLIF.")
  var netlist: String

  @Option(help: "The module to time, where a file has several (default: the one unused).")
  var top: String?

  @Option(parsing: .upToNextOption, help: "The cell library: Liberty files, of one corner or more.")
  var cells = ["HardwareSpecs/Cells/ptm45.lib"]

  @Option(help: "The technology whose delays are used where the library has no delay tables.")
  var technology = "HardwareSpecs/Technology/ptm45_hp.yaml"

  @Option(
    help: "Such as \"0.6 V\"; default: the Liberty file's own if it has delay tables, else 1 V.")
  var supply: String?

  @Option(help: "The clock period, such as \"2 ns\"; without it no slack is given.")
  var period: String?

  @Flag(help: "Print when each output bit arrives, and its slack, instead of the path.")
  var outputs = false

  @OptionGroup var table: TableOptions

  func run() throws {
    let supply: Voltage? = try parsed(self.supply, "--supply")
    let period: Delay? = try parsed(self.period, "--period")
    let (report, notes) = try TimingReport.report(
      netlist: netlist, top: top, cells: cells, technology: technology, supply: supply,
      period: period)
    notes.forEach(Terminal.note)
    if outputs {
      try table.print(
        report.outputs,
        summary: [
          "port": "port", "bit": "bit", "rise_ps": "rise ps", "fall_ps": "fall ps",
          "arrival_ps": "arrival ps", "slack_ps": "slack ps",
        ])
      return Terminal.note(summary(report))
    }
    try table.print(
      report.table,
      summary: [
        "step": "step", "instance": "instance", "cell": "cell", "from_pin": "from",
        "to_pin": "to", "to_edge": "edge", "fanout": "fanout", "delay_ps": "delay ps",
        "arrival_ps": "arrival ps",
      ])
    Terminal.note(summary(report))
  }

  private func summary(_ report: TimingReport) -> String {
    func picoseconds(_ delay: Delay) -> String {
      CellValue.format(delay.in(.pico), digits: 6) + " ps"
    }
    var text = "critical path: \(picoseconds(report.delay))"
    if let slack = report.slack {
      text += ", slack: \(picoseconds(slack)) (\(slack.value < 0 ? "violated" : "met"))"
    }
    if report.isExtrapolated { text += "; some delays are extrapolated beyond their tables" }
    return text
  }

  private func parsed<Value: Quantity>(_ text: String?, _ option: String) throws -> Value? {
    guard let text else { return nil }
    let value = try Value(text, option: option)
    guard value.value > 0 else { throw InputError(.usage, "\(option) must be above 0") }
    return value
  }
}
