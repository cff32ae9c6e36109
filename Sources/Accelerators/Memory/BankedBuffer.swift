/// A buffer of banks, filled in the order in which the array takes operands.
///
/// A vector is what enters (or leaves) the array along one edge for one step of a stream. It lies in
/// `pitch` words, vector after vector; each fold's part of it begins with a word. A word is read once,
/// when the first of its operands is due, and stays beside the array until the last one is; a word of
/// outputs is written when its last one is there.
struct BankedBuffer {
  let banks: Int
  let ports: Int
  /// In a word.
  let operands: Int
  /// Words from a vector to the next.
  let pitch: Int

  /// - Parameter folds: the extent of a vector, cut into folds.
  init?(_ ports: BufferPorts, operandBits: Int, folds: FoldSchedule.Cut) {
    guard let banks = ports.banks else { return nil }
    self.banks = banks
    self.ports = ports.ports ?? 1
    let operands = max(1, (ports.wordBits ?? operandBits) / operandBits)
    self.operands = operands
    pitch =
      (folds.count - 1) * AnalyticalModel.ceiling(folds.part, operands)
      + AnalyticalModel.ceiling(folds.size(folds.count - 1), operands)
  }

  /// Words that hold so many operands of a fold's part of a vector.
  func words(_ operands: Int) -> Int { AnalyticalModel.ceiling(operands, self.operands) }

  /// The cycles of accesses whose fullest bank has so many of them; at least one.
  func cycles(fullest: Int) -> Int { max(1, AnalyticalModel.ceiling(fullest, ports)) }

  /// The cycles of so many words that lie one after the other and are wanted at once.
  func cycles(neighbors words: Int) -> Int {
    cycles(fullest: AnalyticalModel.ceiling(words, banks))
  }
}
