import LogicSimulation
import Netlists
import Quantities

extension NetlistCosts {
  /// The costs from the tables of a Liberty library.
  ///
  /// Delay is that of `TimingAnalysis`. Leakage is the sum of the cells' leakage powers. The energy of
  /// an operation is, over all changes of settled values, the internal energy of the cells plus
  /// ½·C·V² of the load that a cell's output drives (Liberty User Guide, "Modeling Power"); what
  /// drives the input ports is not included. Transition times are static timing's.
  ///
  /// - Parameters:
  ///   - supply: nil for the library's own; between corners, as `LibertyCorners` says.
  ///   - outputLoad: what each bit of an output port drives, in farads, at least 0.
  ///   - transitions: pairs of operand pairs, rounded up to whole blocks of 512.
  ///   - seed: of the operands; the same seed gives the same costs.
  /// - Throws: `InputError` 64 if the supply is outside the corners.
  public init(
    of netlist: Netlist, corners: LibertyCorners, supply: Voltage? = nil, outputLoad: Double = 0,
    transitions: Int = NetlistCosts.transitions, seed: UInt64 = 1
  ) throws {
    let bracket = try corners.bracket(at: supply)
    let volts = supply ?? bracket.lower.conditions.supply
    setArea(of: netlist, bracket.lower)
    var timing: (source: LibertyTiming, analysis: TimingAnalysis)?
    criticalPath = cost("delay") {
      let source = try LibertyTiming(netlist, corners: bracket, outputLoad: outputLoad)
      let analysis = TimingAnalysis(netlist: netlist, source: .liberty(source))
      timing = (source, analysis)
      return Delay(analysis.criticalPathDelay * 1e-15)
    }
    leakage = cost("leakage") { try Self.leakage(of: netlist, bracket) }
    guard let timing else {
      reasons.append("no switching energy: it needs the transition times of static timing")
      return
    }
    var isOutside = timing.analysis.isExtrapolated
    switchingEnergy = cost("switching energy") {
      guard let volts else { throw MissingData("library '\(bracket.lower.name)' states no supply") }
      let toggles = SwitchingToggles(of: netlist, transitions: transitions, seed: seed)
      var energy = SwitchingEnergy(
        netlist: netlist, bracket: bracket, timing: timing.analysis, loads: timing.source.loads)
      let sum = try energy.perOperation(toggles, volts: volts.value)
      isOutside = isOutside || energy.isExtrapolated
      return Energy(sum)
    }
    isExtrapolated = isOutside
  }

  private static func leakage(
    of netlist: Netlist, _ corners: LibertyCorners.Bracket
  ) throws -> Power {
    var sum = Power(0)
    var counts: [String: Int] = [:]
    for instance in netlist.cells { counts[instance.cell, default: 0] += 1 }
    for (cell, count) in counts.sorted(by: { $0.key < $1.key }) {
      guard let low = corners.lower[cell]?.characterization?.leakage,
        let high = corners.upper[cell]?.characterization?.leakage
      else {
        throw MissingData(
          "library '\(corners.lower.name)' gives no leakage power and unit for cell '\(cell)'")
      }
      sum += Double(count) * Power(corners.between(low.value, high.value))
    }
    return sum
  }
}

/// What a library does not say.
private struct MissingData: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Internal and load energy of a netlist's cells, in joules.
private struct SwitchingEnergy {
  let netlist: Netlist
  let bracket: LibertyCorners.Bracket
  let timing: TimingAnalysis
  let loads: [Double]
  var isExtrapolated = false

  init(
    netlist: Netlist, bracket: LibertyCorners.Bracket, timing: TimingAnalysis, loads: [Double]
  ) {
    self.netlist = netlist
    self.bracket = bracket
    self.timing = timing
    self.loads = loads
  }

  mutating func perOperation(_ toggles: SwitchingToggles, volts: Double) throws -> Double {
    var sum = 0.0
    var countedPins: Set<[Int]> = []
    for gate in netlist.gates {
      let name = netlist.cells[gate.cell].cell
      guard let cell = bracket.lower[name],
        let output = cell.outputs.firstIndex(where: { $0.pin == gate.pin })
      else { throw MissingData("library '\(bracket.lower.name)' has no cell '\(name)'") }
      guard cell.characterization?.internalEnergies.isEmpty == false else {
        throw MissingData(
          "library '\(bracket.lower.name)' gives no internal_power for cell '\(name)'")
      }
      let load = loads[Int(gate.output.index)]
      let times = gate.inputs.map(time)
      let slew = times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count)
      let inside = energy(name, output, isInput: false, slew: slew, load: load)
      sum += toggles.perOperation(gate.output) * (inside + 0.5 * load * volts * volts)
      for (pin, net) in zip(cell.outputs[output].inputs, gate.inputs)
      where countedPins.insert([gate.cell, pin]).inserted {
        let inside = energy(name, pin, isInput: true, slew: time(net), load: 0)
        sum += toggles.perOperation(net) * inside
      }
    }
    return sum
  }

  /// The mean transition time of a net in seconds.
  private func time(_ net: NetID) -> Double {
    let times = timing.transition[Int(net.index)]
    return (times.rise + times.fall) / 2 * 1e-15
  }

  private mutating func energy(
    _ cell: String, _ pin: Int, isInput: Bool, slew: Double, load: Double
  ) -> Double {
    func asked(_ library: CellLibrary) -> (energy: Double, isExtrapolated: Bool) {
      library[cell]?.characterization?.internalEnergy(
        pin: pin, isInput: isInput, slew: slew, load: load) ?? (0, false)
    }
    let low = asked(bracket.lower)
    let high = bracket.weight == 0 ? low : asked(bracket.upper)
    isExtrapolated = isExtrapolated || low.isExtrapolated || high.isExtrapolated
    return bracket.between(low.energy, high.energy)
  }
}
