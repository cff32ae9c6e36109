import ErrorTables
import Randomness

/// Products of matrices of bytes in which each multiplication goes through a product table.
///
/// C[m, n] = Σₖ table[A[m, k], W[k, n]] for k = 0, 1, 2 …, the accumulator's overflow applied after
/// each addition. The table is exchanged, nothing else, to go from exact to approximate arithmetic;
/// a table that is exact, or a short sum of products of factors, is recognized and multiplied without
/// look-ups where that is faster.
public struct TableMatrixMultiplication: Sendable {
  /// Whether every product of the table is exact.
  public let isExact: Bool
  /// The product of a and w at `[w << 8 | a]`.
  let products: [UInt16]
  let layouts: TableLayouts
  /// Bits of a product register where products are in two's complement; nil: they have no sign.
  let signedBits: Int?
  /// How every product runs, whatever its shape; nil: in the fastest way.
  private var method: TableMethod?

  /// - Parameters:
  ///   - kernels: one of `TableKernels.available`; the results do not depend on it.
  ///   - signedBits: of a product register, 1 to 16, where entries are products in two's complement with
  ///     2¹⁵ added; nil where they have no sign.
  /// - Precondition: 8-bit operands and entries below 2¹⁶.
  public init(
    table: ProductTable, kernels: TableKernels = .best, signedBits: Int? = nil
  ) {
    precondition((1...16).contains(signedBits ?? 16), "product registers of 1 to 16 bits")
    self.signedBits = signedBits
    precondition(table.widthA == 8 && table.widthB == 8, "operands are bytes")
    precondition(table.products.allSatisfy { $0 <= 0xFFFF }, "a product is above 16 bits")
    precondition(TableKernels.available.contains(kernels), "this processor lacks the kernels")
    products = table.products.map { UInt16(truncatingIfNeeded: $0) }
    isExact = table.products.indices.allSatisfy {
      table.products[$0] == UInt32($0 & 255) * UInt32($0 >> 8)
    }
    layouts = TableLayouts(products: products, kernels: kernels)
  }

  /// The same table, multiplied in one way whatever the shape.
  ///
  /// - Precondition: the method is one of the table's candidates.
  func always(_ method: TableMethod) -> TableMatrixMultiplication {
    precondition(
      TableMethod.candidates(
        kernels: layouts.kernels, isExact: isExact, factors: layouts.factors
      ).contains(method), "the method does not fit the table")
    var copy = self
    copy.method = method
    return copy
  }

  /// The product of an activation and a weight.
  public subscript(activation: UInt8, weight: UInt8) -> UInt16 {
    products[Int(weight) << 8 | Int(activation)]
  }

  /// Calls a body with the products of one weight and each activation.
  public func withProducts(
    of weight: UInt8, _ body: (_ products: UnsafeBufferPointer<UInt16>) -> Void
  ) {
    products.withUnsafeBufferPointer { products in
      let row = Int(weight) << 8
      body(UnsafeBufferPointer(rebasing: products[row..<row + 256]))
    }
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
    precondition(timing.masks.allSatisfy { $0 <= 0xFFFF }, "a mask is wider than a product")
    var sums = productSums(activations: activations, weights: weights, m: m, k: k, n: n)
    let shape = TableProductShape(vectors: m, steps: k, outputs: n)
    changeProducts(
      in: &sums, activations: activations, weights: weights,
      at: { MatrixPlaces(activations: $0, steps: k, outputs: n) },
      change: { operands in
        Self.inject(timing, shape: shape, stream: &stream, into: operands)
      })
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
          run(
            TableProductShape(vectors: m, steps: k, outputs: n),
            source: .matrix(source, steps: k), weights: weights,
            places: .matrix(result, vectors: m, outputs: n))
        }
      }
      count = m * n
    }
  }

  /// Multiplies in the way that is fastest for the shape.
  func run(
    _ shape: TableProductShape, source: VectorSource, weights: UnsafePointer<UInt8>,
    places: SumPlaces
  ) {
    let method =
      method
      ?? .fastest(
        shape, kernels: layouts.kernels, isExact: isExact, factors: layouts.factors)
    TableProduct(
      tables: layouts, shape: shape, source: source, weights: weights, places: places
    ).run(method)
  }
}
