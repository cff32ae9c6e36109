import Files
import Synchronization

/// Computes one result an item on so many threads; the results are in the order of the items.
///
/// Items are begun in their order. After an error no further item is begun, so the error thrown is
/// that of the first item that fails, whatever the number of threads.
///
/// - Parameters:
///   - jobs: threads, at least 1.
///   - stopRequested: asked before each item.
/// - Throws: the error of the first failing item, or `InputError` 75 if stopped.
public func runConcurrently<Item: Sendable, Output: Sendable>(
  jobs: Int, items: [Item], stopRequested: @escaping @Sendable () -> Bool = { false },
  finished: @escaping @Sendable (Int) -> Void = { _ in },
  work: @escaping @Sendable (Item) throws -> Output
) throws -> [Output] {
  precondition(jobs >= 1, "at least one thread is needed")
  let state = Mutex(
    ConcurrentWork<Output>(results: Array(repeating: nil, count: items.count)))
  WorkerThreads.run(max(1, min(jobs, items.count))) { _ in
    while true {
      let stop = stopRequested()
      let index: Int? = state.withLock { state in
        guard state.next < items.count, !state.failed else { return nil }
        if stop {
          state.stopped = true
          return nil
        }
        defer { state.next += 1 }
        return state.next
      }
      guard let index else { return }
      let result = Result { try work(items[index]) }
      let ended = state.withLock { state in
        state.results[index] = result
        if case .failure = result { state.failed = true }
        state.ended += 1
        return state.ended
      }
      finished(ended)
    }
  }
  let (results, stopped) = state.withLock { ($0.results, $0.stopped) }
  for case .failure(let error)? in results { throw error }
  if stopped { throw InputError(.stopped, "stopped on request; run again to go on") }
  return try results.compactMap { try $0?.get() }
}

private struct ConcurrentWork<Output: Sendable> {
  var next = 0
  var ended = 0
  var results: [Result<Output, any Error>?]
  var failed = false
  var stopped = false
}
