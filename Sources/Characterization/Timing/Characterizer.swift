import ErrorTables
import LogicSimulation
import Netlists
import Quantities
import Technology

/// Turns a netlist at an operating point into the tables that networks and energy models read.
public struct Characterizer: Sendable {
  public let netlist: Netlist
  public let technology: TechnologyNode
  /// How many dies, and the seed of their threshold shifts.
  public let dies: Int
  public let seed: UInt64
  private let simulator: EventDrivenSimulator

  /// - Precondition: at least two dies; at most 64 input and 32 output bits.
  public init(netlist: Netlist, technology: TechnologyNode, dies: Int, seed: UInt64) {
    precondition(dies >= 2, "at least two dies, one for evaluation and one for training")
    precondition(netlist.outputs.flatMap(\.bits).count <= 32, "more than 32 output bits")
    self.netlist = netlist
    self.technology = technology
    self.dies = dies
    self.seed = seed
    simulator = EventDrivenSimulator(netlist: netlist)
  }

  /// What one supply voltage gives: the profile, and the timing errors at each clock period.
  public struct Result: Sendable, Codable {
    public let profile: OperatorProfile
    /// Of the first half of the dies: for evaluation.
    public let timing: [TimingErrorTable.Point]
    /// Of the other half: for training, so that no die is both learned on and judged on.
    public let trainingTiming: [TimingErrorTable.Point]

    /// The same with other counts for evaluation, where there are some.
    public func replacingTiming(by points: [TimingErrorTable.Point?]) -> Result {
      precondition(points.count == timing.count, "one for each clock period")
      return Result(
        profile: profile, timing: zip(points, timing).map { $0 ?? $1 },
        trainingTiming: trainingTiming)
    }
  }

  /// The longest path of the typical die.
  ///
  /// - Throws: `TechnologyError` if the technology lacks a gate or was not fitted at this supply.
  public func criticalPath(at supply: Voltage) throws(TechnologyError) -> Delay {
    Self.criticalPath(
      netlist, try DieDelays(netlist, technology: technology, supply: supply).typical)
  }

  /// The leakage power of all cells at a supply.
  public func leakage(at supply: Voltage) throws(TechnologyError) -> Power {
    try Self.leakage(of: netlist, technology, at: supply)
  }

  static func leakage(
    of netlist: Netlist, _ technology: TechnologyNode, at supply: Voltage
  ) throws(TechnologyError) -> Power {
    var pins: [[String]] = netlist.cells.map { _ in [] }
    for gate in netlist.gates { pins[gate.cell].append(gate.pin) }
    var sum = Power(0)
    for (index, cell) in netlist.cells.enumerated() where !pins[index].isEmpty {
      sum += try technology.leakage(of: cell.cell, pins: pins[index], at: supply)
    }
    return sum
  }

  /// Simulates every die on its share of the stimulus.
  ///
  /// Die d takes transitions d, d + D, d + 2D … of D dies, as many each.
  ///
  /// - Parameters:
  ///   - clockPeriods: when the outputs are captured after the inputs change.
  ///   - instances: more dies that the slowest longest path is sought on, by static timing.
  /// - Throws: `TechnologyError` if the technology lacks a gate or was not fitted at this supply.
  public func characterize(
    at supply: Voltage, clockPeriods: [Delay], stimulus: Stimulus, instances: [Die] = []
  ) throws(TechnologyError) -> Result {
    let share = stimulus.count / dies
    precondition(share >= 1, "fewer transitions than dies")
    let captureTimes = clockPeriods.map { Int64(($0.value * 1e15).rounded()) }
    // Of each clock period, die by die.
    var errors = clockPeriods.map { _ in [CapturedErrors]() }
    let energies = try Self.gateEnergies(of: netlist, technology, at: supply)
    let gateDelays = try DieDelays(netlist, technology: technology, supply: supply)
    var energy = 0.0
    var toggles = 0
    var slowest = Delay(0)
    for die in 0..<dies {
      let delays = gateDelays.die(UInt64(die), seed: seed)
      slowest = max(slowest, Self.criticalPath(netlist, delays))
      let indices = (0..<share).map { $0 * dies + die }
      let run = simulator.run(
        previous: indices.map { stimulus.previous[$0] },
        current: indices.map { stimulus.current[$0] }, delays: delays, captureTimes: captureTimes)
      for (index, captured) in run.captured.enumerated() {
        errors[index].append(captureErrors(settled: run.settled, captured: captured))
      }
      for (gate, count) in run.toggles.enumerated() {
        energy += Double(count) * energies[gate]
        toggles += count
      }
    }
    for die in instances {
      slowest = max(slowest, Self.criticalPath(netlist, gateDelays.delays(of: die)))
    }
    let operations = Double(dies * share)
    func points(_ dies: Range<Int>) -> [TimingErrorTable.Point] {
      zip(clockPeriods, errors).map {
        TimingErrorTable.Point(Array($1[dies]), supply: supply, clockPeriod: $0)
      }
    }
    return Result(
      profile: OperatorProfile(
        supply: supply.value, energyPerOperation: energy / operations,
        transitionsPerOperation: Double(toggles) / operations,
        leakagePower: try leakage(at: supply).value,
        criticalPath: Self.criticalPath(netlist, gateDelays.typical).value,
        slowestDieCriticalPath: slowest.value),
      timing: points(0..<dies / 2), trainingTiming: points(dies / 2..<dies))
  }

  /// What one die captured wrong; its words are numbers without a sign.
  private func captureErrors(settled: [UInt64], captured: [UInt64]) -> CapturedErrors {
    var errors = CapturedErrors(outputBits: netlist.outputs.flatMap(\.bits).count)
    settled.map { UInt32($0) }.withUnsafeBufferPointer { settled in
      captured.map { UInt32($0) }.withUnsafeBufferPointer { captured in
        errors.add(settled: settled, captured: captured, lanes: settled.count)
      }
    }
    errors.compact()
    return errors
  }

  /// Joules of one transition of each gate.
  static func gateEnergies(
    of netlist: Netlist, _ technology: TechnologyNode, at supply: Voltage
  ) throws(TechnologyError) -> [Double] {
    var energies: [Double] = []
    for gate in netlist.gates {
      energies.append(
        try technology.switchingEnergy(
          of: "\(netlist.cells[gate.cell].cell).\(gate.pin)", at: supply
        ).value)
    }
    return energies
  }

  static func criticalPath(_ netlist: Netlist, _ delays: [Int64]) -> Delay {
    Delay(Double(StaticTiming(netlist: netlist, delays: delays).criticalPathDelay) * 1e-15)
  }
}
