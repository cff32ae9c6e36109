/// All registers of an array's elements, and its bank; 0 at the start.
final class ArrayRegisters {
  /// Columns, with room for whole vectors of the kernels.
  let stride: Int
  /// The operand that is held, and the one that will be; where sums stay, the weight and the one before.
  let held: RegisterMemory<UInt8>
  let shadow: RegisterMemory<UInt8>
  /// The operand that moves, and the one before; where sums stay, the activation.
  let moving: RegisterMemory<UInt8>
  let previous: RegisterMemory<UInt8>
  let product: RegisterMemory<UInt16>
  let pipeline: RegisterMemory<UInt16>
  let sum: RegisterMemory<Int32>
  let bank: RegisterMemory<Int32>
  /// Vectors of the bank, no more than are needed.
  let bankVectors: Int

  /// - Parameter vectors: that the bank has to hold, of a whole product.
  init(_ spec: AcceleratorSpec, vectors: Int) {
    stride = (spec.columns + 15) & ~15
    bankVectors = min(spec.bankVectors, vectors)
    let cells = spec.rows * stride
    (held, shadow) = (RegisterMemory(cells), RegisterMemory(cells))
    (moving, previous) = (RegisterMemory(cells), RegisterMemory(cells))
    product = RegisterMemory(cells)
    pipeline = RegisterMemory(max(1, spec.pipelineRegisters) * cells)
    sum = RegisterMemory(cells)
    bank = RegisterMemory(bankVectors * stride)
  }
}
