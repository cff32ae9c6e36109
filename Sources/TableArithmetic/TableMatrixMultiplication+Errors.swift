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
    precondition(errors.affectedBits <= 0xFFFF, "a mask is wider than a product")
    if case .maskRun(let distribution) = errors {
      precondition(firstImage == 0 && key.layer < 256, "a run begins with the first image")
      var stream = RandomStream(
        seed: key.seed, purpose: key.purpose, index: key.index << 8 | UInt64(key.layer))
      return multiply(
        activations: activations, weights: weights, m: m, k: k, n: n, accumulator: accumulator,
        timing: distribution, stream: &stream)
    }
    var sums = productSums(activations: activations, weights: weights, m: m, k: k, n: n)
    if errors.probability > 0, m > 0 {
      let injection = ErrorInjection(
        shape: (m, k, n), firstImage: firstImage,
        draws: ProductErrorDraws(probability: errors.probability, key: key))
      activations.withUnsafeBufferPointer { activations in
        weights.withUnsafeBufferPointer { weights in
          products.withUnsafeBufferPointer { products in
            sums.withUnsafeMutableBufferPointer { sums in
              guard let activations = activations.baseAddress, let weights = weights.baseAddress,
                let products = products.baseAddress, let sums = sums.baseAddress
              else { return }
              let operands = ErrorInjection.Operands(
                activations: activations, weights: weights, products: products, sums: sums)
              switch errors {
              case .maskRun: break
              case .masks(let errors): injection.inject(errors, into: operands)
              case .bits(let errors): injection.inject(errors, into: operands)
              case .masksByWeight(let errors): injection.inject(errors, into: operands)
              }
            }
          }
        }
      }
    }
    return sums.map(accumulator.value(ofProductSum:))
  }
}
