import Files
import Foundation
import QuantizedNetworks

extension EvaluationInputs {
  /// Refuses shares of hardened bits that harden none: their rows would be those of other names.
  ///
  /// - Parameter place: where the sweep has a share.
  /// - Throws: `InputError` 65 there.
  public func checkHardening(
    of points: [DesignPoint], at place: (BitProtection) -> SourceLocation?
  ) throws {
    guard setup.hardensBits else { return }
    let weights = try sketch().linears.map(\.weights.count)
    for point in points {
      guard let protection = point.protection else { continue }
      let bits = multipliers[point.multiplier].quantization.weightBits
      let least = HardenedBits.smallestCount(protection.granularity, weights: weights)
      let total = weights.reduce(0, +) * bits
      guard HardenedBits.budget(protection.share, of: total) < least else { continue }
      throw InputError(
        .badData, at: place(protection),
        "a share of \(protection.share) by \(protection.granularity.rawValue) hardens none of the "
          + "\(total) bits of the network's weights: leave it out, or give at least "
          + "\(Self.roundedUp((Double(least) - 0.5) / Double(total)))"
      )
    }
  }

  /// Three digits that are not below a number above 0.
  private static func roundedUp(_ number: Double) -> Double {
    let scale = pow(10, 2 - log10(number).rounded(.down))
    return (number * scale).rounded(.up) / scale
  }
}
