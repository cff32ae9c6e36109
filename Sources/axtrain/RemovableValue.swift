import ArgumentParser

/// A whole number that a flag states, or a word that takes away what the accelerator's file states.
protocol RemovableNumber: ExpressibleByArgument {
  /// The word that stands for no number.
  static var word: String { get }
  /// Nil where the word stands.
  var value: Int? { get }
  init(_ value: Int?)
}

extension RemovableNumber {
  init?(argument: String) {
    guard argument != Self.word else {
      self.init(nil)
      return
    }
    guard let value = Int(argument) else { return nil }
    self.init(value)
  }

  var defaultValueDescription: String { value.map(String.init) ?? Self.word }
}

/// As many as a number, or `unlimited`.
struct Limit: RemovableNumber {
  static let word = "unlimited"
  let value: Int?
  init(_ value: Int?) { self.value = value }
}

/// So many as a number, or `none`.
struct OptionalCount: RemovableNumber {
  static let word = "none"
  /// Whether an option's text states something, and not that there is nothing.
  static func isStated(_ text: String?) -> Bool { text.map { $0 != word } ?? false }
  let value: Int?
  init(_ value: Int?) { self.value = value }
}
