import ConcurrentWork
import ErrorTables
import Files
import Quantities

extension TimingStudy {
  /// Simulates every die at every supply.
  ///
  /// Dies and supplies whose delays and clock are the same number of steps are simulated once: where
  /// all gates scale alike, one simulation serves all supplies.
  ///
  /// - Parameters:
  ///   - jobs: threads; the result does not depend on them.
  ///   - tableFolder: where the captured product of every transition is written for each supply and
  ///     die, under `transitionTableName`, each with its `.sha256`; nil for nowhere.
  ///   - progress: called with simulations done and of how many.
  /// - Throws: `InputError` 65 if the technology lacks a gate, was not fitted at a supply, or the
  ///   clock is shorter than a gate; 74 if a table cannot be written; 75 if stopped.
  /// - Precondition: with tables, all transitions are simulated and can be.
  public func run(
    jobs: Int, tableFolder: String? = nil,
    stopRequested: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> [Point] {
    precondition(!supplies.isEmpty && dies >= 1 && steps >= 1, "nothing to study")
    precondition(tableFolder == nil || transitions == .all, "a table has all transitions")
    let multiplier = StationaryMultiplier(netlist, ports: ports, stationary: stationary)
    let grids = try supplies.map { try grid(at: $0) }
    let plan = Plan(grids.map { grid in (0..<dies).map { timing(grid, $0) } })
    let results: [CapturedErrors]
    do {
      results = try simulate(
        plan, multiplier, jobs: jobs, tableFolder: tableFolder, stopRequested: stopRequested,
        progress: progress)
    } catch let error as InputError where error.status == .stopped {
      // Nothing is kept to go on from.
      throw Self.stopped
    }
    return try supplies.indices.map { index in
      Point(
        supply: supplies[index], clockPeriod: grids[index].period,
        errors: plan.places[index].map { results[$0] },
        profile: try profile(grids[index], multiplier))
    }
  }

  private func simulate(
    _ plan: Plan, _ multiplier: StationaryMultiplier, jobs: Int, tableFolder: String?,
    stopRequested: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
  ) throws -> [CapturedErrors] {
    if let tableFolder {
      return try tables(
        plan, multiplier, jobs: jobs, folder: tableFolder, stopRequested: stopRequested,
        progress: progress)
    }
    let count = plan.timings.count
    return try runConcurrently(
      jobs: jobs, items: plan.timings, stopRequested: stopRequested,
      finished: { progress($0, count) },
      work: { (timing: Timing) -> CapturedErrors in
        var errors = self.errors(multiplier, timing, stopRequested: stopRequested)
        errors.compact()
        if stopRequested() { throw Self.stopped }
        return errors
      })
  }

  /// The file of the captured products at a supply on a die.
  public static func transitionTableName(supply: Voltage, die: Int) -> String {
    "transitions_\(supply.value)V_die\(die).npy"
  }

  /// What a study that was stopped throws.
  package static var stopped: InputError {
    InputError(.stopped, "stopped on request; run again to begin anew")
  }

  /// The different timings, and which of them each supply's dies have.
  private struct Plan {
    private(set) var timings: [Timing] = []
    private(set) var places: [[Int]] = []

    /// - Parameter all: by supply, then die.
    init(_ all: [[Timing]]) {
      var known: [Timing: Int] = [:]
      for dies in all {
        var row: [Int] = []
        for timing in dies {
          let place = known[timing, default: timings.count]
          if place == timings.count {
            known[timing] = place
            timings.append(timing)
          }
          row.append(place)
        }
        places.append(row)
      }
    }
  }

  private func timing(_ grid: Grid, _ die: Int) -> Timing {
    Timing(
      delays: grid.steps.delays(dieDelays(grid, die)), captureStep: grid.captureStep,
      die: transitions.areDrawnByDie ? die : 0)
  }

  /// Simulates one timing after the other, each on all threads, and writes what was captured: one
  /// table is in memory at a time.
  private func tables(
    _ plan: Plan, _ multiplier: StationaryMultiplier, jobs: Int, folder: String,
    stopRequested: @escaping @Sendable () -> Bool, progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> [CapturedErrors] {
    var results: [CapturedErrors] = []
    for (place, timing) in plan.timings.enumerated() {
      let (table, errors) = try multiplier.tableAndErrors(
        delays: timing.delays, captureStep: timing.captureStep, pulses: pulses,
        isSigned: isSigned, jobs: jobs, stopRequested: stopRequested)
      for (supply, row) in zip(supplies, plan.places) {
        for die in row.indices where row[die] == place {
          let name = Self.transitionTableName(supply: supply, die: die)
          try table.write(to: "\(folder)/\(name)")
        }
      }
      results.append(errors)
      progress(place + 1, plan.timings.count)
    }
    return results
  }
}
