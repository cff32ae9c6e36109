import ErrorTables
import Files
import LogicSimulation
import Netlists
import Quantities
import Technology

extension TimingStudy {
  /// The time grid of a supply and the delays on it.
  struct Grid: Sendable {
    let supply: Voltage
    let source: DieDelays
    /// The longest path of the typical die, in femtoseconds.
    let criticalPath: Int64
    let steps: TimeGrid
    let period: Delay
    let captureStep: Int32
  }

  /// Refuses what `run` would: before a folder is made for its results.
  ///
  /// - Throws: `InputError` as `run` does before it simulates.
  public func check() throws { for supply in supplies { _ = try grid(at: supply) } }

  func grid(at supply: Voltage) throws -> Grid {
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
      try source.check(clockPeriod: period)
      grid = Grid(
        supply: supply, source: source, criticalPath: path, steps: steps, period: period,
        captureStep: steps.captureStep(femtoseconds))
    } catch {
      throw refusal(error)
    }
    guard grid.captureStep >= 1 else { throw Self.tooCoarse(period: grid.period, at: supply) }
    return grid
  }

  /// A clock period of less than one time step.
  package static func tooCoarse(period: Delay, at supply: Voltage) -> InputError {
    if period.value <= 0 {
      return InputError(
        .badData, "its longest path takes no time at \(supply): there is nothing to capture late")
    }
    return InputError(
      .usage,
      "a clock period of \(period) is less than one time step at \(supply): raise --steps")
  }

  func dieDelays(_ grid: Grid, _ die: Int) -> [Int64] {
    hasVariation ? grid.source.die(UInt64(die), seed: seed) : grid.source.typical
  }

  /// Switching energy, leakage and paths, on the typical die.
  ///
  /// On time steps of its own, as fine as a sweep's: delays that differ become equal on a coarse grid,
  /// and then pulses pass that gates swallow.
  func profile(_ grid: Grid, _ multiplier: StationaryMultiplier) throws -> OperatorProfile {
    do throws(TechnologyError) {
      let energies = try Characterizer.gateEnergies(of: netlist, technology, at: grid.supply)
      let fine = TimeGrid(
        criticalPath: max(1, grid.criticalPath), steps: max(steps, Characterizer.steps))
      let stimulus = energyStimulus(multiplier)
      let schedule = multiplier.simulator.schedule(
        delays: fine.delays(grid.source.typical), captureSteps: [], pulses: pulses,
        countsTransitions: true)
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
        criticalPath: Double(grid.criticalPath) * 1e-15,
        slowestDieCriticalPath: Double(paths.max() ?? 0) * 1e-15)
    } catch {
      throw refusal(error)
    }
  }

  /// Transitions that energy is counted on: the trace, or 2^14 uniform ones.
  private func energyStimulus(_ multiplier: StationaryMultiplier) -> Stimulus {
    if case .trace(let stimulus) = transitions { return stimulus }
    return sample(1 << 14, multiplier, index: .max)
  }

  func sample(_ count: Int, _ multiplier: StationaryMultiplier, index: UInt64) -> Stimulus {
    Stimulus.uniformStationary(
      widthA: multiplier.movingWidth, widthB: multiplier.stationaryWidth, count: count,
      seed: seed, index: index)
  }
}
