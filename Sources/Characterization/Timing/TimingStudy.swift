import ConcurrentWork
import ErrorTables
import Files
import Fitting
import LogicSimulation
import Netlists
import Quantities
import Technology

/// Timing errors and switching energy of a multiplier against supply voltage: dies, transitions,
/// clock.
public struct TimingStudy: Sendable {
  /// When the product register captures.
  public enum Clock: Sendable, Hashable {
    /// The same period at every supply: voltage overscaling.
    case fixed(Delay)
    /// The longest path of the typical die at the supply, times a guard band; below 1 it cuts paths.
    case track(Double)
  }

  /// Which operand transitions are simulated.
  public enum Transitions: Sendable, Hashable {
    /// All in which one operand is held.
    case all
    /// So many for each die, uniform, one operand held; drawn with the study's seed.
    case sample(Int)
    /// Given ones, the same for every die.
    case trace(Stimulus)
    /// So many streams of so many periods for each die, one operand held; what has not arrived at the
    /// end of a period goes on into the next.
    case streams(Int, periods: Int)
  }

  public let netlist: Netlist
  public let ports: MultiplierPorts
  public let isSigned: Bool
  public let technology: TechnologyNode
  public var supplies: [Voltage]
  public var clock: Clock
  public var transitions: Transitions
  public var stationary = StationaryOperand.b
  public var dies = 20
  public var seed: UInt64 = 1
  /// Time steps to the longest path of the typical die.
  public var steps = 128
  public var pulses = PulseRule.inertial
  /// Whether dies have threshold shifts; without them every die is the typical one.
  public var hasVariation = true

  public init(
    netlist: Netlist, ports: MultiplierPorts, isSigned: Bool, technology: TechnologyNode,
    supplies: [Voltage], clock: Clock, transitions: Transitions
  ) {
    self.netlist = netlist
    self.ports = ports
    self.isSigned = isSigned
    self.technology = technology
    self.supplies = supplies
    self.clock = clock
    self.transitions = transitions
  }

  /// What one supply gave.
  public struct Point: Sendable {
    public let supply: Voltage
    public let clockPeriod: Delay
    /// One for each die.
    public let errors: [CapturedErrors]
    public let profile: OperatorProfile

    /// All dies together.
    public var total: CapturedErrors {
      errors.dropFirst().reduce(into: errors[0]) { $0 += $1 }
    }

    /// The hand-over to networks and fits.
    public var tablePoint: TimingErrorTable.Point {
      let total = total
      let masks = total.masks
      return TimingErrorTable.Point(
        supply: supply.value, clockPeriod: clockPeriod.value, errorsPerDie: errors.map(\.errors),
        trialsPerDie: errors[0].transitions, bitErrors: total.bitErrors,
        masks: masks.map(\.mask), maskCounts: masks.map(\.count), bias: total.bias,
        meanSquare: total.meanSquare)
    }
  }

  /// A die's delays at a supply, on the time grid: all that its errors depend on.
  private struct Timing: Hashable, Sendable {
    let delays: [Int32]
    let captureStep: Int32
    /// Which transitions: those of a sample are a die's own.
    let die: Int
  }

