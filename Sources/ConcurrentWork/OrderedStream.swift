/// Computes results of ranges of indices on so many threads, and gives them on in the order of the
/// indices, some at a time: no more than those are in memory.
///
/// - Parameters:
///   - jobs: threads, at least 1.
///   - count: of the indices, which count from 0.
///   - chunk: indices of a range, at least 1; the last one may have fewer.
///   - stopRequested: asked before each range.
///   - each: is called on the caller's thread.
/// - Throws: as `runConcurrently`; what `each` throws. Results before have been given on.
public func streamConcurrently<Output: Sendable>(
  jobs: Int, count: Int, chunk: Int,
  stopRequested: @escaping @Sendable () -> Bool = { false },
  work: @escaping @Sendable (Range<Int>) throws -> Output,
  each: (Range<Int>, Output) throws -> Void
) throws {
  precondition(chunk >= 1, "a range needs an index")
  let chunks = stride(from: 0, to: count, by: chunk).map { $0..<min($0 + chunk, count) }
  var rest = chunks[...]
  while !rest.isEmpty {
    // So many that threads seldom wait for the last of them.
    let next = Array(rest.prefix(jobs * 32))
    rest = rest.dropFirst(next.count)
    let outputs = try runConcurrently(
      jobs: jobs, items: next, stopRequested: stopRequested, work: work)
    for (range, output) in zip(next, outputs) { try each(range, output) }
  }
}
