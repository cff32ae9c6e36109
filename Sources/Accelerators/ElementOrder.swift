/// The products of an array in the order in which one element forms them: what stands at its
/// multiplier and its adder before and after a clock edge.
///
/// Element (r, c) forms a product every time a fold has work for it. Between two folds its operand,
/// product and sum registers keep what they have, but for the operand that is held, which is taken
/// over at least a cycle before the first product, and the sums of an output-stationary array, which
/// drain to zero. At the start of a layer all are zero.
public struct ElementOrder: Sendable {
  /// A product: activation (m, k) times weight (k, n).
  public struct Place: Hashable, Sendable {
    public let m: Int
    public let k: Int
    public let n: Int

    public init(m: Int, k: Int, n: Int) {
      self.m = m
      self.k = k
      self.n = n
    }
  }

  private let spec: AcceleratorSpec
  private let shape: MatrixShape

  public init(spec: AcceleratorSpec, shape: MatrixShape) {
    self.spec = spec
    self.shape = shape
  }

  /// The product that the same element formed last; nil where the layer begins.
  ///
  /// - Precondition: a place within the shape.
  public func before(_ place: Place) -> Place? {
    precondition(
      (0..<shape.m).contains(place.m) && (0..<shape.k).contains(place.k)
        && (0..<shape.n).contains(place.n), "a place outside the product")
    switch spec.dataflow {
    case .weightStationary:
      return stationary(
        vector: place.m, place.k, output: place.n, vectors: shape.m, outputs: shape.n
      ).map { Place(m: $0.vector, k: $0.k, n: $0.output) }
    case .inputStationary:
      return stationary(
        vector: place.n, place.k, output: place.m, vectors: shape.n, outputs: shape.m
      ).map { Place(m: $0.output, k: $0.k, n: $0.vector) }
    case .outputStationary:
      if place.k > 0 { return Place(m: place.m, k: place.k - 1, n: place.n) }
      let last = shape.k - 1
      if place.n >= spec.columns { return Place(m: place.m, k: last, n: place.n - spec.columns) }
      guard place.m >= spec.rows else { return nil }
      return Place(
        m: place.m - spec.rows, k: last,
        n: Self.last(below: shape.n, like: place.n, every: spec.columns))
    }
  }

  /// Vectors stream in tiles that the bank holds; folds along K are inner, those along the outputs
  /// middle, tiles outer.
  private func stationary(
    vector: Int, _ k: Int, output: Int, vectors: Int, outputs: Int
  ) -> (vector: Int, k: Int, output: Int)? {
    let inTile = vector % spec.bankVectors
    if inTile > 0 { return (vector - 1, k, output) }
    let lastOfTile = min(vectors, vector + spec.bankVectors) - 1
    if k >= spec.rows { return (lastOfTile, k - spec.rows, output) }
    let deepest = Self.last(below: shape.k, like: k, every: spec.rows)
    if output >= spec.columns { return (lastOfTile, deepest, output - spec.columns) }
    guard vector > 0 else { return nil }
    return (vector - 1, deepest, Self.last(below: outputs, like: output, every: spec.columns))
  }

  /// The greatest number below a bound that has the same remainder.
  private static func last(below bound: Int, like number: Int, every divisor: Int) -> Int {
    let remainder = number % divisor
    return remainder + (bound - 1 - remainder) / divisor * divisor
  }
}
