import Dispatch
import Synchronization

/// How the work of a layer is cut and shared between threads.
///
/// A cut depends on the work alone, never on the number of threads, and what chunks add up is added
/// in their order: so results are the same bytes for any number.
public struct ChunkedWork: Hashable, Sendable {
  /// 1 or more.
  public let threads: Int

  public static let serial = ChunkedWork(threads: 1)

  /// - Precondition: at least one thread.
  public init(threads: Int) {
    precondition(threads >= 1, "at least one thread is needed")
    self.threads = threads
  }

  /// Calls the body for each chunk of 0 ..< `count`, on any thread, and returns when all are done.
  ///
  /// - Parameters:
  ///   - size: elements of a chunk, positive; the last one may be smaller.
  ///   - body: the chunk's number and its range; touches nothing that another chunk writes.
  package func forEachChunk(of count: Int, size: Int, _ body: (Int, Range<Int>) -> Void) {
    let chunks = (count + size - 1) / size
    guard threads > 1, chunks > 1 else {
      for chunk in 0..<chunks { body(chunk, chunk * size..<min(count, (chunk + 1) * size)) }
      return
    }
    let next = Atomic(0)
    // The call returns after all iterations, and chunks do not touch what others write.
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: min(threads, chunks)) { _ in
        while true {
          let chunk = next.add(1, ordering: .relaxed).oldValue
          guard chunk < chunks else { return }
          body(chunk, chunk * size..<min(count, (chunk + 1) * size))
        }
      }
    }
  }
}
