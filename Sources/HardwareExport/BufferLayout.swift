/// Where the words of a matrix product lie in the buffers of an array's rows and columns.
struct BufferLayout {
  private let mapping: ArrayMapping
  /// Words of one row's, and of one column's buffer.
  let rowDepth: Int
  let columnDepth: Int

  init(_ mapping: ArrayMapping) {
    self.mapping = mapping
    let spec = mapping.spec
    columnDepth = ArrayMapping.ceiling(mapping.outputs, spec.columns) * mapping.depth
    rowDepth =
      mapping.isOutputStationary
      ? ArrayMapping.ceiling(mapping.vectors, spec.rows) * mapping.depth
      : ArrayMapping.ceiling(mapping.depth, spec.rows) * mapping.vectors
  }

  /// The buffers of the rows one after the other; nil where a fold does not fill the array.
  func rows(_ words: MatrixWords) -> [UInt16?] {
    let inner = mapping.isOutputStationary ? mapping.depth : mapping.vectors
    return (0..<mapping.spec.rows * rowDepth).map { place in
      let (row, address) = place.quotientAndRemainder(dividingBy: rowDepth)
      let (fold, offset) = address.quotientAndRemainder(dividingBy: inner)
      let index = fold * mapping.spec.rows + row
      let (vector, k) = mapping.isOutputStationary ? (index, offset) : (offset, index)
      guard vector < mapping.vectors, k < mapping.depth else { return nil }
      return mapping.rowsGetActivations
        ? words.activation(vector, k) : words.weight(k, vector)
    }
  }

  /// The same of the columns.
  func columns(_ words: MatrixWords) -> [UInt16?] {
    (0..<mapping.spec.columns * columnDepth).map { place in
      let (column, address) = place.quotientAndRemainder(dividingBy: columnDepth)
      let (fold, k) = address.quotientAndRemainder(dividingBy: mapping.depth)
      let output = fold * mapping.spec.columns + column
      guard output < mapping.outputs else { return nil }
      return mapping.rowsGetActivations
        ? words.weight(k, output) : words.activation(output, k)
    }
  }
}
