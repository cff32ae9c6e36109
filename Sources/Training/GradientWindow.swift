/// What the difference gradient smooths over: how far a step is meant to reach.
public enum GradientWindow: Hashable, Sendable {
  /// Words to each side, 0 … 127.
  case words(Int)
  /// The words that predict best how sums change in a first training: `DifferenceGradient.prepared`.
  case searched

  static let range = 0...127
  private static let search = "search"

  /// `search`, or a whole number, which may be outside the range; nil for another text.
  public init?(parsing text: String) {
    if text == Self.search {
      self = .searched
    } else if let words = Int(text) {
      self = .words(words)
    } else {
      return nil
    }
  }

  /// Nil where they are still to be found.
  public var words: Int? {
    switch self {
    case .words(let words): words
    case .searched: nil
    }
  }

  /// The text that `init(parsing:)` reads as the same window.
  public var text: String { words.map(String.init) ?? Self.search }
}
