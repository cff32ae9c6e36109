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

  /// Begins to listen; lasts until the process ends.
  ///
  /// - Parameter notice: called at the first signal, to tell the user what happens next.
  public func listen(notice: @escaping @Sendable () -> Void = {}) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      // Captured by its own handler, so that it lives as long as the process.
      nonisolated(unsafe) let source = DispatchSource.makeSignalSource(
        signal: number, queue: .global())
      source.setEventHandler { [self] in
        withExtendedLifetime(source) {}
        if received.add(1, ordering: .relaxed).newValue > 1 { _exit(128 + number) }
        notice()
      }
      source.resume()
    }
  }
}
