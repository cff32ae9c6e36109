/// The settings of a pooling, as ONNX and PyTorch define them; the same for rows and columns.
public struct PoolingSpec: Hashable, Sendable {
  /// Rows and columns of a window.
  public let kernel: Int
  /// Positions from one window to the next.
  public let stride: Int
  /// Rows and columns around the image, less than the kernel: never the maximum; counted in an
  /// average as zeros if `countsPadding`, else not counted.
  public let padding: Int
  public let countsPadding: Bool

  /// - Parameter stride: the kernel unless given, so that windows do not overlap.
  public init(kernel: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = false) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.countsPadding = countsPadding
  }

  /// The shape of the outputs for inputs of a shape, or why there are none.
  public func output(for input: FeatureShape) throws(ShapeError) -> FeatureShape {
    try Window.check("a kernel", kernel, from: 1)
    try Window.check("a stride", stride, from: 1)
    try Window.check("a padding", padding, from: 0)
    guard padding < kernel else {
      throw ShapeError("a padding of \(padding) leaves windows of \(kernel) without a feature")
    }
    return try FeatureShape.checked(
      channels: input.channels,
      rows: try Window.positions(
        input.rows, extent: kernel, stride: stride, padding: padding, name: "rows"),
      columns: try Window.positions(
        input.columns, extent: kernel, stride: stride, padding: padding, name: "columns"))
  }

  /// The rows (or columns) of an image of a length that an output's window covers.
  @inline(__always)
  package func window(_ position: Int, of length: Int) -> Range<Int> {
    let start = position &* stride &- padding
    return max(0, start)..<min(length, start &+ kernel)
  }
}
