import Files
import NetworkEvaluation
import Quantities
import Training

extension SpecReader {
  /// `{command: [program, argument …], time_limit: 600 s}`, which method external needs.
  ///
  /// - Parameters:
  ///   - node: nil where the spec has none.
  ///   - location: of the methods.
  func external(
    _ node: StrictYAML?, methods: [TrainingMethod], at location: SourceLocation
  ) throws -> ExternalCommand? {
    guard let node else {
      guard !methods.contains(.external) else {
        throw InputError(
          .badData, at: location,
          "method external needs a command: 'external: {command: [program, argument …], "
            + "time_limit: 600 s}' beside the methods")
      }
      return nil
    }
    let fields = try node.record(["command", "time_limit"])
    let words = try fields["command"].list().map { item in
      let word = try item.text()
      guard !word.contains("\0") else {
        throw InputError(.badData, at: item.location, "a word of a command has no NUL")
      }
      return word
    }
    guard let program = words.first, !program.isEmpty else {
      throw InputError(
        .badData, at: try fields["command"].location,
        "a command is a list of a program and its arguments")
    }
    let limit: Delay = try fields["time_limit"].quantity(in: Delay(0.1)...Delay(1e6))
    return ExternalCommand(words: words, timeLimit: limit)
  }
}
