import Accelerators

/// Where the words of a matrix product lie in the buffers of an array's rows and columns.
struct BufferLayout {
  private let design: ArrayDesign
  private let shape: MatrixShape
  private let mapping: ArrayDesign.Mapping
  /// Words of one row's, and of one column's buffer.
  let rowDepth: Int
  let columnDepth: Int

  init(_ shape: MatrixShape, on design: ArrayDesign) {
    self.design = design
    self.shape = shape
    mapping = design.mapping(shape)
    let outputFolds = ArrayDesign.ceiling(mapping.outputs, design.columns)
    columnDepth = outputFolds * mapping.depth
    rowDepth =
      design.dataflow == .outputStationary
      ? ArrayDesign.ceiling(mapping.vectors, design.rows) * mapping.depth
      : ArrayDesign.ceiling(mapping.depth, design.rows) * mapping.vectors
  }

  /// The buffers of the rows one after the other; nil where a fold does not fill the array.
  func rows(_ words: MatrixWords) -> [UInt8?] {
    let inner = design.dataflow == .outputStationary ? mapping.depth : mapping.vectors
    return (0..<design.rows * rowDepth).map { place in
      let (row, address) = place.quotientAndRemainder(dividingBy: rowDepth)
      let (fold, offset) = address.quotientAndRemainder(dividingBy: inner)
      let index = fold * design.rows + row
      return design.dataflow == .outputStationary
        ? vectorWord(words, vector: index, k: offset) : vectorWord(words, vector: offset, k: index)
    }
  }

  /// The same of the columns.
  func columns(_ words: MatrixWords) -> [UInt8?] {
    (0..<design.columns * columnDepth).map { place in
      let (column, address) = place.quotientAndRemainder(dividingBy: columnDepth)
      let (fold, k) = address.quotientAndRemainder(dividingBy: mapping.depth)
      let output = fold * design.columns + column
      guard output < mapping.outputs else { return nil }
      return mapping.vectorsAreActivations
        ? words.weights[k * shape.n + output] : words.activations[output * shape.k + k]
    }
  }

  private func vectorWord(_ words: MatrixWords, vector: Int, k: Int) -> UInt8? {
    guard vector < mapping.vectors, k < mapping.depth else { return nil }
    return mapping.vectorsAreActivations
      ? words.activations[vector * shape.k + k] : words.weights[k * shape.n + vector]
  }
}
