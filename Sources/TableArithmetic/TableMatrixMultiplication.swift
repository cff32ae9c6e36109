import ErrorTables
import Randomness

/// Products of matrices of bytes in which each multiplication goes through a product table.
///
/// C[m, n] = Σₖ table[A[m, k], W[k, n]] for k = 0, 1, 2 …, the accumulator's overflow applied after
/// each addition. The table is exchanged, nothing else, to go from exact to approximate arithmetic;
/// a table that holds all exact products is recognized and multiplied without look-ups.
public struct TableMatrixMultiplication: Sendable {
  /// Whether every product of the table is exact.
  public let isExact: Bool
  /// The product of a and w at `[w << 8 | a]`.
  let products: [UInt16]

  static let imagesPerBlock = 256

  /// - Precondition: 8-bit operands and products below 2¹⁶.
  public init(table: ProductTable) {
    precondition(table.widthA == 8 && table.widthB == 8, "operands are bytes")
    precondition(table.products.allSatisfy { $0 <= 0xFFFF }, "a product is above 16 bits")
    products = table.products.map { UInt16(truncatingIfNeeded: $0) }
    isExact = table.products.indices.allSatisfy {
      table.products[$0] == UInt32($0 & 255) * UInt32($0 >> 8)
    }
  }

  /// The product of an activation and a weight.
  public subscript(activation: UInt8, weight: UInt8) -> UInt16 {
    products[Int(weight) << 8 | Int(activation)]
  }

  /// Multiplies activations by weights.
  ///
  /// - Parameters:
  ///   - activations: `m` × `k`, row-major.
  ///   - weights: `k` × `n`, row-major.
  ///   - timing: which captured products are wrong. Operation (m·K + k)·N + n is the one of
  ///     output (m, n) and weight (k, n); its product p is captured as p XOR mask.
  ///   - stream: where errors are drawn from, as `ErrorInjector` says; left after the last draw.
  /// - Returns: `m` × `n`, row-major, each in the accumulator's range.
  /// - Precondition: the sizes fit; `k` is in 1 … 65,536, `n` positive; masks are below 2¹⁶.
  public func multiply(
    activations: [UInt8], weights: [UInt8], m: Int, k: Int, n: Int, accumulator: AccumulatorSpec,
    timing: ProductErrorDistribution, stream: inout RandomStream
  ) -> [Int32] {
    var sums = productSums(activations: activations, weights: weights, m: m, k: k, n: n)
    precondition(timing.masks.allSatisfy { $0 <= 0xFFFF }, "a mask is wider than a product")
    // An error changes the exact sum by the change of its product; overflow is applied after.
    var errors = ErrorInjector(timing: timing, operations: m * k * n)
    while let hit = errors.next(from: &stream) {
      let (step, output) = hit.operation.quotientAndRemainder(dividingBy: n)
      let product = UInt32(self[activations[step], weights[step % k * n + output]])
      sums[step / k * n + output] &+= (product ^ hit.mask) &- product
    }
    return sums.map(accumulator.value(ofProductSum:))
  }

  /// Multiplies activations by weights, without timing errors.
  public func multiply(
    activations: [UInt8], weights: [UInt8], m: Int, k: Int, n: Int, accumulator: AccumulatorSpec
  ) -> [Int32] {
    productSums(activations: activations, weights: weights, m: m, k: k, n: n)
      .map(accumulator.value(ofProductSum:))
  }

  /// The sums of products before overflow: exact, as k·(2¹⁶ − 1) is below 2³².
  public func productSums(activations: [UInt8], weights: [UInt8], m: Int, k: Int, n: Int)
    -> [UInt32]
  {
    precondition(m >= 0 && n > 0 && (1...65_536).contains(k), "sizes outside their range")
    precondition(activations.count == m * k, "activations are not m × k")
    precondition(weights.count == k * n, "weights are not k × n")
    return [UInt32](unsafeUninitializedCapacity: m * n) { result, count in
      activations.withUnsafeBufferPointer { activations in
        weights.withUnsafeBufferPointer { weights in
          guard let source = activations.baseAddress, let weights = weights.baseAddress,
            let result = result.baseAddress
          else { return }
          var start = 0
          while start < m {
            let images = min(Self.imagesPerBlock, m - start)
            multiplyBlock(
              activations: source + start * k, images: images, weights: weights, k: k, n: n,
              result: result + start * n)
            start += images
          }
        }
      }
      count = m * n
    }
  }

  private func multiplyBlock(
    activations: UnsafePointer<UInt8>, images: Int, weights: UnsafePointer<UInt8>, k: Int, n: Int,
    result: UnsafeMutablePointer<UInt32>
  ) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: k * images) { columns in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: images) { sums in
        products.withUnsafeBufferPointer { products in
          guard let columns = columns.baseAddress, let sums = sums.baseAddress,
            let table = products.baseAddress
          else { return }
          for m in 0..<images {
            for input in 0..<k { columns[input &* images &+ m] = activations[m &* k &+ input] }
          }
          for output in 0..<n {
            if isExact {
              TableKernel.accumulateExactly(
                activations: columns, images: images, weights: weights + output, stride: n,
                inputs: k, sums: sums)
            } else {
              TableKernel.accumulate(
                table: table, activations: columns, images: images, weights: weights + output,
                stride: n, inputs: k, sums: sums)
            }
            for m in 0..<images { result[m &* n &+ output] = sums[m] }
          }
        }
      }
    }
  }
}
