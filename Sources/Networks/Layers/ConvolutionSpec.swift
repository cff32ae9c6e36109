/// The settings of a 2-D convolution, as ONNX and PyTorch define them; the same for rows and columns.
public struct ConvolutionSpec: Hashable, Sendable {
  /// Output channels.
  public var filters: Int
  /// Rows and columns of a filter.
  public var kernel: Int
  /// Positions from one output to the next.
  public var stride = 1
  /// Rows and columns of zeros on each side.
  public var padding = 0
  /// Positions from one tap of a filter to the next.
  public var dilation = 1
  /// Parts of the channels that see only themselves; as many as channels: depthwise.
  public var groups = 1
  public var hasBias = true

  public init(
    filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, hasBias: Bool = true
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.hasBias = hasBias
  }

  /// Rows (or columns) that a filter spans.
  public var extent: Int { dilation * (kernel - 1) + 1 }

  /// The shape of the outputs for inputs of a shape, or why there are none.
  public func output(for input: FeatureShape) throws(ShapeError) -> FeatureShape {
    try Window.check("a number of filters", filters, from: 1)
    try Window.check("a kernel", kernel, from: 1)
    try Window.check("a stride", stride, from: 1)
    try Window.check("a padding", padding, from: 0)
    try Window.check("a dilation", dilation, from: 1)
    guard groups > 0, input.channels.isMultiple(of: groups), filters.isMultiple(of: groups) else {
      throw ShapeError(
        "\(groups) groups do not divide \(input.channels) channels and \(filters) filters")
    }
    return try FeatureShape.checked(
      channels: filters,
      rows: try Window.positions(
        input.rows, extent: extent, stride: stride, padding: padding, name: "rows"),
      columns: try Window.positions(
        input.columns, extent: extent, stride: stride, padding: padding, name: "columns"))
  }
}
