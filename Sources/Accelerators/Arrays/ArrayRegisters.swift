/// All registers of an array's elements, and its bank; 0 at the start.
final class ArrayRegisters {
  /// Columns, with room for whole vectors of the kernels.
  let stride: Int
  /// The operand that is held, and the one that will be; where sums stay, the weight and the one before.
  let held: WordMemory
  let shadow: WordMemory
  /// The operand that moves, and the one before; where sums stay, the activation.
  let moving: WordMemory
  let previous: WordMemory
  let product: WordMemory
  let pipeline: WordMemory
  let sum: WordMemory
  let bank: WordMemory
  /// Vectors of the bank, no more than are needed.
  let bankVectors: Int

  /// - Parameter vectors: that the bank has to hold, of a whole product.
  init(_ spec: AcceleratorSpec, vectors: Int) {
    stride = (spec.columns + 15) & ~15
    bankVectors = min(spec.bankVectors, vectors)
    let cells = spec.rows * stride
    func words() -> WordMemory { WordMemory(cells, bytes: spec.wordBytes) }
    (held, shadow, moving, previous) = (words(), words(), words(), words())
    product = WordMemory(cells, bytes: spec.productBytes)
    pipeline = WordMemory(max(1, spec.pipelineRegisters) * cells, bytes: spec.productBytes)
    sum = WordMemory(cells, bytes: spec.sumBytes)
    bank = WordMemory(bankVectors * stride, bytes: spec.sumBytes)
  }
}
