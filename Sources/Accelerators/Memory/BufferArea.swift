import Quantities
import Technology

extension BufferMemory {
  /// Of all banks; nil where the model's memories have fewer ports.
  public func area(by model: SRAMAreaModel) -> Area? {
    guard ports == 1 else { return nil }
    return Double(banks) * model.area(words: Double(wordsPerBank), width: Double(wordBits))
  }

  /// Whether a bank has words, width and bits as the memories of the model have them.
  public func isCovered(by model: SRAMAreaModel) -> Bool {
    model.covers(words: Double(wordsPerBank), width: Double(wordBits))
  }
}
