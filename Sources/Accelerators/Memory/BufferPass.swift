/// Vectors that pass an edge of the array, fold by fold, from a buffer or into it.
///
/// A fold's part of a vector begins with a word (`BankedBuffer`); each word is accessed once for all of
/// its operands.
struct BufferPass {
  let vectors: Int
  /// Operands of a vector, and the most that a fold has.
  let extent: Int
  let fold: Int
  /// How often all of it passes.
  let times: Int

  /// Of operands, each time that they pass.
  var operands: Int { vectors * extent * times }

  /// The bits of the accessed words beyond those of the operands.
  func unusedBits(_ memory: BufferMemory, bits: Int) -> Int {
    let whole = extent / fold
    return times * vectors
      * (whole * memory.unusedBits(operands: fold, bits: bits)
        + memory.unusedBits(operands: extent - whole * fold, bits: bits))
  }
}

extension AnalyticalModel {
  /// The operands that enter the array from the buffers: those that stay once a tile, those that move
  /// once for each fold that they pass; where sums stay, each operand once for each fold of the other.
  private func passes(
    _ shape: MatrixShape, tile: Int
  ) -> (weights: BufferPass, activations: BufferPass) {
    let (rows, columns) = (spec.rows, spec.columns)
    return switch spec.dataflow {
    case .weightStationary:
      (
        BufferPass(
          vectors: shape.k, extent: shape.n, fold: columns, times: Self.ceiling(shape.m, tile)),
        BufferPass(
          vectors: shape.m, extent: shape.k, fold: rows, times: Self.ceiling(shape.n, columns))
      )
    case .inputStationary:
      (
        BufferPass(
          vectors: shape.n, extent: shape.k, fold: rows, times: Self.ceiling(shape.m, columns)),
        BufferPass(
          vectors: shape.k, extent: shape.m, fold: columns, times: Self.ceiling(shape.n, tile))
      )
    case .outputStationary:
      (
        BufferPass(
          vectors: shape.k, extent: shape.n, fold: columns, times: Self.ceiling(shape.m, rows)),
        BufferPass(
          vectors: shape.k, extent: shape.m, fold: rows, times: Self.ceiling(shape.n, columns))
      )
    }
  }

  /// Adds the operands that enter the array, and the words that are read for them.
  func addBufferReads(to counts: inout AccessCounts, _ shape: MatrixShape, tile: Int) {
    let (weights, activations) = passes(shape, tile: tile)
    counts.weightBitsRead += spec.weightWidth * weights.operands
    counts.weightBitsUnused += weights.unusedBits(spec.weightMemory, bits: spec.weightWidth)
    counts.activationBitsRead += spec.operandWidth * activations.operands
    counts.activationReadBitsUnused += activations.unusedBits(
      spec.activationMemory, bits: spec.operandWidth)
  }

  /// Adds bits of operands that DRAM sends, and the words that are written for them, and bits of outputs
  /// that it gets, and the words that are read: each one after another.
  func addTransfers(to counts: inout AccessCounts, weights: Int, activations: Int, outputs: Int) {
    counts.dramBits += weights + activations + outputs
    counts.weightFillBits += spec.weightMemory.wordBits(operands: weights / spec.weightWidth)
    counts.activationFillBits += spec.activationMemory.wordBits(
      operands: activations / spec.operandWidth)
    counts.outputStoreBits += spec.outputMemory.wordBits(operands: outputs / spec.operandWidth)
  }

  /// Adds operands of the activation buffer that are read one after another, and their words.
  func addReads(of operands: Int, to counts: inout AccessCounts) {
    counts.activationBitsRead += spec.operandWidth * operands
    counts.activationReadBitsUnused += spec.activationMemory.unusedBits(
      operands: operands, bits: spec.operandWidth)
  }

  /// Adds operands that are written one after another, and their words.
  func addWrites(of operands: Int, to counts: inout AccessCounts) {
    counts.activationBitsWritten += spec.operandWidth * operands
    counts.activationWriteBitsUnused += spec.outputMemory.unusedBits(
      operands: operands, bits: spec.operandWidth)
  }

  /// Adds the outputs that leave a product, and the words that are written for them.
  func addBufferWrites(to counts: inout AccessCounts, _ shape: MatrixShape) {
    let isTurned = spec.dataflow == .inputStationary
    let outputs = BufferPass(
      vectors: isTurned ? shape.n : shape.m, extent: isTurned ? shape.m : shape.n,
      fold: spec.columns, times: 1)
    counts.activationBitsWritten += spec.operandWidth * outputs.operands
    counts.activationWriteBitsUnused += outputs.unusedBits(
      spec.outputMemory, bits: spec.operandWidth)
  }
}
