import ErrorTables
import LogicSimulation
import Netlists
import Quantities
import Technology

/// Turns a netlist at an operating point into the tables that networks and energy models read.
public struct Characterizer: Sendable {
  public let netlist: Netlist
  /// Whether outputs are numbers in two's complement.
  public let isSigned: Bool
  public let technology: TechnologyNode
  /// How many dies, and the seed of their threshold shifts.
  public let dies: Int
  public let seed: UInt64
  private let simulator: TimedSimulator
  /// Time steps to the longest path of the typical die.
  static let steps = 2048

  /// - Precondition: at least two dies; at most 128 input and 64 output bits.
  public init(
    netlist: Netlist, isSigned: Bool = false, technology: TechnologyNode, dies: Int, seed: UInt64
  ) {
    precondition(dies >= 2, "at least two dies, one for evaluation and one for training")
    self.netlist = netlist
    self.isSigned = isSigned
    self.technology = technology
    self.dies = dies
    self.seed = seed
    simulator = TimedSimulator(netlist: netlist)
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
    try Self.criticalPath(of: netlist, technology: technology, at: supply)
  }

  /// The longest path of a netlist on the typical die.
  ///
  /// - Throws: as `criticalPath(at:)`.
  public static func criticalPath(
    of netlist: Netlist, technology: TechnologyNode, at supply: Voltage
  ) throws(TechnologyError) -> Delay {
    criticalPath(netlist, try DieDelays(netlist, technology: technology, supply: supply).typical)
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

  /// Simulates every die on its share of the stimulus, bit-parallel, in steps of a 2,048th of the longest
  /// path of the typical die.
  ///
  /// Die d takes transitions d, d + D, d + 2D … of D dies, as many each.
  ///
  /// - Parameters:
  ///   - clockPeriods: when the outputs are captured after the inputs change.
  ///   - instances: more dies that the slowest longest path is sought on, by static timing.
  ///   - seeksAmongDies: whether it is sought on the simulated dies as well; always without instances.
  /// - Throws: `TechnologyError` if the technology lacks a gate or was not fitted at this supply.
  /// - Precondition: at most 32 output bits where there is a clock period.
  public func characterize(
    at supply: Voltage, clockPeriods: [Delay], stimulus: Stimulus, instances: [Die] = [],
    seeksAmongDies: Bool = true
  ) throws(TechnologyError) -> Result {
    let share = stimulus.count / dies
    precondition(share >= 1, "fewer transitions than dies")
    // Of each clock period, die by die.
    var errors = clockPeriods.map { _ in [CapturedErrors]() }
    let energies = try Self.gateEnergies(of: netlist, technology, at: supply)
    let gateDelays = try DieDelays(netlist, technology: technology, supply: supply)
    let path = StaticTiming(netlist: netlist, delays: gateDelays.typical).criticalPathDelay
    let grid = TimeGrid(criticalPath: max(1, path), steps: Self.steps)
    let captureSteps = clockPeriods.map { grid.captureStep($0.value * 1e15) }
    let memory = ScheduleMemory(simulator)
    var toggles = [Int](repeating: 0, count: netlist.gates.count)
    var slowest = Delay(0)
    for die in 0..<dies {
      let delays = gateDelays.die(UInt64(die), seed: seed)
      if seeksAmongDies || instances.isEmpty {
        slowest = max(slowest, Self.criticalPath(netlist, delays))
      }
      let indices = (0..<share).map { $0 * dies + die }
      let part = Stimulus(
        previous: indices.map { stimulus.previous[$0] },
        current: indices.map { stimulus.current[$0] })
      let captured = simulate(
        part, grid.delays(delays), captureSteps, in: memory, toggles: &toggles)
      for (index, var ofDie) in captured.enumerated() {
        ofDie.compact()
        errors[index].append(ofDie)
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
        supply: supply.value,
        energyPerOperation: zip(toggles, energies).reduce(0.0) { $0 + Double($1.0) * $1.1 }
          / operations,
        transitionsPerOperation: Double(toggles.reduce(0, +)) / operations,
        leakagePower: try leakage(at: supply).value,
        criticalPath: Double(path) * 1e-15,
        slowestDieCriticalPath: slowest.value),
      timing: points(0..<dies / 2), trainingTiming: points(dies / 2..<dies))
  }

  /// What a die captures wrong at each capture step; counts the transitions of its gates.
  private func simulate(
    _ stimulus: Stimulus, _ delays: [Int32], _ captureSteps: [Int32], in memory: ScheduleMemory,
    toggles: inout [Int]
  ) -> [CapturedErrors] {
    var errors = captureSteps.map { _ in
      CapturedErrors(outputBits: simulator.outputCount, isSigned: isSigned)
    }
    let path = StaticTiming(netlist: netlist, delays: delays.map { Int64($0) }).criticalPathDelay
    guard path <= Self.latestStep else {
      simulateByEvents(stimulus, delays, captureSteps, errors: &errors, toggles: &toggles)
      return errors
    }
    let schedule = simulator.schedule(
      delays: delays, captureSteps: captureSteps, countsTransitions: true, in: memory)
    let block = TimedBlock(simulator)
    stimulus.forEachBlock { previous, current in
      block.run(schedule, previous: previous, current: current)
      for index in captureSteps.indices {
        errors[index].add(
          settled: block.settled.low, captured: block.captured(index).low, lanes: current.count)
      }
    }
    for (gate, count) in block.transitions.enumerated() { toggles[gate] += Int(count) }
    return errors
  }

  /// The latest step that waveforms are kept to: of a die with a gate near standstill they would fill
  /// the memory.
  private static let latestStep = Int64(16 * steps)

  /// The same event by event, which costs no memory for time that passes.
  private func simulateByEvents(
    _ stimulus: Stimulus, _ delays: [Int32], _ captureSteps: [Int32],
    errors: inout [CapturedErrors], toggles: inout [Int]
  ) {
    let run = EventDrivenSimulator(netlist: netlist).run(
      previous: stimulus.previous, current: stimulus.current, delays: delays.map { Int64($0) },
      captureTimes: captureSteps.map { Int64($0) })
    for (index, captured) in run.captured.enumerated() {
      errors[index].add(settled: run.settled, captured: captured)
    }
    for (gate, count) in run.toggles.enumerated() { toggles[gate] += count }
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
