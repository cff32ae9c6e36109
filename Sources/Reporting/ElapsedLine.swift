import Files
import Foundation
import Synchronization

/// Tells on a terminal's standard error that work whose parts are not counted goes on, and for how
/// long: one line that is rewritten and at last erased. Elsewhere it tells nothing.
public final class ElapsedLine: Sendable {
  /// Seconds that pass before the line is shown.
  public static let patience = 2.0

  private struct State {
    var isOpen = false
    var isFinished = false
  }

  private let what: String
  private let style: ProgressLine.Style
  private let clock: @Sendable () -> Double
  private let write: @Sendable (String) -> Void
  private let begun: Double
  private let state: Mutex<State>

  /// Begins to measure time.
  ///
  /// - Parameters:
  ///   - what: what goes on, such as `characterizing gates`.
  ///   - clock: seconds from any origin.
  ///   - write: takes the text; standard error unless given.
  public init(
    _ what: String, style: ProgressLine.Style,
    clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime },
    write: @escaping @Sendable (String) -> Void = StandardError.write
  ) {
    (self.what, self.style, self.clock, self.write) = (what, style, clock, write)
    begun = clock()
    state = Mutex(State())
  }

  /// Shows how long the work has taken, once it is time to; from any thread.
  public func update() {
    guard style.isTerminal, !style.isQuiet else { return }
    state.withLock { state in
      let seconds = clock() - begun
      guard seconds >= Self.patience, !state.isFinished else { return }
      write("\r" + TerminalText.cut("\(what)  \(Int(seconds)) s", to: 79) + "\u{1B}[K")
      state.isOpen = true
    }
  }

  /// Erases the line, so that other text may stand there.
  public func finish() {
    state.withLock { state in
      if state.isOpen { write("\r\u{1B}[K") }
      (state.isOpen, state.isFinished) = (false, true)
    }
  }

  /// Does work, with a line that is updated each second.
  public static func show<Result>(
    _ what: String, style: ProgressLine.Style, during work: () throws -> Result
  ) rethrows -> Result {
    let line = ElapsedLine(what, style: style)
    let timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + patience, repeating: 1)
    timer.setEventHandler { line.update() }
    timer.resume()
    defer {
      timer.cancel()
      line.finish()
    }
    return try work()
  }
}
