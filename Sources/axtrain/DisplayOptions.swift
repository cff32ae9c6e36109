import ArgumentParser
import Files
import Foundation
import Reporting

/// How a command shows its progress.
struct DisplayOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  @Option(help: "Colors in the progress line: auto, always or never. NO_COLOR is honored.")
  var color = ColorChoice.auto

  enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  var progressStyle: ProgressLine.Style {
    var style = ProgressLine.Style.ofStandardError(isQuiet: quiet)
    switch color {
    case .auto: break
    case .always: style.usesColor = true
    case .never: style.usesColor = false
    }
    return style
  }
}

/// Lines for people.
enum Terminal {
  /// Columns that a table may take on standard output: `COLUMNS` where that is set, those of the
  /// terminal, or as many as it likes in a file or pipe.
  static let columns = columns(of: STDOUT_FILENO)

  private static func columns(of stream: Int32) -> Int {
    if let stated = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }),
      stated > 0
    {
      return max(narrowest, stated)
    }
    guard isatty(stream) == 1 else { return .max }
    var size = winsize()
    guard ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return max(narrowest, Int(size.ws_col))
  }

  private static let narrowest = 40

  /// One line on standard error, broken between words where that is a terminal too narrow for it.
  static func note(_ text: String) {
    let line = InputError.printable(text)
    let isTerminal = isatty(STDERR_FILENO) == 1
    StandardError.write(
      (isTerminal ? wrapped(line, width: columns(of: STDERR_FILENO)) : line) + "\n")
  }

  /// Breaks a sentence into lines of at most 80 columns.
  static func wrapped(_ text: String, width: Int = 80) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty && line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
