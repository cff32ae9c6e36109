import ErrorTables
import Randomness

extension TableMatrixMultiplication {
  /// Multiplies activations by weights, some products captured wrong.
  ///
  /// - Parameters:
  ///   - activations: `m` × `k`, row-major: images `firstImage`, `firstImage` + 1 … of the dataset.
  ///   - weights: `k` × `n`, row-major.
  ///   - errors: which products are wrong. Except for `maskRun`, the errors of an image depend on
  ///     its number and `key` alone, whatever other images are in the call.
  /// - Returns: `m` × `n`, row-major, each in the accumulator's range.
  /// - Precondition: the sizes fit; `k` is in 1 … 65,536, `n` positive, `k`·`n` below 2³⁰; masks are
  ///   below 2¹⁶; all operations up to the last image are fewer than 2⁴⁶; for `maskRun` the first
  ///   image is 0 and the layer below 2⁸.
  public func multiply(
    activations: [UInt8], weights: [UInt8], m: Int, k: Int, n: Int, accumulator: AccumulatorSpec,
    errors: ProductErrorModel, key: ProductErrorKey, firstImage: Int = 0
  ) -> [Int32] {
    var sums = productSums(activations: activations, weights: weights, m: m, k: k, n: n)
    let shape = TableProductShape(vectors: m, steps: k, outputs: n)
    changeProducts(
      in: &sums, activations: activations, weights: weights,
      at: { MatrixPlaces(activations: $0, steps: k, outputs: n) },
      change: { operands in
        inject(errors, key: key, firstVector: firstImage, shape: shape, into: operands)
      })
    return sums.map(accumulator.value(ofProductSum:))
  }

  /// Changes sums by the changes of their products.
  ///
  /// - Parameter places: where each product has its operands and sum, given the activations.
  func changeProducts<Places: ProductPlaces>(
    in sums: inout [UInt32], activations: [UInt8], weights: [UInt8],
    at places: (UnsafePointer<UInt8>) -> Places, change: (ProductOperands<Places>) -> Void
  ) {
    activations.withUnsafeBufferPointer { activations in
      weights.withUnsafeBufferPointer { weights in
        products.withUnsafeBufferPointer { products in
          sums.withUnsafeMutableBufferPointer { sums in
            guard let activations = activations.baseAddress, let weights = weights.baseAddress,
              let products = products.baseAddress, let sums = sums.baseAddress
            else { return }
            change(
              ProductOperands(
                places: places(activations), weights: weights, products: products,
                isExact: isExact, signedBits: signedBits, sums: sums))
          }
        }
      }
    }
  }

  /// Draws the errors that a model and key define, and adds them.
  func inject(
    _ errors: ProductErrorModel, key: ProductErrorKey, firstVector: Int,
    shape: TableProductShape, into operands: ProductOperands<some ProductPlaces>
  ) {
    precondition(errors.affectedBits <= 0xFFFF, "a mask is wider than a product")
    if case .maskRun(let distribution) = errors {
      precondition(firstVector == 0 && key.layer < 256, "a run begins with the first image")
      var stream = RandomStream(
        seed: key.seed, purpose: key.purpose, index: key.index << 8 | UInt64(key.layer))
      Self.inject(distribution, shape: shape, stream: &stream, into: operands)
    } else if errors.probability > 0, shape.vectors > 0 {
      ErrorInjection(
        shape: shape, firstVector: firstVector,
        draws: ProductErrorDraws(
          probability: errors.probability, key: key, kernels: layouts.kernels)
      ).inject(errors, into: operands)
    }
  }

  /// Adds the errors of a run over all operations; an error changes the exact sum by the change of
  /// its product, and overflow is applied after.
  static func inject(
    _ timing: ProductErrorDistribution, shape: TableProductShape, stream: inout RandomStream,
    into operands: ProductOperands<some ProductPlaces>
  ) {
    var errors = ErrorInjector(
      timing: timing, operations: shape.vectors * shape.steps * shape.outputs)
    while let hit = errors.next(from: &stream) {
      let (step, output) = hit.operation.quotientAndRemainder(dividingBy: shape.outputs)
      let (vector, inVector) = step.quotientAndRemainder(dividingBy: shape.steps)
      operands.add(
        hit.mask, at: ProductPlace(vector: vector, step: inVector, output: output))
    }
  }
}
