/// The sizes of a two-dimensional convolution, and what follows from them.
///
/// Activations are `[image][channel][row][column]`, outputs `[image][filter][row][column]`. Filter f
/// belongs to group f / `filtersPerGroup` and sees only that group's channels; a depthwise
/// convolution has as many groups as channels. As in most frameworks the kernel is not turned round
/// (cross-correlation).
public struct ConvolutionShape: Hashable, Sendable {
  /// Rows and columns of something.
  public struct Size: Hashable, Sendable {
    public let rows: Int
    public let columns: Int

    public init(rows: Int, columns: Int) {
      self.rows = rows
      self.columns = columns
    }

    /// As many columns as rows.
    public init(square side: Int) { self.init(rows: side, columns: side) }
  }

  /// Rows and columns that are put around each image.
  public struct Padding: Hashable, Sendable {
    public let top: Int
    public let left: Int
    public let bottom: Int
    public let right: Int

    public static let none = Padding(all: 0)

    public init(top: Int, left: Int, bottom: Int, right: Int) {
      self.top = top
      self.left = left
      self.bottom = bottom
      self.right = right
    }

    public init(all: Int) { self.init(top: all, left: all, bottom: all, right: all) }
  }

  public let channels: Int
  public let input: Size
  public let filters: Int
  public let kernel: Size
  public let stride: Size
  public let padding: Padding
  /// The distance between neighboring kernel positions in the input; 1 leaves no gaps.
  public let dilation: Size
  public let groups: Int
  /// (input + padding − dilation·(kernel − 1) − 1) / stride + 1, rounded down.
  public let output: Size

  /// - Precondition: counts, sizes, strides and dilations are in 1 … 2²⁰, paddings in 0 … 2²⁰; the
  ///   dilated kernel fits the padded input; `groups` divides `channels` and `filters`; an image has
  ///   fewer than 2³¹ activations and 2³¹ outputs, the filters fewer than 2³¹ weights.
  public init(
    channels: Int, input: Size, filters: Int, kernel: Size, stride: Size = Size(square: 1),
    padding: Padding = .none, dilation: Size = Size(square: 1), groups: Int = 1
  ) {
    let counts = [channels, filters, groups]
    let sizes = [input, kernel, stride, dilation].flatMap { [$0.rows, $0.columns] }
    precondition(
      (counts + sizes).allSatisfy { (1...1 << 20).contains($0) }, "a size outside 1…2²⁰")
    precondition(
      [padding.top, padding.left, padding.bottom, padding.right]
        .allSatisfy { (0...1 << 20).contains($0) }, "a padding outside 0…2²⁰")
    precondition(
      channels.isMultiple(of: groups) && filters.isMultiple(of: groups),
      "groups do not divide channels and filters")
    let spare = Size(
      rows: input.rows + padding.top + padding.bottom - dilation.rows * (kernel.rows - 1) - 1,
      columns: input.columns + padding.left + padding.right
        - dilation.columns * (kernel.columns - 1) - 1)
    precondition(spare.rows >= 0 && spare.columns >= 0, "the kernel exceeds the padded input")
    self.channels = channels
    self.input = input
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    output = Size(
      rows: spare.rows / stride.rows + 1, columns: spare.columns / stride.columns + 1)
    let volumes = [
      (channels, input.rows, input.columns), (filters, output.rows, output.columns),
      (filters * (channels / groups), kernel.rows, kernel.columns),
    ]
    precondition(
      volumes.allSatisfy { count, rows, columns in
        let (plane, isTooLarge) = rows.multipliedReportingOverflow(by: columns)
        return !isTooLarge && plane < 1 << 31 && count < 1 << 31 && count * plane < 1 << 31
      }, "a tensor of 2³¹ or more elements")
  }

  public var channelsPerGroup: Int { channels / groups }
  public var filtersPerGroup: Int { filters / groups }
  /// The activations that one output is the sum over: those of a patch.
  public var patchCount: Int { channelsPerGroup * kernel.rows * kernel.columns }
  /// The outputs of one filter for one image.
  public var positionCount: Int { output.rows * output.columns }
  /// The activations of one image.
  public var inputCount: Int { channels * input.rows * input.columns }
  /// The outputs of one image.
  public var outputCount: Int { filters * positionCount }
  /// The weights of all filters.
  public var weightCount: Int { filters * patchCount }
  /// Whether an image is its only patch: a product of matrices, as in a dense layer.
  public var isMatrix: Bool {
    groups == 1 && positionCount == 1 && patchCount == inputCount && padding == .none
  }

  /// The place in the activations that step `step` of a group's patch reads for a vector, an output
  /// position counted over all images; nil outside the image.
  public func activationIndex(vector: Int, step: Int, group: Int) -> Int? {
    let (image, position) = vector.quotientAndRemainder(dividingBy: positionCount)
    let (line, kernelColumn) = step.quotientAndRemainder(dividingBy: kernel.columns)
    let (channel, kernelRow) = line.quotientAndRemainder(dividingBy: kernel.rows)
    let row =
      position / output.columns * stride.rows + kernelRow * dilation.rows - padding.top
    let column =
      position % output.columns * stride.columns + kernelColumn * dilation.columns - padding.left
    guard (0..<input.rows).contains(row), (0..<input.columns).contains(column) else { return nil }
    let plane = group * channelsPerGroup + channel
    return image * inputCount + (plane * input.rows + row) * input.columns + column
  }

  /// The patches of a group as the rows of a matrix: images × output positions by steps.
  ///
  /// - Parameters:
  ///   - activations: `images` × `inputCount`.
  ///   - padding: what lies outside the image.
  public func patches(
    _ activations: [UInt8], images: Int, group: Int, padding: UInt8
  ) -> [UInt8] {
    precondition(activations.count == images * inputCount, "activations do not fit")
    // Of an image's first activation; nil outside.
    let places = (0..<positionCount).flatMap { position in
      (0..<patchCount).map { activationIndex(vector: position, step: $0, group: group) }
    }
    var rows: [UInt8] = []
    rows.reserveCapacity(images * places.count)
    for image in 0..<images {
      let start = image * inputCount
      for place in places { rows.append(place.map { activations[start + $0] } ?? padding) }
    }
    return rows
  }
}
