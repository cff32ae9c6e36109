import Networks

/// A layer's weights as the words of the weight buffer.
struct WeightWords {
  /// Group after group, each K × N row-major.
  let words: [UInt8]
  /// Σₖ (w[k] − z_w) of each filter.
  let sums: [Int64]

  /// - Parameters:
  ///   - weights: filters × inputs, row-major.
  ///   - quantizations: one a filter.
  init(
    weights: [Float], quantizations: [AffineQuantization], convolution: ConvolutionSpec,
    inputs: Int, spec: QuantizationSpec
  ) {
    let outputs = convolution.filters / convolution.groups
    var words = [UInt8](repeating: 0, count: weights.count)
    var sums = [Int64](repeating: 0, count: convolution.filters)
    for filter in 0..<convolution.filters {
      let quantization = quantizations[filter]
      let (group, column) = filter.quotientAndRemainder(dividingBy: outputs)
      for input in 0..<inputs {
        let integer = quantization.integer(Double(weights[filter * inputs + input]))
        words[(group * inputs + input) * outputs + column] = spec.encoding.word(
          integer, bits: spec.weightBits)
        sums[filter] += Int64(integer - quantization.zeroPoint)
      }
    }
    self.words = words
    self.sums = sums
  }
}
