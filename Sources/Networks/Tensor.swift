/// The features of a batch of examples as 32-bit floats: [example][channel][row][column].
public struct Tensor: Hashable, Sendable {
  /// Examples, 0 or more.
  public let count: Int
  public let shape: FeatureShape
  public var values: [Float]

  /// - Precondition: `count` × `shape.count` values.
  public init(count: Int, shape: FeatureShape, values: [Float]) {
    precondition(count >= 0 && values.count == count * shape.count, "values do not fit the shape")
    self.count = count
    self.shape = shape
    self.values = values
  }

  /// A tensor that `fill` writes, every value of it.
  init(
    count: Int, shape: FeatureShape, filledBy fill: (UnsafeMutablePointer<Float>) -> Void
  ) {
    self.count = count
    self.shape = shape
    values = [Float](unsafeUninitializedCapacity: count * shape.count) { buffer, initialized in
      if let base = buffer.baseAddress, !buffer.isEmpty { fill(base) }
      initialized = count * shape.count
    }
  }

  /// The same values, read as examples of another shape.
  ///
  /// - Precondition: as many features an example.
  consuming func reshaped(to shape: FeatureShape) -> Tensor {
    Tensor(count: count, shape: shape, values: values)
  }
}
