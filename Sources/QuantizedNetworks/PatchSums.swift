import Networks

/// The sum of the integers of every patch that a convolution reads: what a weight's zero point is
/// multiplied by.
///
/// Channels are added up first, then the taps along a row, then the rows: a patch costs as much as its
/// kernel has rows and columns, whatever the channels.
struct PatchSums {
  let linear: IntegerLinear
  let codec: WordCodec
  /// The integer of what lies outside the image.
  let padding: Int32

  /// Sums for one group of an image.
  ///
  /// - Parameters:
  ///   - image: [channel][row][column].
  ///   - sums: a number for each output position.
  ///   - plane: room for the padded image and the sums along its rows: `scratchCount` numbers.
  func write(
    _ image: UnsafePointer<UInt8>, group: Int, into sums: UnsafeMutablePointer<Int32>,
    plane: UnsafeMutablePointer<Int32>
  ) {
    let (input, output, spec) = (linear.input, linear.output, linear.convolution)
    let channels = input.channels / spec.groups
    if input.isVector, spec.kernel == 1, spec.padding == 0 {
      sums[0] = codec.sum(image + group * channels, count: channels)
      return
    }
    let width = input.columns + 2 * spec.padding
    plane.update(
      repeating: padding &* Int32(truncatingIfNeeded: channels), count: planeCount)
    for row in 0..<input.rows {
      let line = plane + ((row + spec.padding) * width + spec.padding)
      for column in 0..<input.columns { line[column] = 0 }
      for channel in 0..<channels {
        let words = image + (((group * channels + channel) * input.rows) + row) * input.columns
        codec.add(words, count: input.columns, to: line)
      }
    }
    // Sums along each row of the padded image, at the columns of the outputs.
    let rows = plane + planeCount
    for row in 0..<input.rows + 2 * spec.padding {
      let (target, line) = (rows + row * output.columns, plane + row * width)
      for kernelColumn in 0..<spec.kernel {
        Self.add(
          line + kernelColumn * spec.dilation, stride: spec.stride, to: target,
          count: output.columns, isFirst: kernelColumn == 0)
      }
    }
    for outputRow in 0..<output.rows {
      for kernelRow in 0..<spec.kernel {
        Self.add(
          rows + (outputRow * spec.stride + kernelRow * spec.dilation) * output.columns, stride: 1,
          to: sums + outputRow * output.columns, count: output.columns, isFirst: kernelRow == 0)
      }
    }
  }

  /// Adds numbers `stride` apart, or begins with them.
  @inline(__always)
  private static func add(
    _ source: UnsafePointer<Int32>, stride: Int, to sums: UnsafeMutablePointer<Int32>, count: Int,
    isFirst: Bool
  ) {
    switch (stride, isFirst) {
    case (1, true): for index in 0..<count { sums[index] = source[index] }
    case (1, false): for index in 0..<count { sums[index] &+= source[index] }
    case (_, true): for index in 0..<count { sums[index] = source[index &* stride] }
    case (_, false): for index in 0..<count { sums[index] &+= source[index &* stride] }
    }
  }

  /// Numbers of a padded image.
  private var planeCount: Int {
    (linear.input.rows + 2 * linear.convolution.padding)
      * (linear.input.columns + 2 * linear.convolution.padding)
  }

  /// Numbers of a padded image and of the sums along its rows.
  var scratchCount: Int {
    planeCount + (linear.input.rows + 2 * linear.convolution.padding) * linear.output.columns
  }
}
