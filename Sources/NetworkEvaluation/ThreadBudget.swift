import Synchronization

/// The threads of a sweep: points in work have one each, and may take those that stand idle for their
/// chips. Results do not depend on it.
final class ThreadBudget: Sendable {
  private let idle: Mutex<Int>

  /// - Parameter threads: at least 1.
  init(threads: Int) {
    precondition(threads >= 1, "at least one thread is needed")
    idle = Mutex(threads)
  }

  /// Runs the body on a thread that it is not asked for: there may be more points than threads.
  func working<Result>(_ body: () throws -> Result) rethrows -> Result {
    idle.withLock { $0 -= 1 }
    defer { idle.withLock { $0 += 1 } }
    return try body()
  }

  /// Runs the body with a number of further threads, at most so many, that nobody else has meanwhile.
  func withIdle<Result>(atMost most: Int, _ body: (Int) throws -> Result) rethrows -> Result {
    let taken = idle.withLock { idle in
      let taken = max(0, min(idle, most))
      idle -= taken
      return taken
    }
    defer { idle.withLock { $0 += taken } }
    return try body(taken)
  }
}
