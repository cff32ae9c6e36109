import ArgumentParser
import Foundation

/// What is wrong with a command line, as one sentence for `InputError`.
struct UsageMessage {
  let text: String

  /// - Parameter error: of parsing or validating the command's options.
  init(_ error: any Error) {
    // ArgumentParser lists more than five values on lines of their own.
    var message = AxTrainCommand.message(for: error)
      .replacing(":\n  - ", with: ": ").replacing("\n  - ", with: ", ")
    if message.hasSuffix(".") { message.removeLast() }
    // ArgumentParser alone knows which command's options were parsed.
    let help = AxTrainCommand.fullMessage(for: error).matches(of: /See '([^'\n]+ --help)'/).last
    text = message + (help.map { " (see '\($0.output.1)')" } ?? "")
  }
}
