import CTrainingKernels

/// The loops that run over every parameter, feature or sum, for one instruction set. All sets give the same
/// bits: they round each operation as IEEE 754 says and contract none.
package enum TrainingKernels: CaseIterable, Sendable {
  /// For every processor.
  case portable
  case avx2
  case avx512

  /// The sets that this processor has, slowest first.
  package static let available = allCases.filter { kernels in
    switch kernels {
    case .portable: true
    case .avx2: ax_training_has_avx2() != 0
    case .avx512: ax_training_has_avx512() != 0
    }
  }

  /// The fastest set that this processor has.
  package static let best = available.last ?? .portable

  /// A step of Adam: m ← 0.9·m + 0.1·h, v ← 0.999·v + 0.001·h², w ← w − rate·m/(√v + epsilon), where
  /// h = g + decay·w.
  ///
  /// - Precondition: this processor has the set; `count` numbers at each address.
  package func adam(
    weights: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, count: Int, decay: Float,
    rate: Float, epsilon: Float
  ) {
    let kernel =
      switch self {
      case .portable: ax_adam_portable
      case .avx2: ax_adam_avx2
      case .avx512: ax_adam_avx512
      }
    kernel(weights, first, second, gradient, Int64(count), decay, rate, epsilon)
  }

  /// target[i] = source[i] / maximum.
  ///
  /// - Precondition: this processor has the set; `count` numbers at each address.
  package func scale(
    _ source: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<Float>, count: Int,
    maximum: Float
  ) {
    let kernel =
      switch self {
      case .portable: ax_scale_portable
      case .avx2: ax_scale_avx2
      case .avx512: ax_scale_avx512
      }
    kernel(source, target, Int64(count), maximum)
  }

  /// integers[i] = the low byte of zero + source[i] / scale, rounded half away from zero and limited to
  /// `limits`, which `zero` is among.
  ///
  /// - Precondition: this processor has the set; `count` finite numbers at each address, fewer than 2²³.
  /// - Returns: the sum of what was added to zero.
  package func quantize(
    _ source: UnsafePointer<Float>, into integers: UnsafeMutablePointer<UInt8>, count: Int,
    scale: Double, zero: Int32, limits: ClosedRange<Int32>
  ) -> Int32 {
    let kernel =
      switch self {
      case .portable: ax_quantize_portable
      case .avx2: ax_quantize_avx2
      case .avx512: ax_quantize_avx512
      }
    return kernel(
      source, integers, Int64(count), scale, zero, limits.lowerBound, limits.upperBound)
  }

  /// sums[i] = accumulators[i] + constant − zero·patchSums[i], formed in 64 bits and limited to 32.
  ///
  /// - Parameter patchSums: nil: 0.
  /// - Precondition: this processor has the set; `count` numbers at each address.
  package func correct(
    _ accumulators: UnsafePointer<Int32>, patchSums: UnsafePointer<Int32>?,
    into sums: UnsafeMutablePointer<Int32>, count: Int, constant: Int32, zero: Int32
  ) {
    let kernel =
      switch self {
      case .portable: ax_correct_portable
      case .avx2: ax_correct_avx2
      case .avx512: ax_correct_avx512
      }
    kernel(accumulators, patchSums, sums, Int64(count), constant, zero)
  }

  /// integers[i] = the low byte of zero + sums[i]·multiplier/2^shift, rounded half away from zero and
  /// limited to `limits`.
  ///
  /// - Parameters:
  ///   - multiplier: 0 or more.
  ///   - shift: 0 to 62.
  /// - Precondition: this processor has the set; `count` numbers at each address.
  package func requantize(
    _ sums: UnsafePointer<Int32>, into integers: UnsafeMutablePointer<UInt8>, count: Int,
    multiplier: Int32, shift: Int, zero: Int32, limits: ClosedRange<Int32>
  ) {
    let kernel =
      switch self {
      case .portable: ax_requantize_portable
      case .avx2: ax_requantize_avx2
      case .avx512: ax_requantize_avx512
      }
    kernel(
      sums, integers, Int64(count), multiplier, Int32(truncatingIfNeeded: shift), zero,
      limits.lowerBound, limits.upperBound)
  }
}
