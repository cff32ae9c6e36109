import ErrorTables
import Randomness

extension TableMatrixMultiplication {
  /// The sums of products of a convolution before overflow: exact, as a patch has at most 65,536
  /// steps.
  ///
  /// Patches are laid out for a block of output positions at a time, never for all.
  ///
  /// - Parameters:
  ///   - activations: `[image][channel][row][column]`.
  ///   - weights: for each group K × N words, row-major: a row for each step of a patch, channel of
  ///     the group first, then kernel row and column; a column for each filter of the group.
  ///   - padding: the activation around each image: the zero point. Its products count as any other.
  /// - Returns: `[image][filter][row][column]`.
  /// - Precondition: the sizes fit; a patch has 1 … 65,536 steps; all images together have fewer than
  ///   2⁴⁰ outputs.
  public func convolutionSums(
    activations: [UInt8], weights: [UInt8], images: Int, shape: ConvolutionShape, padding: UInt8
  ) -> [UInt32] {
    precondition(images >= 0 && shape.patchCount <= 65_536, "sizes outside their range")
    precondition(images < (1 << 40) / shape.outputCount, "too many outputs")
    precondition(activations.count == images * shape.inputCount, "activations do not fit")
    precondition(weights.count == shape.weightCount, "weights do not fit")
    let product = TableProductShape(
      vectors: images * shape.positionCount, steps: shape.patchCount,
      outputs: shape.filtersPerGroup, hasPatches: true)
    if shape.isMatrix {
      return productSums(
        activations: activations, weights: weights, m: images, k: product.steps, n: product.outputs)
    }
    let outputCount = images * shape.outputCount
    return [UInt32](unsafeUninitializedCapacity: outputCount) { result, count in
      activations.withUnsafeBufferPointer { activations in
        weights.withUnsafeBufferPointer { weights in
          guard let activations = activations.baseAddress, let weights = weights.baseAddress,
            let result = result.baseAddress
          else { return }
          for group in 0..<shape.groups {
            let patches = ConvolutionPatches(
              shape: shape, activations: activations, images: images, padding: padding,
              group: group)
            run(
              product, source: .patches(patches),
              weights: weights + group * product.steps * product.outputs,
              places: .maps(result, shape: shape, group: group))
          }
        }
      }
      count = outputCount
    }
  }

  /// The convolution of activations with weights; see `convolutionSums`.
  ///
  /// - Returns: `[image][filter][row][column]`, each in the accumulator's range.
  public func convolve(
    activations: [UInt8], weights: [UInt8], images: Int, shape: ConvolutionShape, padding: UInt8,
    accumulator: AccumulatorSpec
  ) -> [Int32] {
    convolutionSums(
      activations: activations, weights: weights, images: images, shape: shape, padding: padding
    ).map(accumulator.value(ofProductSum:))
  }

  /// The convolution of activations with weights, some products captured wrong.
  ///
  /// - Precondition: as for `convolutionSums` with errors.
  public func convolve(
    activations: [UInt8], weights: [UInt8], images: Int, shape: ConvolutionShape, padding: UInt8,
    accumulator: AccumulatorSpec, errors: ProductErrorModel, key: ProductErrorKey,
    firstImage: Int = 0
  ) -> [Int32] {
    convolutionSums(
      activations: activations, weights: weights, images: images, shape: shape, padding: padding,
      errors: errors, key: key, firstImage: firstImage
    ).map(accumulator.value(ofProductSum:))
  }

  /// The sums of products of a convolution before overflow, some products captured wrong.
  ///
  /// Operation (v·K + k)·F + f is step k of filter f (of F in all groups) at output position v,
  /// counted over all images of the dataset in order; products with padding are operations too.
  ///
  /// - Parameters:
  ///   - activations: images `firstImage`, `firstImage` + 1 … of the dataset.
  ///   - errors: which products are wrong; as for a product of matrices, each output position being
  ///     one vector.
  /// - Precondition: as for `convolutionSums` and for `multiply` with errors.
  public func convolutionSums(
    activations: [UInt8], weights: [UInt8], images: Int, shape: ConvolutionShape, padding: UInt8,
    errors: ProductErrorModel, key: ProductErrorKey, firstImage: Int = 0
  ) -> [UInt32] {
    precondition((0..<1 << 46).contains(firstImage), "too many operations")
    var sums = convolutionSums(
      activations: activations, weights: weights, images: images, shape: shape, padding: padding)
    guard errors.probability > 0 else { return sums }
    let operations = TableProductShape(
      vectors: images * shape.positionCount, steps: shape.patchCount, outputs: shape.filters)
    let (firstVector, isTooLarge) = firstImage.multipliedReportingOverflow(by: shape.positionCount)
    precondition(!isTooLarge, "too many operations")
    changeProducts(
      in: &sums, activations: activations, weights: weights,
      at: { ConvolutionPlaces(shape, activations: $0, padding: padding) },
      change: { operands in
        inject(errors, key: key, firstVector: firstVector, shape: operations, into: operands)
      })
    return sums
  }
}
