import Files
import LogicSimulation
import Netlists
import Quantities
import Technology

/// The critical path of a netlist as a table of cells, and the arrivals at its outputs.
public struct TimingReport: Sendable {
  public let table: ResultTable
  /// A row an output bit.
  public let outputs: ResultTable
  /// Of the critical path.
  public let delay: Delay
  /// Nil where no period was asked for.
  public let slack: Delay?
  /// Whether a table of the library was asked outside its axes.
  public let isExtrapolated: Bool

  public static let columns = [
    ColumnDefinition("step", "The position on the path, from 1 at the inputs."),
    ColumnDefinition("instance", "The name of the cell instance in the netlist."),
    ColumnDefinition("cell", "The library cell."),
    ColumnDefinition("from_pin", "The input pin that the path enters by."),
    ColumnDefinition(
      "from_edge", "rise or fall at the input pin; either where delays do not tell them apart."),
    ColumnDefinition("to_pin", "The output pin that the path leaves by."),
    ColumnDefinition("to_edge", "rise or fall at the output pin; either as above."),
    ColumnDefinition("fanout", "How many cell pins and output port bits the output drives."),
    ColumnDefinition("delay_ps", "From the input pin to the output pin, in picoseconds."),
    ColumnDefinition("arrival_ps", "When the output changes at the latest, in picoseconds."),
    ColumnDefinition(
      "slack_ps",
      "The time to spare at the output, in picoseconds: required time less arrival; negative where "
        + "the period is too short, empty without a period."),
  ]

  /// Reads a netlist and its library, makes foreign cells of the library's, and times it.
  ///
  /// - Parameters:
  ///   - netlist: path of a netlist.
  ///   - cells: paths of Liberty files, one or several a corner.
  ///   - technology: path of the technology whose delays are used where the library has no delay
  ///     tables.
  ///   - supply: nil for the library's own where it has delay tables, else 1 V.
  ///   - period: nil for the critical path's own delay.
  /// - Returns: the report, and the notes of the mapping and of the technology's laws.
  /// - Throws: `InputError` as the readers do; 64 for a supply outside the corners or the technology's range; 65 where
  ///   the library or the technology cannot time a cell.
  public static func report(
    netlist path: String, top: String? = nil, cells: [String], technology: String,
    supply: Voltage?, period: Delay?
  ) throws -> (report: TimingReport, notes: [String]) {
    let corners = try LibertyCorners(contentsOf: cells)
    let library = corners.libraries[0]
    let source = try NetlistReader.netlist(contentsOf: path, library: library, top: top)
    let (netlist, notes) = try source.mapped(to: library)
    let costs = try CostSource(corners: corners, technology: technology, supply: supply)
    let timing: TimingSource
    do {
      timing = try costs.timing(of: netlist)
    } catch let error as TimingError {
      throw InputError(.badData, at: SourceLocation(file: path), "\(error)")
    } catch let error as TechnologyError {
      throw InputError(.badData, at: SourceLocation(file: technology), "\(error)")
    }
    let report = TimingReport(of: netlist, library: library, source: timing, period: period)
    return (report, notes + costs.poorFitNotes)
  }

  /// - Parameters:
  ///   - library: names the input pins.
  ///   - period: nil for the critical path's own delay.
  public init(
    of netlist: Netlist, library: CellLibrary, source: TimingSource, period: Delay?
  ) {
    let analysis = TimingAnalysis(
      netlist: netlist, source: source, period: period.map { $0.value * 1e15 })
    var hasEdges = false
    if case .liberty = source { hasEdges = true }
    let fanout = Self.fanout(netlist, library)
    func shown(_ edge: TimingEdge) -> CellValue {
      guard hasEdges else { return .text("either") }
      return .text(edge == .rise ? "rise" : "fall")
    }
    var table = ResultTable(columns: Self.columns)
    for (index, step) in analysis.criticalPath.enumerated() {
      let gate = netlist.gates[step.gate]
      let instance = netlist.cells[gate.cell]
      table.append([
        .integer(index + 1), .text(instance.name), .text(instance.cell),
        .text(Self.inputPin(gate, step.input, library[instance.cell])),
        shown(step.inputEdge), .text(gate.pin), shown(step.outputEdge),
        .integer(fanout[Int(gate.output.index)]), .real(step.delay / 1000),
        .real(step.arrival / 1000), period == nil ? .missing : .real(step.slack / 1000),
      ])
    }
    self.table = table
    outputs = Self.outputs(of: analysis, hasPeriod: period != nil)
    delay = Delay(analysis.criticalPathDelay * 1e-15)
    slack = period.map { Delay($0.value - analysis.criticalPathDelay * 1e-15) }
    isExtrapolated = analysis.isExtrapolated
  }

  /// How many cell pins and output port bits each net drives; a pin that two outputs of its cell
  /// read counts once.
  private static func fanout(_ netlist: Netlist, _ library: CellLibrary) -> [Int] {
    var fanout = [Int](repeating: 0, count: netlist.netCount)
    var seen: Set<[String]> = []
    for gate in netlist.gates {
      let cell = library[netlist.cells[gate.cell].cell]
      for (input, net) in gate.inputs.enumerated() {
        let pin = inputPin(gate, input, cell)
        if seen.insert(["\(gate.cell)", pin]).inserted { fanout[Int(net.index)] += 1 }
      }
    }
    for net in netlist.outputs.flatMap(\.bits) { fanout[Int(net.index)] += 1 }
    return fanout
  }

  private static func inputPin(_ gate: Gate, _ input: Int, _ cell: LibraryCell?) -> String {
    guard let cell, let output = cell.outputs.first(where: { $0.pin == gate.pin }),
      output.inputs.indices.contains(input)
    else { return "input \(input + 1)" }
    return cell.inputs[output.inputs[input]]
  }
}
