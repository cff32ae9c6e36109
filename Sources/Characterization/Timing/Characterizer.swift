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
    var tallies = clockPeriods.map { TimingTally(supply: supply, clockPeriod: $0, share: share) }
    var trainingTallies = tallies
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
      for index in tallies.indices {
        if die < dies / 2 {
          tallies[index].add(settled: run.settled, captured: run.captured[index])
        } else {
          trainingTallies[index].add(settled: run.settled, captured: run.captured[index])
        }
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
    let outputBits = netlist.outputs.flatMap(\.bits).count
    return Result(
      profile: OperatorProfile(
        supply: supply.value, energyPerOperation: energy / operations,
        transitionsPerOperation: Double(toggles) / operations,
        leakagePower: try leakage(at: supply).value,
        criticalPath: Self.criticalPath(netlist, gateDelays.typical).value,
        slowestDieCriticalPath: slowest.value),
      timing: tallies.map { $0.point(outputBits: outputBits) },
      trainingTiming: trainingTallies.map { $0.point(outputBits: outputBits) })
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

/// Counts of wrong captured words at one clock period.
private struct TimingTally {
  let supply: Voltage
  let clockPeriod: Delay
  let share: Int
  var errorsPerDie: [Int] = []
  var maskCounts: [UInt32: Int] = [:]
  var differenceCounts: [Int: Int] = [:]
  var errorSum = 0.0
  var squareSum = 0.0

  init(supply: Voltage, clockPeriod: Delay, share: Int) {
    self.supply = supply
    self.clockPeriod = clockPeriod
    self.share = share
  }

  /// Counts one die.
  mutating func add(settled: [UInt64], captured: [UInt64]) {
    var errors = 0
    for (right, seen) in zip(settled, captured) where right != seen {
      errors += 1
      maskCounts[UInt32(right ^ seen), default: 0] += 1
      differenceCounts[Int(seen) - Int(right), default: 0] += 1
      let difference = Double(seen) - Double(right)
      errorSum += difference
      squareSum += difference * difference
    }
    errorsPerDie.append(errors)
  }

  func point(outputBits: Int) -> TimingErrorTable.Point {
    let masks = maskCounts.sorted { $0.key < $1.key }
    let differences = differenceCounts.sorted { $0.key < $1.key }
    let words = Double(errorsPerDie.count * share)
    return TimingErrorTable.Point(
      supply: supply.value, clockPeriod: clockPeriod.value, errorsPerDie: errorsPerDie,
      trialsPerDie: share,
      bitErrors: (0..<outputBits).map { bit in
        masks.reduce(0) { $0 + ($1.key >> UInt32(bit) & 1 == 1 ? $1.value : 0) }
      },
      masks: masks.map(\.key), maskCounts: masks.map(\.value),
      differences: differences.map(\.key), differenceCounts: differences.map(\.value),
      bias: errorSum / words,
      meanSquare: squareSum / words)
  }
}
