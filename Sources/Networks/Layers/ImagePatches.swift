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
      let plane = image + channel &* input.positions
      let inside = columns(right)
      for position in 0..<output.rows {
        let target = row + position &* output.columns
        let source = position &* spec.stride &+ down
        guard source >= 0, source < input.rows else {
          target.update(repeating: 0, count: output.columns)
          continue
        }
        for column in 0..<inside.lowerBound { target[column] = 0 }
        let line = plane + (source &* input.columns &+ right)
        if spec.stride == 1 {
          FloatLanes.copy(
            line + inside.lowerBound, to: target + inside.lowerBound, count: inside.count)
        } else {
          for column in inside { target[column] = line[column &* spec.stride] }
        }
        for column in inside.upperBound..<output.columns { target[column] = 0 }
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
      let plane = image + channel &* input.positions
      let inside = columns(right)
      for position in 0..<output.rows {
        let source = position &* spec.stride &+ down
        guard source >= 0, source < input.rows else { continue }
        let values = row + position &* output.columns
        let line = plane + (source &* input.columns &+ right)
        if spec.stride == 1 {
          FloatLanes.add(
            values + inside.lowerBound, to: line + inside.lowerBound, count: inside.count)
        } else {
          for column in inside { line[column &* spec.stride] += values[column] }
        }
      }
      row += output.positions
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

  /// The output columns whose tap at an offset is inside the image.
  @inline(__always)
  private func columns(_ right: Int) -> Range<Int> {
    let first = right >= 0 ? 0 : min(output.columns, (spec.stride - 1 - right) / spec.stride)
    let last = input.columns - 1 - right
    let end = last < 0 ? 0 : min(output.columns, last / spec.stride + 1)
    return first..<max(first, end)
  }
}
