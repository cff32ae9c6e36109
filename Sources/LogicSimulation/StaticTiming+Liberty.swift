import Netlists

/// The delays of a netlist's cells from the tables of a Liberty library, and the loads of its nets.
///
/// A net's load is the sum of the capacitances of the cell pins whose functions read it; wires have
/// none. Both corners are asked at the loads that hold at the supply.
public struct LibertyTiming: Sendable {
  public let netlist: Netlist
  public let corners: LibertyCorners.Bracket
  /// The load of each net in farads, output ports included.
  public let loads: [Double]
  /// The transition time of the input ports in femtoseconds.
  public let inputTransition: Double
  /// For each gate, its arcs at both corners.
  let gates: [GateArcs]

  /// The arcs of one gate, sorted by the gate's inputs.
  struct GateArcs: Sendable {
    let lower: [[CellCharacterization.Arc]]
    let upper: [[CellCharacterization.Arc]]
  }

  /// - Parameters:
  ///   - outputLoad: what each bit of an output port drives besides cells, in farads, at least 0.
  ///   - inputTransition: in seconds; nil for the shortest of the tables' axes.
  /// - Throws: `TimingError` if the library lacks a cell, a capacitance or an arc.
  public init(
    _ netlist: Netlist, corners: LibertyCorners.Bracket, outputLoad: Double = 0,
    inputTransition: Double? = nil
  ) throws(TimingError) {
    precondition(outputLoad >= 0 && (inputTransition ?? 0) >= 0, "a negative load or time")
    self.netlist = netlist
    self.corners = corners
    loads = try Self.loads(netlist, corners, outputLoad: outputLoad)
    var gates: [GateArcs] = []
    var shortest = Double.infinity
    for gate in netlist.gates {
      let cell = netlist.cells[gate.cell].cell
      let lower = try Self.arcs(gate, cell, corners.lower)
      let upper = try Self.arcs(gate, cell, corners.upper)
      gates.append(GateArcs(lower: lower, upper: upper))
      for arc in lower.joined() {
        for edge in [arc.rise, arc.fall] {
          shortest = min(shortest, edge?.delay.slews.first ?? .infinity)
        }
      }
    }
    self.gates = gates
    self.inputTransition = 1e15 * (inputTransition ?? (shortest.isFinite ? shortest : 0))
  }

  private static func arcs(
    _ gate: Gate, _ name: String, _ library: CellLibrary
  ) throws(TimingError) -> [[CellCharacterization.Arc]] {
    guard let cell = library[name],
      let output = cell.outputs.firstIndex(where: { $0.pin == gate.pin }),
      cell.outputs[output].inputs.count == gate.inputs.count
    else { throw .unknownCell(name, pin: gate.pin, library: library.name) }
    var arcs: [[CellCharacterization.Arc]] = []
    for input in cell.outputs[output].inputs {
      let found = (cell.characterization?.arcs ?? []).filter {
        $0.input == input && $0.output == output
      }
      guard !found.isEmpty else {
        throw .missingArc(
          cell: name, from: cell.inputs[input], to: gate.pin, library: library.name)
      }
      arcs.append(found)
    }
    return arcs
  }

  private static func loads(
    _ netlist: Netlist, _ corners: LibertyCorners.Bracket, outputLoad: Double
  ) throws(TimingError) -> [Double] {
    var loads = [Double](repeating: 0, count: netlist.netCount)
    for bit in netlist.outputs.flatMap(\.bits) { loads[Int(bit.index)] += outputLoad }
    // Two outputs of a cell may read one pin: it is one load.
    var seen: Set<[Int]> = []
    for gate in netlist.gates {
      let name = netlist.cells[gate.cell].cell
      guard let cell = corners.lower[name],
        let output = cell.outputs.first(where: { $0.pin == gate.pin })
      else { throw .unknownCell(name, pin: gate.pin, library: corners.lower.name) }
      for (pin, net) in zip(output.inputs, gate.inputs)
      where seen.insert([gate.cell, pin]).inserted {
        let low = try capacitance(name, pin, corners.lower)
        let high = try capacitance(name, pin, corners.upper)
        loads[Int(net.index)] += corners.between(low, high)
      }
    }
    return loads
  }

  private static func capacitance(
    _ name: String, _ pin: Int, _ library: CellLibrary
  ) throws(TimingError) -> Double {
    guard let cell = library[name], cell.inputs.indices.contains(pin) else {
      throw .unknownCell(name, pin: "", library: library.name)
    }
    guard let found = cell.characterization?.inputCapacitances[pin] else {
      throw .missingCapacitance(cell: name, pin: cell.inputs[pin], library: library.name)
    }
    return found
  }

  /// The delay of a gate in femtoseconds, the slowest of its arcs; nil where it has none of these
  /// directions.
  ///
  /// - Parameter transition: of the input, in femtoseconds, at least 0.
  public func delay(
    gate: Int, input: Int, from: TimingEdge, to: TimingEdge, transition: Double
  ) -> Double? {
    answer(gate: gate, input: input, from: from, to: to, transition: transition).delay
  }

  /// The slowest of a gate's arcs from one input.
  struct Answer {
    /// Femtoseconds; nil where no arc has these directions.
    var delay: Double?
    var transition = 0.0
    var isExtrapolated = false
  }

  /// Delay and output transition time in femtoseconds.
  func answer(
    gate: Int, input: Int, from: TimingEdge, to: TimingEdge, transition: Double
  ) -> Answer {
    let load = loads[Int(netlist.gates[gate].output.index)]
    let slew = transition * 1e-15
    let low = Self.slowest(gates[gate].lower[input], from, to, slew: slew, load: load)
    if corners.weight == 0 { return low }
    let high = Self.slowest(gates[gate].upper[input], from, to, slew: slew, load: load)
    guard let lowDelay = low.delay, let highDelay = high.delay else { return Answer() }
    return Answer(
      delay: corners.between(lowDelay, highDelay),
      transition: corners.between(low.transition, high.transition),
      isExtrapolated: low.isExtrapolated || high.isExtrapolated)
  }

  private static func slowest(
    _ arcs: [CellCharacterization.Arc], _ from: TimingEdge, _ to: TimingEdge, slew: Double,
    load: Double
  ) -> Answer {
    var answer = Answer()
    for arc in arcs {
      let fits =
        switch arc.sense {
        case .positiveUnate: from == to
        case .negativeUnate: from != to
        case .nonUnate: true
        }
      guard fits, let edge = to == .rise ? arc.rise : arc.fall else { continue }
      let delay = edge.delay.value(slew: slew, load: load)
      let transition = edge.transition.value(slew: slew, load: load)
      // Extrapolated below 0, a time is none.
      answer.delay = max(answer.delay ?? -.infinity, delay.value * 1e15)
      answer.transition = max(answer.transition, transition.value * 1e15)
      answer.isExtrapolated =
        answer.isExtrapolated || delay.isExtrapolated || transition.isExtrapolated
    }
    return answer
  }
}
