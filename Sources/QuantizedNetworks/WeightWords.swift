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

extension AffineQuantization {
  /// How the weights of each filter are quantized.
  ///
  /// - Parameter weights: filters × inputs, row-major; finite.
  static func ofWeights(
    _ weights: [Float], filters: Int, spec: QuantizationSpec
  ) -> [AffineQuantization] {
    switch spec.weightGranularity {
    case .layer:
      return [AffineQuantization](repeating: ofWeights(weights[...], spec), count: filters)
    case .channel:
      let length = weights.count / filters
      return (0..<filters).map { ofWeights(weights[$0 * length..<($0 + 1) * length], spec) }
    }
  }

  private static func ofWeights(
    _ weights: ArraySlice<Float>, _ spec: QuantizationSpec
  ) -> AffineQuantization {
    let cover = { (range: ClosedRange<Float>) in
      // Weights have both signs, whatever these happen to have.
      let reach = max(-range.lowerBound, range.upperBound)
      return AffineQuantization(
        covering: spec.weightScheme == .symmetric && reach > 0 ? -reach...reach : range,
        scheme: spec.weightScheme, encoding: spec.encoding, bits: spec.weightBits)
    }
    let (low, high) = (weights.reduce(0, min), weights.reduce(0, max))
    if spec.weightScheme == .symmetric, max(-low, high) == 0 { return cover(-1...1) }
    var histogram = ValueHistogram(range: low...high)
    if spec.weightRange.needsCounts { histogram.add(Array(weights)) }
    return cover(histogram.range(by: spec.weightRange, quantization: cover))
  }
}
