/// Where the sums of a product of matrices are stored.
struct SumPlaces {
  let sums: UnsafeMutablePointer<UInt32>
  /// Input vectors of an image.
  let vectorsPerImage: Int
  /// From one image, vector of an image, and output to the next.
  let imageStride: Int
  let vectorStride: Int
  let outputStride: Int

  /// Row-major: a row for each vector.
  static func matrix(
    _ sums: UnsafeMutablePointer<UInt32>, vectors: Int, outputs: Int
  ) -> SumPlaces {
    SumPlaces(
      sums: sums, vectorsPerImage: max(1, vectors), imageStride: 0, vectorStride: outputs,
      outputStride: 1)
  }

  /// Feature maps: the planes of one group's filters within each image.
  static func maps(
    _ sums: UnsafeMutablePointer<UInt32>, shape: ConvolutionShape, group: Int
  ) -> SumPlaces {
    SumPlaces(
      sums: sums + group * shape.filtersPerGroup * shape.positionCount,
      vectorsPerImage: shape.positionCount, imageStride: shape.outputCount, vectorStride: 1,
      outputStride: shape.positionCount)
  }

  /// Stores a block of sums.
  ///
  /// - Parameters:
  ///   - block: the sum of the ith vector and jth output at `[i·vectorStep + j·outputStep]`.
  func store(
    _ block: UnsafePointer<UInt32>, vectors: Range<Int>, vectorStep: Int, outputs: Range<Int>,
    outputStep: Int
  ) {
    var vector = vectors.lowerBound
    while vector < vectors.upperBound {
      let (image, position) = vector.quotientAndRemainder(dividingBy: vectorsPerImage)
      let count = min(vectorsPerImage - position, vectors.upperBound - vector)
      let from = block + (vector - vectors.lowerBound) * vectorStep
      let to =
        sums + image * imageStride + position * vectorStride + outputs.lowerBound * outputStride
      if vectorStride == 1 {
        for output in 0..<outputs.count {
          let (source, target) = (from + output * outputStep, to + output * outputStride)
          if vectorStep == 1 {
            target.update(from: source, count: count)
          } else {
            for i in 0..<count { target[i] = source[i &* vectorStep] }
          }
        }
      } else {
        for i in 0..<count {
          let (source, target) = (from + i * vectorStep, to + i * vectorStride)
          for output in 0..<outputs.count {
            target[output &* outputStride] = source[output &* outputStep]
          }
        }
      }
      vector += count
    }
  }
}
