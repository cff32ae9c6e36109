import Foundation

/// Errors of products by their definition: a draw for every product, and for every bit.
public enum NaiveProductErrors {
  /// How many right products a uniform number in [0, 1) puts before the next wrong one.
  public static func distance(_ uniform: Double, probability: Double) -> Int {
    probability == 1 ? 0 : Int(min(log(1 - uniform) / log1p(-probability), 1e12))
  }

  /// The mask of each of so many products whose bits go wrong independently.
  public static func bits(
    probabilities: [Double], products: Int, uniform: () -> Double
  ) -> [UInt32] {
    (0..<products).map { _ in
      var mask: UInt32 = 0
      for bit in probabilities.indices where uniform() < probabilities[bit] {
        mask |= 1 << UInt32(bit)
      }
      return mask
    }
  }

  /// The mask of each product where one is wrong with a probability, and masks have weights.
  public static func masks(
    probability: Double, masks: [UInt32], weights: [Double], products: Int,
    uniform: () -> Double
  ) -> [UInt32] {
    let total = weights.reduce(0, +)
    return (0..<products).map { _ in
      guard uniform() < probability else { return 0 }
      var left = uniform() * total
      for (mask, weight) in zip(masks, weights) {
        if left < weight { return mask }
        left -= weight
      }
      return masks[masks.count - 1]
    }
  }
}
