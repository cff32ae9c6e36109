import Files

/// How often each word of each operand occurs: the weights and activations of a trained network, or
/// any other use of a multiplier.
public struct OperandHistogram: Sendable {
  /// The probability of each word, each operand's adding up to 1.
  public let a: [Double]
  public let b: [Double]

  /// Reads a CSV file with the columns `operand` (`a` or `b`), `word` (0 to 2^width − 1) and `count`.
  /// Words that are not listed have count 0.
  ///
  /// - Throws: `InputError` 66 if missing; 65 at the line of what is wrong.
  public init(contentsOf path: String, widthA: Int, widthB: Int) throws {
    let table = try CSVTable(contentsOf: path, requiring: ["operand", "word", "count"])
    var counts = [
      "a": [Double](repeating: -1, count: 1 << widthA),
      "b": [Double](repeating: -1, count: 1 << widthB),
    ]
    for row in table.rows {
      let operand = try table.text(row, "operand")
      guard let size = counts[operand]?.count else {
        throw InputError(
          .badData, at: table.location(row, "operand"),
          "operand '\(operand)' is not known: a or b")
      }
      let text = try table.text(row, "word")
      guard let word = Int(text), (0..<size).contains(word) else {
        throw InputError(
          .badData, at: table.location(row, "word"),
          "'\(text)' is not a word of operand \(operand): 0 to \(size - 1)")
      }
      let count = try table.number(row, "count")
      guard count >= 0 else {
        throw InputError(
          .badData, at: table.location(row, "count"), "a count is at least 0")
      }
      guard counts[operand]?[word] == -1 else {
        throw InputError(
          .badData, at: table.location(row),
          "word \(word) of operand \(operand) is there twice: keep one row")
      }
      counts[operand]?[word] = count
    }
    func probabilities(_ operand: String) throws -> [Double] {
      let found = counts[operand, default: []].map { max(0, $0) }
      let total = found.reduce(0, +)
      guard total > 0, total.isFinite else {
        throw InputError(
          .badData, at: SourceLocation(file: path), "operand \(operand) has no counts: list some")
      }
      return found.map { $0 / total }
    }
    a = try probabilities("a")
    b = try probabilities("b")
  }
}
