import Networks
import TableArithmetic

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
    inputs: Int, spec: QuantizationSpec, work: ChunkedWork
  ) {
    let outputs = convolution.filters / convolution.groups
    let encoding = spec.encoding.wordTable(bits: spec.weightBits)
    var sums = [Int64](repeating: 0, count: convolution.filters)
    words = [UInt8](unsafeUninitializedCapacity: weights.count) { words, initialized in
      initialized = weights.count
      guard let words = words.baseAddress else { return }
      sums.withUnsafeMutableBufferPointer { sums in
        guard let sums = sums.baseAddress else { return }
        weights.withUnsafeBufferPointer { weights in
          guard let weights = weights.baseAddress else { return }
          work.forEachChunk(of: convolution.filters, size: Self.chunk) { _, filters in
            // Filter after filter, then as the buffer has them.
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: filters.count * inputs) {
              rows in
              guard let rows = rows.baseAddress else { return }
              for filter in filters {
                let (row, quantization) = (
                  rows + (filter - filters.lowerBound) * inputs, quantizations[filter]
                )
                sums[filter] = Int64(
                  TrainingKernels.best.quantize(
                    weights + filter * inputs, into: row, count: inputs,
                    scale: quantization.scale, zero: quantization.zeroPoint,
                    limits: quantization.minimum...quantization.maximum))
                if let encoding {
                  for index in 0..<inputs { row[index] = encoding[Int(row[index])] }
                }
              }
              var filter = filters.lowerBound
              while filter < filters.upperBound {
                let (group, column) = filter.quotientAndRemainder(dividingBy: outputs)
                let count = min(outputs - column, filters.upperBound - filter)
                ByteMatrix.transpose(
                  rows + (filter - filters.lowerBound) * inputs, rowLength: inputs, rows: count,
                  columns: inputs, into: words + group * inputs * outputs + column,
                  resultLength: outputs)
                filter += count
              }
            }
          }
        }
      }
    }
    self.sums = sums
  }

  /// Filters of a chunk of work: the bytes of a cache line.
  private static let chunk = 64
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

  /// The least and the largest of 0 and finite numbers, eight at a time: this runs in every step of a
  /// training in integers.
  static func extremes(of weights: ArraySlice<Float>) -> (low: Float, high: Float) {
    weights.withUnsafeBytes { bytes in
      let lanes = SIMD8<Float>.scalarCount
      let whole = weights.count - weights.count % lanes
      var (low, high) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      for index in stride(from: 0, to: whole, by: lanes) {
        let values = bytes.loadUnaligned(
          fromByteOffset: index * MemoryLayout<Float>.stride, as: SIMD8<Float>.self)
        low.replace(with: values, where: values .< low)
        high.replace(with: values, where: values .> high)
      }
      let rest = weights.dropFirst(whole)
      return (rest.reduce(low.min(), min), rest.reduce(high.max(), max))
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
    let (low, high) = extremes(of: weights)
    if spec.weightScheme == .symmetric, max(-low, high) == 0 { return cover(-1...1) }
    var histogram = ValueHistogram(range: low...high)
    if spec.weightRange.needsCounts { histogram.add(Array(weights)) }
    return cover(histogram.range(by: spec.weightRange, quantization: cover))
  }
}
