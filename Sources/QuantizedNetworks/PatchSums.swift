import Networks

/// The sum of the integers of every patch that a convolution reads: what a weight's zero point is
/// multiplied by.
///
/// Channels are added up first, then the taps of the kernel, so that a patch costs as much as its
/// kernel has taps, whatever the channels.
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
  ///   - plane: room for the padded image: `planeCount` numbers.
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
    sums.update(repeating: 0, count: output.positions)
    for outputRow in 0..<output.rows {
      let target = sums + outputRow * output.columns
      for kernelRow in 0..<spec.kernel {
        let line = plane + (outputRow * spec.stride + kernelRow * spec.dilation) * width
        for kernelColumn in 0..<spec.kernel {
          let source = line + kernelColumn * spec.dilation
          if spec.stride == 1 {
            for column in 0..<output.columns { target[column] &+= source[column] }
          } else {
            for column in 0..<output.columns { target[column] &+= source[column &* spec.stride] }
          }
        }
      }
    }
  }

  /// Numbers of a padded image.
  var planeCount: Int {
    (linear.input.rows + 2 * linear.convolution.padding)
      * (linear.input.columns + 2 * linear.convolution.padding)
  }
}
