/// How an approximate multiplier's product changes with each of its operands: the smoothed difference
/// gradient, beside the exact product's slope, which is the other operand.
///
/// For a fixed weight, S(a) is the mean of the products of the activations within `window` of a, and
/// the slope at a is (S(a + 1) − S(a − 1)) over the distance of the two windows' centers; windows end
/// where the words end, so that a linear product has its own slope everywhere; where both cover all
/// words, the slope is that between the ends. So for the weight.
/// After Meng, Burleson, De Micheli and others, *Gradient approximation of approximate multipliers for
/// high-accuracy deep neural network retraining*, DATE 2025; what its windows do at the ends of the
/// range is our choice.
public struct ProductSlopes: Sendable {
  /// Words to each side that a mean is taken over, at least 0.
  public let window: Int
  /// By activation word << 8 | weight word: the slope less that of the exact product.
  let activation: [Float]
  let weight: [Float]
  /// Of each activation word: whether it has a slope that is not the exact product's.
  let activationDiffers: [Bool]
  let weightDiffers: [Bool]

  /// - Precondition: a window of 0 to 127.
  public init(of multiplier: EncodedMultiplier, window: Int) {
    precondition((0...127).contains(window), "a window outside 0…127")
    self.window = window
    let encoding = multiplier.encoding
    let (activations, weights) = (
      encoding.integers(bits: multiplier.activationBits),
      encoding.integers(bits: multiplier.weightBits)
    )
    let activationWords = activations.map { encoding.word($0, bits: multiplier.activationBits) }
    let weightWords = weights.map { encoding.word($0, bits: multiplier.weightBits) }
    var (byActivation, byWeight) = (
      [Float](repeating: 0, count: 65_536), [Float](repeating: 0, count: 65_536)
    )
    for (word, integer) in zip(weightWords, weights) {
      let slopes = Self.slopes(
        activationWords.map { Int(multiplier.product($0, word)) }, window: window)
      for (other, slope) in zip(activationWords, slopes) {
        byActivation[Int(other) << 8 | Int(word)] = Float(slope - Double(integer))
      }
    }
    for (word, integer) in zip(activationWords, activations) {
      let slopes = Self.slopes(
        weightWords.map { Int(multiplier.product(word, $0)) }, window: window)
      for (other, slope) in zip(weightWords, slopes) {
        byWeight[Int(word) << 8 | Int(other)] = Float(slope - Double(integer))
      }
    }
    (activation, weight) = (byActivation, byWeight)
    activationDiffers = Self.rowsThatDiffer(byActivation)
    weightDiffers = Self.rowsThatDiffer(byWeight)
  }

  private static func rowsThatDiffer(_ table: [Float]) -> [Bool] {
    (0..<256).map { row in table[row << 8..<(row + 1) << 8].contains { $0 != 0 } }
  }

  /// The smoothed slope at each place of consecutive values.
  ///
  /// Sums and distances are whole numbers until the last division, so that of a linear function is
  /// exact.
  static func slopes(_ values: [Int], window: Int) -> [Double] {
    let prefix = values.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    /// The values' sum, their places' sum and their number.
    func mean(around place: Int) -> (sum: Int, places: Int, count: Int) {
      let (low, high) = (max(0, place - window), min(values.count - 1, place + window))
      return (prefix[high + 1] - prefix[low], (low + high) * (high - low + 1) / 2, high - low + 1)
    }
    let ends =
      values.count < 2
      ? 0 : Double(values[values.count - 1] - values[0]) / Double(values.count - 1)
    return values.indices.map { place in
      let low = mean(around: max(0, place - 1))
      let high = mean(around: min(values.count - 1, place + 1))
      let rise = high.sum * low.count - low.sum * high.count
      let run = high.places * low.count - low.places * high.count
      // Windows over the whole range have one center: what is left is the line between its ends.
      return run == 0 ? ends : Double(rise) / Double(run)
    }
  }
}
