/// The patches of an image that a convolution reads, as columns of a matrix, and back.
///
/// The matrix has a row for each tap (channel, kernel row, kernel column), in this order, and a
/// column for each output position: a convolution is then one matrix product.
struct ImagePatches: Hashable, Sendable {
  let input: FeatureShape
  let output: FeatureShape
  let spec: ConvolutionSpec

  /// Taps of a filter: channels of a group × kernel rows × kernel columns.
  var taps: Int { input.channels / spec.groups * spec.kernel * spec.kernel }
  /// Whether the image is its own matrix.
  var areTheImage: Bool { spec.kernel == 1 && spec.stride == 1 && spec.padding == 0 }

  /// Writes the patches of some channels, all taps × `output.positions`.
  ///
  /// - Parameters:
  ///   - image: the first of the channels.
  ///   - patches: `channels` · kernel² rows.
  func gather(
    _ image: UnsafePointer<Float>, channels: Int, into patches: UnsafeMutablePointer<Float>
  ) {
    var row = patches
    forEachTap(channels: channels) { channel, down, right in
      let place = TapPlace(self, channel: channel, down: down, right: right)
      if !place.coversOutput { row.update(repeating: 0, count: output.positions) }
      let (line, target) = (image + place.input, row + place.output)
      if spec.stride == 1 {
        FloatLanes.copyRows(
          line, stride: input.columns, to: target, stride: output.columns, rows: place.rows,
          count: place.columns)
      } else {
        forEachPlace(place) { target[$0] = line[$1] }
      }
      row += output.positions
    }
  }

  /// Adds to an image what belongs to each of its pixels in the patches: the transpose of `gather`.
  func scatter(
    _ patches: UnsafePointer<Float>, channels: Int, addingTo image: UnsafeMutablePointer<Float>
  ) {
    var row = patches
    forEachTap(channels: channels) { channel, down, right in
      let place = TapPlace(self, channel: channel, down: down, right: right)
      let (line, values) = (image + place.input, row + place.output)
      if spec.stride == 1 {
        FloatLanes.addRows(
          values, stride: output.columns, to: line, stride: input.columns, rows: place.rows,
          count: place.columns)
      } else {
        forEachPlace(place) { line[$1] += values[$0] }
      }
      row += output.positions
    }
  }

  /// Where a tap lies within the image: the outputs from one on, and the features that these read.
  private struct TapPlace {
    /// Of the outputs that read a feature; 0 of both where none does.
    let rows: Int
    let columns: Int
    /// Of the first of them among the output positions, and of its feature in the image; 0 where there
    /// is none.
    let output: Int
    let input: Int
    /// Whether all outputs read a feature.
    let coversOutput: Bool

    /// - Parameters:
    ///   - down, right: how far below and right of an output's corner position the tap reads.
    @inline(__always)
    init(_ patches: ImagePatches, channel: Int, down: Int, right: Int) {
      let (input, output) = (patches.input, patches.output)
      let stride = patches.spec.stride
      let rows = Self.outputs(down, stride: stride, inputs: input.rows, most: output.rows)
      let columns = Self.outputs(
        right, stride: stride, inputs: input.columns, most: output.columns)
      let isEmpty = rows.isEmpty || columns.isEmpty
      (self.rows, self.columns) = isEmpty ? (0, 0) : (rows.count, columns.count)
      coversOutput = rows.count == output.rows && columns.count == output.columns
      let (row, column) = (rows.lowerBound, columns.lowerBound)
      self.output = isEmpty ? 0 : row &* output.columns &+ column
      self.input =
        isEmpty
        ? 0
        : channel &* input.positions &+ (row &* stride &+ down) &* input.columns
          &+ column &* stride &+ right
    }

    /// The outputs, of `most`, whose tap at an offset is inside.
    @inline(__always)
    private static func outputs(
      _ offset: Int, stride: Int, inputs: Int, most: Int
    ) -> Range<Int> {
      // Rounded up and down; most strides are 1, which needs no division.
      let before = max(0, -offset)
      let left = max(0, inputs - offset)
      let first = min(most, stride == 1 ? before : (before + stride - 1) / stride)
      let end = min(most, stride == 1 ? left : (left + stride - 1) / stride)
      return first..<max(first, end)
    }
  }

  /// Calls the body with each output of a tap and its feature, counted from the first ones.
  @inline(__always)
  private func forEachPlace(_ place: TapPlace, _ body: (_ output: Int, _ input: Int) -> Void) {
    for row in 0..<place.rows {
      for column in 0..<place.columns {
        body(
          row &* output.columns &+ column,
          spec.stride &* (row &* input.columns &+ column))
      }
    }
  }

  /// Calls the body with the channel of each tap, and how far below and right of an output's corner
  /// position it reads.
  @inline(__always)
  private func forEachTap(channels: Int, _ body: (Int, Int, Int) -> Void) {
    for channel in 0..<channels {
      for kernelRow in 0..<spec.kernel {
        for kernelColumn in 0..<spec.kernel {
          body(
            channel, kernelRow * spec.dilation - spec.padding,
            kernelColumn * spec.dilation - spec.padding)
        }
      }
    }
  }
}
