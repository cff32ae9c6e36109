import Files
import Foundation

/// One point of a sweep and how to compute its row.
public struct SweepTask: Sendable {
  public let point: PlannedPoint
  /// Must give the same row whenever and wherever it runs.
  public let run: @Sendable () throws -> [CellValue]

  public init(
    key: String, position: Int, label: String, run: @escaping @Sendable () throws -> [CellValue]
  ) {
    point = PlannedPoint(key: key, position: position, label: label)
    self.run = run
  }
}

/// How far a sweep is.
public struct SweepProgress: Sendable, Equatable {
  /// Rows that are there, whether computed now or found in the store.
  public var done = 0
  /// Of these, found in the store.
  public var reused = 0
  public var failed = 0
  public var total = 0

  public init(done: Int = 0, reused: Int = 0, failed: Int = 0, total: Int) {
    self.done = done
    self.reused = reused
    self.failed = failed
    self.total = total
  }
}

/// A point that failed as often as it may.
public struct SweepFailure: Sendable, Equatable {
  public let point: PlannedPoint
  public let reason: String
}

/// What came of a sweep.
public struct SweepOutcome: Sendable, Equatable {
  /// The finished points with their rows, by position.
  public let rows: [FinishedPoint]
  /// The failed points, by position.
  public let failures: [SweepFailure]
  /// Whether it was stopped before every point was done or failed.
  public let wasStopped: Bool
  public let progress: SweepProgress

  /// A point and its row.
  public struct FinishedPoint: Sendable, Equatable {
    public let point: PlannedPoint
    public let cells: [CellValue]
  }
}

/// Runs the points of a sweep that are not done yet, on several threads, into a store.
public enum SweepRunner {
  /// Computes what is missing, writes each row as it comes, and returns all rows.
  ///
  /// A point that throws is tried again, up to three times over all runs; the others go on. Points
  /// that another process computes are waited for. A point that throws `InputError` 75 was stopped: it
  /// waits for the next run, with as many tries as before. What shared results fail with,
  /// `ArtifactCache.Failure`, ends the run and fails no point.
  ///
  /// - Parameters:
  ///   - columns: what the cells of a row are; each row must have as many.
  ///   - jobs: threads, at least 1. The rows do not depend on it.
  ///   - retryFailed: whether points that failed in an earlier run get their tries back.
  ///   - progress: called after each point, from any thread.
  ///   - stopRequested: asked before each point.
  /// - Throws: `InputError` if the store is damaged (65) or cannot be written (74).
  public static func run(
    tasks: [SweepTask], columns: [ColumnDefinition], store: SweepStore, jobs: Int,
    retryFailed: Bool = false,
    progress: @escaping @Sendable (SweepProgress) -> Void = { _ in },
    stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> SweepOutcome {
    try store.plan(tasks.map(\.point), columns: columns)
    if retryFailed { try store.retryFailed(keys: tasks.map(\.point.key)) }
    let run = SweepRun(
      tasks: tasks.sorted { $0.point.position < $1.point.position }, columnCount: columns.count,
      store: store, report: progress, stopRequested: stopRequested)
    return try run.outcome(jobs: jobs)
  }
}
