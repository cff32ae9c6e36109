/// How the range of real numbers that integers cover is chosen from the numbers themselves.
public enum RangeRule: Hashable, Sendable {
  /// All of them.
  case maximum
  /// This part of them, in percent, the rest cut off at both ends alike; above 50, to 100.
  case percentile(Double)
  /// At most this far from 0; positive.
  case clipping(Float)
  /// The part of the range from 0 whose quantization has the least mean square error, of 100 parts.
  /// Source of the criterion: Banner, Nahshan, Soudry, *Post training 4-bit quantization of
  /// convolutional networks for rapid-deployment*, NeurIPS 2019.
  case leastSquares
}

extension RangeRule {
  /// As files and command lines write it: `maximum`, `least_squares`, `percentile=99.9`,
  /// `clipping=0.5`.
  public var text: String {
    switch self {
    case .maximum: "maximum"
    case .leastSquares: "least_squares"
    case .percentile(let percent): "percentile=\(percent)"
    case .clipping(let limit): "clipping=\(limit)"
    }
  }

  /// Reads `text`; nil if it is no rule or its number is outside the range.
  public init?(text: String) {
    switch text {
    case "maximum": self = .maximum
    case "least_squares": self = .leastSquares
    default:
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Double(parts[1]), value.isFinite else { return nil }
      switch parts[0] {
      case "percentile" where value > 50 && value <= 100: self = .percentile(value)
      case "clipping" where value > 0 && Float(value) > 0 && Float(value).isFinite:
        self = .clipping(Float(value))
      default: return nil
      }
    }
  }
}

extension RangeRule {
  /// Whether it looks at more than the ends.
  var needsCounts: Bool {
    switch self {
    case .maximum, .clipping: false
    case .percentile, .leastSquares: true
    }
  }
}

/// Numbers counted in bins of equal width: what a range is chosen from.
struct ValueHistogram: Sendable {
  /// The smallest and the largest number, 0 included.
  let range: ClosedRange<Float>
  private(set) var counts: [UInt64]
  /// Bins a unit.
  private let scale: Double

  static let binCount = 4_096

  init(range: ClosedRange<Float>) {
    self.range = min(0, range.lowerBound)...max(0, range.upperBound)
    counts = [UInt64](repeating: 0, count: Self.binCount)
    let width = Double(self.range.upperBound) - Double(self.range.lowerBound)
    scale = width > 0 ? Double(Self.binCount) / width : 0
  }

  /// - Precondition: finite numbers in `range`.
  mutating func add(_ values: [Float]) {
    for value in values {
      let bin = Int((Double(value) - Double(range.lowerBound)) * scale)
      counts[min(Self.binCount - 1, max(0, bin))] += 1
    }
  }

  /// The middle of a bin.
  private func center(_ bin: Int) -> Double {
    let width = Double(range.upperBound) - Double(range.lowerBound)
    return Double(range.lowerBound) + (Double(bin) + 0.5) * width / Double(Self.binCount)
  }

  /// The range that a rule chooses.
  ///
  /// - Parameter quantization: what would cover a range.
  func range(
    by rule: RangeRule, quantization: (ClosedRange<Float>) -> AffineQuantization
  ) -> ClosedRange<Float> {
    switch rule {
    case .maximum: return range
    case .clipping(let limit):
      return max(-limit, range.lowerBound)...min(limit, range.upperBound)
    case .percentile(let percent): return percentile(percent)
    case .leastSquares:
      var best = (error: Double.infinity, range: range)
      for part in 1...100 {
        let share = Float(part) / 100
        let candidate = range.lowerBound * share...range.upperBound * share
        let error = squareError(quantization(candidate))
        if error <= best.error { best = (error, candidate) }
      }
      return best.range
    }
  }

  /// The ends of bins beyond which as many numbers lie as the rule cuts off, each end that has a sign
  /// of its own.
  private func percentile(_ percent: Double) -> ClosedRange<Float> {
    let total = counts.reduce(0, +)
    let cut = Double(total) * (100 - percent) / 100
    let perEnd = range.lowerBound < 0 && range.upperBound > 0 ? cut / 2 : cut
    let width = (Double(range.upperBound) - Double(range.lowerBound)) / Double(Self.binCount)
    var (low, high) = (range.lowerBound, range.upperBound)
    var left = perEnd
    for bin in 0..<Self.binCount where range.lowerBound < 0 {
      left -= Double(counts[bin])
      if left < 0 { break }
      low = min(0, Float(Double(range.lowerBound) + Double(bin + 1) * width))
    }
    left = perEnd
    for bin in (0..<Self.binCount).reversed() where range.upperBound > 0 {
      left -= Double(counts[bin])
      if left < 0 { break }
      high = max(0, Float(Double(range.lowerBound) + Double(bin) * width))
    }
    return low...high
  }

  private func squareError(_ quantization: AffineQuantization) -> Double {
    var sum = 0.0
    for bin in 0..<Self.binCount where counts[bin] > 0 {
      let value = center(bin)
      let error = quantization.value(quantization.integer(value)) - value
      sum += error * error * Double(counts[bin])
    }
    return sum
  }
}
