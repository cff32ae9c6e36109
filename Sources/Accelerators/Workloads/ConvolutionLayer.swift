/// A 2-D convolution as a workload: only its sizes.
///
/// It is lowered to one product of matrices a group: M is a batch's output positions, K a filter's
/// weights, N the filters of a group. A depthwise convolution has as many groups as channels.
public struct ConvolutionLayer: Hashable, Sendable {
  public var channels: Int
  public var inputRows: Int
  public var inputColumns: Int
  public var filters: Int
  public var kernelRows: Int
  public var kernelColumns: Int
  public var strideRows = 1
  public var strideColumns = 1
  /// Zeros on each side.
  public var paddingRows = 0
  public var paddingColumns = 0
  public var dilationRows = 1
  public var dilationColumns = 1
  public var groups = 1
  /// Whether a last position that the stride does not reach counts, as in SCALE-Sim.
  public var roundsUp = false

  public init(
    channels: Int, inputRows: Int, inputColumns: Int, filters: Int, kernelRows: Int,
    kernelColumns: Int
  ) {
    self.channels = channels
    self.inputRows = inputRows
    self.inputColumns = inputColumns
    self.filters = filters
    self.kernelRows = kernelRows
    self.kernelColumns = kernelColumns
  }

  /// The matrix product of a batch.
  ///
  /// - Throws: `WorkloadError` if a size is outside 1 … 65,536 (padding: from 0), groups do not divide
  ///   channels and filters, the kernel is larger than the padded input, or an extent is too large.
  public func gemm(name: String, batch: Int = 1) throws(WorkloadError) -> GEMM {
    let sizes = [
      ("channels", channels), ("input rows", inputRows), ("input columns", inputColumns),
      ("filters", filters), ("kernel rows", kernelRows), ("kernel columns", kernelColumns),
      ("stride", strideRows), ("stride", strideColumns), ("dilation", dilationRows),
      ("dilation", dilationColumns), ("groups", groups), ("padding + 1", paddingRows + 1),
      ("padding + 1", paddingColumns + 1), ("batch", batch),
    ]
    for (name, size) in sizes where !(1...65_536).contains(size) {
      throw WorkloadError("\(name) = \(size) is outside 1 … 65536")
    }
    guard channels.isMultiple(of: groups), filters.isMultiple(of: groups) else {
      throw WorkloadError(
        "\(groups) groups do not divide \(channels) channels and \(filters) filters")
    }
    let rows = try positions(
      inputRows + 2 * paddingRows, dilationRows * (kernelRows - 1) + 1, strideRows, "rows")
    let columns = try positions(
      inputColumns + 2 * paddingColumns, dilationColumns * (kernelColumns - 1) + 1,
      strideColumns, "columns")
    let geometry = ConvolutionGeometry(
      rows: ConvolutionGeometry.Axis(
        input: inputRows, positions: rows, taps: kernelRows, stride: strideRows,
        dilation: dilationRows, padding: paddingRows),
      columns: ConvolutionGeometry.Axis(
        input: inputColumns, positions: columns, taps: kernelColumns, stride: strideColumns,
        dilation: dilationColumns, padding: paddingColumns))
    return try GEMM(
      name: name, m: batch * rows * columns, k: channels / groups * kernelRows * kernelColumns,
      n: filters / groups, repetitions: groups, convolution: geometry)
  }

  private func positions(
    _ length: Int, _ extent: Int, _ stride: Int, _ name: String
  ) throws(WorkloadError) -> Int {
    guard extent <= length else {
      throw WorkloadError(
        "a kernel of \(extent) \(name) is larger than its input of \(length) \(name)")
    }
    return (length - extent + (roundsUp ? stride - 1 : 0)) / stride + 1
  }
}
