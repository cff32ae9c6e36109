import Files
import Foundation
import Synchronization

/// Listens for Ctrl-C (SIGINT) and SIGTERM: the first one asks the work to stop after what it is
/// doing now, a second one ends the process at once with status 130 or 143.
///
/// The store is safe against both: what was stored stays.
public final class StopSignal: Sendable {
  private let received = Atomic<Int>(0)

  public init() {}

  /// Whether a signal has come.
  public var isRequested: Bool { received.load(ordering: .relaxed) > 0 }

  /// Ends the process at the first signal, with a line and status 75, and leaves no part of an output:
  /// for work of seconds or minutes that has nothing to go on from.
  public static func endAtOnce() {
    StopSignal().listen {
      OutputFile.removeUnfinished {
        let error = InputError(.stopped, "stopped on request; no output is left half")
        // In the place of a line that tells how long the work has taken.
        StandardError.write((isatty(STDERR_FILENO) == 1 ? "\r\u{1B}[K" : "") + "\(error)\n")
        _exit(error.status.rawValue)
      }
    }
  }

  /// Begins to listen; lasts until the process ends.
  ///
  /// - Parameter notice: called at the first signal, to tell the user what happens next.
  public func listen(notice: @escaping @Sendable () -> Void = {}) {
    for number in [SIGINT, SIGTERM] {
      #if canImport(Darwin)
        signal(number, SIG_IGN)
      #endif
      // Elsewhere Dispatch's own handler passes signals on: ignoring them would throw away one that came
      // before, while a parent's mask blocked it.

      // Captured by its own handler, so that it lives as long as the process.
      nonisolated(unsafe) let source = DispatchSource.makeSignalSource(
        signal: number, queue: .global())
      source.setEventHandler { [self] in
        withExtendedLifetime(source) {}
        if received.add(1, ordering: .relaxed).newValue > 1 {
          OutputFile.removeUnfinished { _exit(128 + number) }
        }
        notice()
      }
      source.resume()
    }
  }
}
