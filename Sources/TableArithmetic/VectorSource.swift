/// Where a product of matrices takes its input vectors from.
enum VectorSource {
  /// Row-major: each vector is `steps` consecutive activations.
  case matrix(UnsafePointer<UInt8>, steps: Int)
  case patches(ConvolutionPatches)

  /// Lays vectors out along the lanes: `columns[(k − steps.lowerBound)·row + v − vectors.lowerBound]`.
  func fill(
    _ columns: UnsafeMutablePointer<UInt8>, row: Int, vectors: Range<Int>, steps: Range<Int>
  ) {
    switch self {
    case .matrix(let activations, let stepCount):
      ByteMatrix.transpose(
        activations + vectors.lowerBound * stepCount + steps.lowerBound, rowLength: stepCount,
        rows: vectors.count, columns: steps.count, into: columns, resultLength: row)
    case .patches(let patches):
      patches.fill(columns, row: row, vectors: vectors, steps: steps)
    }
  }

  var isMatrix: Bool {
    if case .matrix = self { true } else { false }
  }

  /// The activations of vectors as scalar operands.
  ///
  /// - Parameter scratch: memory for patches, `vectors.count · steps.count` bytes.
  func scalars(
    vectors: Range<Int>, steps: Range<Int>, scratch: UnsafeMutablePointer<UInt8>
  ) -> ScalarOperands {
    switch self {
    case .matrix(let activations, let stepCount):
      return ScalarOperands(
        values: activations + vectors.lowerBound * stepCount + steps.lowerBound,
        sumStride: stepCount, stepStride: 1, count: vectors.count)
    case .patches(let patches):
      patches.fill(scratch, row: vectors.count, vectors: vectors, steps: steps)
      return ScalarOperands(
        values: scratch, sumStride: 1, stepStride: vectors.count, count: vectors.count)
    }
  }
}
