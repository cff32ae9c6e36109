import Randomness

/// Which captured products are wrong at one operating point, and how: the form of a timing-error
/// table
/// that the network side draws from. It knows neither gates nor volts.
///
/// An error is a mask of flipped output bits, XORed onto the settled product. Masks are drawn
/// whole, so
/// that the correlation between the bits of a captured product is kept.
public struct ProductErrorDistribution: Hashable, Sendable {
  /// The probability that a captured product is wrong, in [0, 1].
  public let probability: Double
  /// The distinct non-zero masks, in ascending order.
  public let masks: [UInt32]
  /// The running sum of the masks' probabilities given an error; the last is 1.
  public let cumulative: [Double]

  /// - Precondition: as many weights as masks; masks are non-zero; weights are positive. A positive
  ///   probability needs at least one mask.
  public init(probability: Double, masks: [UInt32], weights: [Double]) {
    precondition((0...1).contains(probability), "probability outside [0, 1]")
    precondition(masks.count == weights.count && weights.allSatisfy { $0 > 0 })
    precondition(!masks.contains(0), "the empty mask is no error")
    precondition(probability == 0 || !masks.isEmpty, "errors need masks")
    self.probability = probability
    let order = masks.indices.sorted { masks[$0] < masks[$1] }
    self.masks = order.map { masks[$0] }
    let total = weights.reduce(0, +)
    var sum = 0.0
    var cumulative = order.map { index -> Double in
      sum += weights[index]
      return sum / total
    }
    if !cumulative.isEmpty { cumulative[cumulative.count - 1] = 1 }
    self.cumulative = cumulative
  }

  /// No errors.
  public static let none = ProductErrorDistribution(probability: 0, masks: [], weights: [])

  /// Draws the mask of an error.
  ///
  /// - Precondition: there is at least one mask.
  public func drawMask(from stream: inout RandomStream) -> UInt32 {
    let uniform = stream.nextUniform()
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > uniform { high = middle } else { low = middle + 1 }
    }
    return masks[low]
  }
}
