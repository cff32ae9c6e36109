import Networks

/// Step 2 of `IntegerLinear`: takes the zero points out of accumulators and adds the bias.
struct ZeroPointCorrection {
  let linear: IntegerLinear
  let codec: WordCodec
  /// The word of what lies outside an image.
  let padding: UInt8

  /// - Parameters:
  ///   - accumulators: [image][filter][position].
  ///   - activations: words as the array read them.
  /// - Returns: [image][filter][position].
  func sums(_ accumulators: [Int32], activations: [UInt8], images: Int) -> [Int32] {
    let positions = linear.output.positions
    let patches = PatchSums(linear: linear, codec: codec, padding: codec.integer(padding))
    let hasZeroPoints = linear.weightZeroPoints.contains { $0 != 0 }
    let outputs = linear.outputCount
    return [Int32](unsafeUninitializedCapacity: accumulators.count) { sums, initialized in
      activations.withUnsafeBufferPointer { activations in
        accumulators.withUnsafeBufferPointer { accumulators in
          withUnsafeTemporaryAllocation(
            of: Int32.self, capacity: positions + patches.scratchCount
          ) { scratch in
            guard let scratch = scratch.baseAddress, let activations = activations.baseAddress,
              let accumulators = accumulators.baseAddress, let sums = sums.baseAddress
            else { return }
            for image in 0..<images {
              for group in 0..<linear.convolution.groups {
                if hasZeroPoints {
                  patches.write(
                    activations + image * linear.input.count, group: group, into: scratch,
                    plane: scratch + positions)
                }
                for filter in group * outputs..<(group + 1) * outputs {
                  let start = (image * linear.output.channels + filter) * positions
                  correct(
                    accumulators + start, scratch, filter, into: sums + start,
                    hasZeroPoint: hasZeroPoints && linear.weightZeroPoints[filter] != 0)
                }
              }
            }
          }
        }
      }
      initialized = accumulators.count
    }
  }

  /// Corrects the positions of one filter.
  ///
  /// An accumulator is within 32 bits, the other two terms within 30 and 31: the sum is formed in 64
  /// and limited to 32.
  private func correct(
    _ accumulators: UnsafePointer<Int32>, _ patchSums: UnsafePointer<Int32>, _ filter: Int,
    into sums: UnsafeMutablePointer<Int32>, hasZeroPoint: Bool
  ) {
    let (constant, zero) = (linear.constants[filter], linear.weightZeroPoints[filter])
    let positions = linear.output.positions
    guard positions > 1 else {
      let part = hasZeroPoint ? Int64(zero) &* Int64(patchSums[0]) : 0
      sums[0] = Int32(clamping: Int64(accumulators[0]) &+ Int64(constant) &- part)
      return
    }
    TrainingKernels.best.correct(
      accumulators, patchSums: hasZeroPoint ? patchSums : nil, into: sums, count: positions,
      constant: constant, zero: zero)
  }
}
