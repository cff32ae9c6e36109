import Networks

/// The patches of stored images that a convolution reads: the rows of the array's activations.
struct WordPatches {
  let linear: IntegerLinear
  /// The word of what lies outside the image.
  let padding: UInt8

  /// The patches of a group: `count`·positions rows of `inputCount` words, in the order channel,
  /// kernel row, kernel column.
  ///
  /// - Parameter words: [image][channel][row][column].
  func gather(_ words: [UInt8], count: Int, group: Int) -> [UInt8] {
    let (input, output, spec) = (linear.input, linear.output, linear.convolution)
    if spec.kernel == 1, input.positions == 1, spec.groups == 1, spec.padding == 0 { return words }
    let channels = input.channels / spec.groups
    let length = linear.inputCount
    return [UInt8](
      unsafeUninitializedCapacity: count * output.positions * length
    ) { patches, initialized in
      words.withUnsafeBufferPointer { words in
        guard let words = words.baseAddress, let base = patches.baseAddress else { return }
        var row = base
        for image in 0..<count {
          let planes = words + (image * input.channels + group * channels) * input.positions
          for outputRow in 0..<output.rows {
            for outputColumn in 0..<output.columns {
              gather(
                planes, channels, top: outputRow * spec.stride - spec.padding,
                left: outputColumn * spec.stride - spec.padding, into: row)
              row += length
            }
          }
        }
      }
      initialized = count * output.positions * length
    }
  }

  @inline(__always)
  private func gather(
    _ planes: UnsafePointer<UInt8>, _ channels: Int, top: Int, left: Int,
    into row: UnsafeMutablePointer<UInt8>
  ) {
    let (input, spec) = (linear.input, linear.convolution)
    var tap = 0
    for channel in 0..<channels {
      let plane = planes + channel &* input.positions
      for kernelRow in 0..<spec.kernel {
        let sourceRow = top &+ kernelRow &* spec.dilation
        let isInside = sourceRow >= 0 && sourceRow < input.rows
        for kernelColumn in 0..<spec.kernel {
          let sourceColumn = left &+ kernelColumn &* spec.dilation
          row[tap] =
            isInside && sourceColumn >= 0 && sourceColumn < input.columns
            ? plane[sourceRow &* input.columns &+ sourceColumn] : padding
          tap &+= 1
        }
      }
    }
  }
}
