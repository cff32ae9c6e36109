import DesignSpaceExploration
import Files
import Foundation
import Synchronization

/// Tells on standard error how far long work is: on a terminal one line that is rewritten, else a
/// plain line every 30 seconds.
public final class ProgressLine: Sendable {
  /// Where and how the line is shown.
  public struct Style: Sendable {
    public var isTerminal: Bool
    public var isQuiet: Bool
    public var usesColor: Bool

    public init(isTerminal: Bool, isQuiet: Bool, usesColor: Bool) {
      self.isTerminal = isTerminal
      self.isQuiet = isQuiet
      self.usesColor = usesColor
    }

    /// What standard error is, with color unless `NO_COLOR` (no-color.org) is set and not empty.
    public static func ofStandardError(isQuiet: Bool) -> Style {
      let isTerminal = isatty(STDERR_FILENO) == 1
      let noColor = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
      return Style(
        isTerminal: isTerminal, isQuiet: isQuiet, usesColor: isTerminal && noColor.isEmpty)
    }
  }

  private struct State {
    var begun: Double
    var lastShown: Double?
    var isOpen = false
  }

  private static let plainInterval = 30.0
  private static let terminalInterval = 0.1
  private static let width = 80

  private let what: String
  private let style: Style
  private let clock: @Sendable () -> Double
  private let write: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// Begins to measure time.
  ///
  /// - Parameters:
  ///   - what: a word or two before the numbers, such as `sweep`.
  ///   - clock: seconds from any origin.
  ///   - write: takes the text; standard error unless given.
  public init(
    _ what: String, style: Style,
    clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime },
    write: @escaping @Sendable (String) -> Void = StandardError.write
  ) {
    self.what = what
    self.style = style
    self.clock = clock
    self.write = write
    state = Mutex(State(begun: clock()))
  }

  /// Shows the progress if it is time to; from any thread.
  public func update(_ progress: SweepProgress) {
    guard !style.isQuiet else { return }
    state.withLock { state in
      let now = clock()
      let isLast = progress.done + progress.failed >= progress.total
      let interval = style.isTerminal ? Self.terminalInterval : Self.plainInterval
      let since = now - (state.lastShown ?? (style.isTerminal ? -.infinity : state.begun))
      guard since >= interval || (isLast && style.isTerminal) else { return }
      state.lastShown = now
      let line = Self.line(what, progress, elapsed: now - state.begun)
      if style.isTerminal {
        // Carriage return and erase to the end of the line: the line never wraps.
        write("\r" + colored(line, progress) + "\u{1B}[K")
        state.isOpen = true
      } else {
        write(line + "\n")
      }
    }
  }

  /// Ends the line, so that other text may follow.
  public func finish() {
    state.withLock { state in
      if state.isOpen { write("\n") }
      state.isOpen = false
    }
  }

  private func colored(_ line: String, _ progress: SweepProgress) -> String {
    style.usesColor && progress.failed > 0 ? "\u{1B}[31m\(line)\u{1B}[0m" : line
  }

  /// `sweep 120/192  62 %  1 failed  about 40 s left`, at most 79 columns.
  static func line(_ what: String, _ progress: SweepProgress, elapsed: Double) -> String {
    let settled = progress.done + progress.failed
    let percent = progress.total == 0 ? 100 : settled * 100 / progress.total
    var line = "\(what) \(settled)/\(progress.total)  \(percent) %"
    if progress.failed > 0 { line += "  \(progress.failed) failed" }
    let computed = settled - progress.reused
    let left = progress.total - settled
    if left > 0 && computed > 0 {
      line += "  about \(duration(elapsed / Double(computed) * Double(left))) left"
    } else if left == 0 {
      line += "  in \(duration(elapsed))"
    }
    return TerminalText.cut(line, to: width - 1)
  }

  private static func duration(_ seconds: Double) -> String {
    guard seconds < 3.6e8 else { return "years" }
    let whole = Int(max(0, seconds).rounded())
    switch whole {
    case ..<100: return "\(whole) s"
    case ..<6000: return "\((whole + 30) / 60) min"
    default: return "\((whole + 1800) / 3600) h"
    }
  }
}