  /// Simulates every die at every supply.
  ///
  /// Dies and supplies whose delays and clock are the same number of steps are simulated once: where
  /// all gates scale alike, one simulation serves all supplies.
  ///
  /// - Parameters:
  ///   - jobs: threads; the result does not depend on them.
  ///   - progress: called with simulations done and of how many.
  /// - Throws: `InputError` 65 if the technology lacks a gate, was not fitted at a supply, or the
  ///   clock is shorter than a gate; 75 if stopped.
  public func run(
    jobs: Int, stopRequested: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> [Point] {
    precondition(!supplies.isEmpty && dies >= 1 && steps >= 1, "nothing to study")
    let multiplier = StationaryMultiplier(netlist, ports: ports, stationary: stationary)
    let grids = try supplies.map { try grid(at: $0) }
    var unique: [Timing] = []
    var places: [Timing: Int] = [:]
    var which: [[Int]] = []
    for grid in grids {
      which.append(
        (0..<dies).map { die in
          let own: Bool = if case .sample = transitions { true } else { false }
          let timing = Timing(
            delays: grid.steps.delays(dieDelays(grid, die)),
            captureStep: grid.captureStep, die: own || isStreams ? die : 0)
          if let place = places[timing] { return place }
          places[timing] = unique.count
          unique.append(timing)
          return unique.count - 1
        })
    }
    let count = unique.count
    let results = try runConcurrently(
      jobs: jobs, items: unique, stopRequested: stopRequested,
      finished: { progress($0, count) },
      work: { (timing: Timing) -> CapturedErrors in
        var errors = self.errors(multiplier, timing, stopRequested: stopRequested)
        errors.compact()
        if stopRequested() {
          throw InputError(.stopped, "stopped on request; run again to begin anew")
        }
        return errors
      })
    return try supplies.indices.map { index in
      Point(
        supply: supplies[index], clockPeriod: grids[index].period,
        errors: which[index].map { results[$0] }, profile: try profile(grids[index], multiplier))
    }
  }

  /// Writes the captured product of every transition, for each supply and die.
  ///
  /// - Returns: the names of the files: `transitions_SUPPLY_DIE.npy`, each with its `.sha256`.
  /// - Throws: as `run`; 74 if a file cannot be written.
  /// - Precondition: all transitions can be simulated.
  public func writeTransitionTables(
    to folder: String, jobs: Int, stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> [String] {
    let multiplier = StationaryMultiplier(netlist, ports: ports, stationary: stationary)
    var names: [String] = []
    for supply in supplies {
      let grid = try grid(at: supply)
      for die in 0..<dies {
        let name = "transitions_\(supply.value)V_die\(die).npy"
        try multiplier.table(
          delays: grid.steps.delays(dieDelays(grid, die)),
          captureStep: grid.captureStep, pulses: pulses, jobs: jobs, stopRequested: stopRequested
        ).write(to: "\(folder)/\(name)")
        names.append(name)
      }
    }
    return names
  }

  private var isStreams: Bool { if case .streams = transitions { true } else { false } }

  // MARK: - One supply

  private struct Grid: Sendable {
    let supply: Voltage
    let source: DieDelays
    let steps: TimeGrid
    let period: Delay
    let captureStep: Int32
  }

  private func grid(at supply: Voltage) throws -> Grid {
    let grid: Grid
    do throws(TechnologyError) {
      let source = try DieDelays(netlist, technology: technology, supply: supply)
      let path = StaticTiming(netlist: netlist, delays: source.typical).criticalPathDelay
      let period: Delay
      switch clock {
      case .fixed(let fixed): period = fixed
      case .track(let factor): period = Delay(factor * Double(path) * 1e-15)
      }
      let steps = TimeGrid(criticalPath: max(1, path), steps: self.steps)
      let femtoseconds = period.value * 1e15
      let slowest = source.typical.indices.max { source.typical[$0] < source.typical[$1] }
      if let slowest, Double(source.typical[slowest]) > femtoseconds {
        let gate = netlist.gates[slowest]
        throw TechnologyError.clockTooShort(
          period: period, gate: "\(netlist.cells[gate.cell].cell).\(gate.pin)",
          delay: Delay(Double(source.typical[slowest]) * 1e-15), supply: supply)
      }
      grid = Grid(
        supply: supply, source: source, steps: steps, period: period,
        captureStep: steps.captureStep(femtoseconds))
    } catch {
      throw InputError(.badData, "\(netlist.name): \(error)")
    }
    guard grid.captureStep >= 1 else { throw Self.tooCoarse(period: grid.period, at: supply) }
    return grid
  }

  /// A clock period of less than one time step.
  package static func tooCoarse(period: Delay, at supply: Voltage) -> InputError {
    InputError(
      .usage,
      "a clock period of \(period) is less than one time step at \(supply): raise --steps")
  }

  private func dieDelays(_ grid: Grid, _ die: Int) -> [Int64] {
    hasVariation ? grid.source.die(UInt64(die), seed: seed) : grid.source.typical
  }

  /// Switching energy, leakage and paths, on the typical die.
  private func profile(_ grid: Grid, _ multiplier: StationaryMultiplier) throws -> OperatorProfile {
    do throws(TechnologyError) {
      let energies = try Characterizer.gateEnergies(of: netlist, technology, at: grid.supply)
      let delays = grid.steps.delays(grid.source.typical)
      let stimulus = energyStimulus(multiplier)
      let schedule = multiplier.simulator.schedule(
        delays: delays, captureSteps: [grid.captureStep], pulses: pulses, countsTransitions: true)
      let block = TimedBlock(multiplier.simulator)
      stimulus.forEachBlock { previous, current in
        block.run(schedule, previous: previous, current: current)
      }
      let transitions = block.transitions
      let operations = Double(stimulus.count)
      let energy = zip(transitions, energies).reduce(0.0) { $0 + Double($1.0) * $1.1 }
      let paths = (0..<dies).map { die in
        StaticTiming(netlist: netlist, delays: dieDelays(grid, die)).criticalPathDelay
      }
      return OperatorProfile(
        supply: grid.supply.value, energyPerOperation: energy / operations,
        transitionsPerOperation: transitions.reduce(0.0) { $0 + Double($1) } / operations,
        leakagePower: try Characterizer.leakage(of: netlist, technology, at: grid.supply).value,
        criticalPath: Characterizer.criticalPath(netlist, grid.source.typical).value,
        slowestDieCriticalPath: Double(paths.max() ?? 0) * 1e-15)
    } catch {
      throw InputError(.badData, "\(netlist.name): \(error)")
    }
  }

  /// Transitions that energy is counted on: the trace, or 2^14 uniform ones.
  private func energyStimulus(_ multiplier: StationaryMultiplier) -> Stimulus {
    if case .trace(let stimulus) = transitions { return stimulus }
    return sample(1 << 14, multiplier, index: .max)
  }

  private func sample(_ count: Int, _ multiplier: StationaryMultiplier, index: UInt64) -> Stimulus {
    Stimulus.uniformStationary(
      widthA: multiplier.movingWidth, widthB: multiplier.stationaryWidth, count: count,
      seed: seed, index: index)
  }

  // MARK: - One die

  private func errors(
    _ multiplier: StationaryMultiplier, _ timing: Timing, stopRequested: () -> Bool
  ) -> CapturedErrors {
    var errors = CapturedErrors(
      outputBits: multiplier.simulator.outputCount, isSigned: isSigned)
    let stimulus: Stimulus
    switch transitions {
    case .all:
      let isSettled =
        StaticTiming(netlist: netlist, delays: timing.delays.map(Int64.init)).criticalPathDelay
        <= Int64(timing.captureStep)
      guard !isSettled else {
        errors.addRight(1 << multiplier.transitionBits)
        return errors
      }
      return multiplier.errors(
        delays: timing.delays, captureStep: timing.captureStep, pulses: pulses,
        isSigned: isSigned, stopRequested: stopRequested)
    case .streams(let streams, let periods):
      return self.errors(multiplier, timing, streams: streams, periods: periods)
    case .sample(let count): stimulus = sample(count, multiplier, index: UInt64(timing.die))
    case .trace(let trace): stimulus = trace
    }
    let isHeld = stimulus.holds(multiplier.held(nil).mask)
    let schedule = multiplier.simulator.schedule(
      delays: timing.delays, captureSteps: [timing.captureStep], pulses: pulses,
      held: isHeld ? multiplier.held(nil) : .none)
    let block = TimedBlock(multiplier.simulator)
    stimulus.forEachBlock { previous, current in
      block.run(schedule, previous: previous, current: current)
      errors.add(
        settled: block.settled.low, captured: block.captured(0).low, lanes: current.count)
    }
    return errors
  }

  /// Streams with held operands; gates slower than the clock on this die count as slow as the clock.
  private func errors(
    _ multiplier: StationaryMultiplier, _ timing: Timing, streams: Int, periods: Int
  ) -> CapturedErrors {
    var errors = CapturedErrors(
      outputBits: multiplier.simulator.outputCount, isSigned: isSigned)
    let schedule = multiplier.simulator.streamSchedule(
      delays: timing.delays.map { min($0, timing.captureStep) }, period: timing.captureStep,
      pulses: pulses, held: multiplier.held(nil))
    let block = TimedBlock(multiplier.simulator)
    for first in stride(from: 0, to: streams, by: TimedBlock.laneCount) {
      let lanes = min(TimedBlock.laneCount, streams - first)
      let words = sample(
        lanes * (periods + 1), multiplier, index: UInt64(timing.die) << 32 | UInt64(first))
      let mask = multiplier.held(nil).mask
      // Each stream keeps the held operand of its first word.
      let held = words.current.prefix(lanes).map { $0 & mask }
      func step(_ period: Int) -> [UInt64] {
        (0..<lanes).map { held[$0] | words.current[period * lanes + $0] & ~mask }
      }
      step(0).withUnsafeBufferPointer { block.begin(schedule, settled: $0) }
      for period in 1...periods {
        step(period).withUnsafeBufferPointer { block.advance(schedule, to: $0) }
        errors.add(settled: block.settled.low, captured: block.captured(0).low, lanes: lanes)
      }
    }
    return errors
  }
}
