import ConcurrentWork
import Files
import Foundation
import NetworkEvaluation
import Synchronization

/// The state that the threads of one sweep share.
final class SweepRun: Sendable {
  private let tasks: [SweepTask]
  private let columnCount: Int
  private let store: SweepStore
  private let report: @Sendable (SweepProgress) -> Void
  private let stopRequested: @Sendable () -> Bool
  private let state: Mutex<State>

  private struct State {
    /// Indices of tasks that nobody has looked at, in order.
    var waiting: ArraySlice<Int>
    /// Indices of tasks that other processes compute.
    var busy: [Int] = []
    var results: [Result<[CellValue], SweepPointError>?]
    var progress: SweepProgress
    var storeError: (any Error)?
    var stopped = false
  }

  private struct SweepPointError: Error { let reason: String }

  init(
    tasks: [SweepTask], columnCount: Int, store: SweepStore,
    report: @escaping @Sendable (SweepProgress) -> Void,
    stopRequested: @escaping @Sendable () -> Bool
  ) {
    self.tasks = tasks
    self.columnCount = columnCount
    self.store = store
    self.report = report
    self.stopRequested = stopRequested
    state = Mutex(
      State(
        waiting: Array(tasks.indices)[...], results: Array(repeating: nil, count: tasks.count),
        progress: SweepProgress(total: tasks.count)))
  }

  func outcome(jobs: Int) throws -> SweepOutcome {
    precondition(jobs >= 1, "at least one thread is needed")
    let heart = DispatchSource.makeTimerSource(queue: .global())
    heart.schedule(deadline: .now() + StoreOwner.beat, repeating: StoreOwner.beat)
    // A missed beat costs a lease, never a result: a worker's own write reports a broken store.
    heart.setEventHandler { [store] in try? store.beat() }
    heart.resume()
    defer { heart.cancel() }
    WorkerThreads.run(max(1, min(jobs, tasks.count))) { _ in self.work() }
    return try state.withLock { state in
      if let error = state.storeError { throw error }
      var rows: [SweepOutcome.FinishedPoint] = []
      var failures: [SweepFailure] = []
      for (task, result) in zip(tasks, state.results) {
        switch result {
        case .success(let cells)?:
          rows.append(SweepOutcome.FinishedPoint(point: task.point, cells: cells))
        case .failure(let error)?:
          failures.append(SweepFailure(point: task.point, reason: error.reason))
        case nil: break
        }
      }
      return SweepOutcome(
        rows: rows, failures: failures, wasStopped: state.stopped, progress: state.progress)
    }
  }

  private func work() {
    do {
      while let index = next() { try settle(index) }
    } catch {
      state.withLock { if $0.storeError == nil { $0.storeError = error } }
    }
  }

  /// The next task to look at: first what nobody has, then what other processes had.
  private func next() -> Int? {
    while true {
      let stop = stopRequested()
      let (index, wait): (Int?, Bool) = state.withLock { state in
        guard state.storeError == nil, !(state.waiting.isEmpty && state.busy.isEmpty) else {
          return (nil, false)
        }
        if stop {
          state.stopped = true
          return (nil, false)
        }
        if let first = state.waiting.popFirst() { return (first, false) }
        return (state.busy.removeFirst(), true)
      }
      if wait { Thread.sleep(forTimeInterval: 0.1) }
      return index
    }
  }

  private func settle(_ index: Int) throws {
    let task = tasks[index]
    while true {
      switch try store.claim(key: task.point.key) {
      case .done(let cells):
        return finish(index, fits(cells), reused: true)
      case .failed(let reason):
        return finish(index, .failure(SweepPointError(reason: reason)), reused: true)
      case .busy:
        return state.withLock { $0.busy.append(index) }
      case .granted:
        do {
          let cells = try task.run()
          precondition(cells.count == columnCount, "a row does not fit the columns")
          try record { try store.complete(key: task.point.key, cells: cells) }
          return finish(index, .success(cells), reused: false)
        } catch let error as StoreError {
          throw error.cause
        } catch let failure as ArtifactCache.Failure {
          throw failure.cause
        } catch let error as InputError where error.status == .internalError {
          throw error
        } catch let error as InputError where error.status == .stopped {
          try store.release(key: task.point.key)
          return state.withLock { $0.stopped = true }
        } catch {
          let reason = InputError.printable((error as? InputError)?.description ?? "\(error)")
          let tries = try store.fail(key: task.point.key, reason: reason)
          if tries >= SweepStore.maximumTries {
            return finish(index, .failure(SweepPointError(reason: reason)), reused: false)
          }
          if stopRequested() { return state.withLock { $0.stopped = true } }
        }
      }
    }
  }

  /// An error of the store ends the run; one of the point does not.
  private struct StoreError: Error { let cause: any Error }

  private func record(_ body: () throws -> Void) throws {
    do { try body() } catch { throw StoreError(cause: error) }
  }

  private func fits(_ cells: [CellValue]) -> Result<[CellValue], SweepPointError> {
    cells.count == columnCount
      ? .success(cells)
      : .failure(SweepPointError(reason: "the stored row has \(cells.count) cells"))
  }

  private func finish(
    _ index: Int, _ result: Result<[CellValue], SweepPointError>, reused: Bool
  ) {
    let progress = state.withLock { state in
      state.results[index] = result
      switch result {
      case .success:
        state.progress.done += 1
        if reused { state.progress.reused += 1 }
      case .failure: state.progress.failed += 1
      }
      return state.progress
    }
    report(progress)
  }
}
