import Foundation

/// Threads for work that keeps a core busy and never waits for other work.
public enum WorkerThreads {
  /// Deep recursion over netlists needs more than the 512 KiB that a thread gets otherwise.
  private static let stackBytes = 8 << 20

  /// Runs the body once on each of so many threads and returns when all have ended.
  public static func run(_ count: Int, body: @escaping @Sendable (Int) -> Void) {
    precondition(count >= 1, "at least one thread is needed")
    let group = DispatchGroup()
    for index in 0..<count {
      group.enter()
      let thread = Thread {
        body(index)
        group.leave()
      }
      thread.stackSize = stackBytes
      thread.name = "worker \(index)"
      thread.start()
    }
    group.wait()
  }
}
