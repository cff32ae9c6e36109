/// What drawn errors make of a network's products, in the mean over draws.
///
/// An error that is drawn need not change its product: a difference is cut at the ends of the register,
/// so that one below 0 leaves the product 0 as it is, and where operands are 0 many are.
public struct InjectedErrors: Hashable, Sendable {
  /// The share of products that are captured wrong, in [0, 1].
  public let rate: Double
  /// Mean of captured − settled product, over all products.
  public let bias: Double
}

extension ProductErrorModel {
  /// The errors' mean effect on products, exactly: each product errs independently of its value.
  ///
  /// - Precondition: at least one product.
  public func injected(into products: ProductCounts) -> InjectedErrors {
    precondition(products.total > 0, "no products")
    switch self {
    case .maskRun(let distribution):
      return Self.inverted(products, rate: probability, distribution.bitProbabilities)
    case .masks(let errors):
      return Self.inverted(products, rate: probability, errors.distribution.bitProbabilities)
    case .bits(let errors):
      return Self.inverted(products, rate: probability, errors.probabilities)
    case .differences(let errors):
      return errors.cut(products)
    }
  }

  /// Inverted bits change every product: bit j, set in a share π of products, adds 2ʲ·(1 − 2π) in the
  /// mean where it is inverted; the bit of a sign counts −2ʲ.
  private static func inverted(
    _ products: ProductCounts, rate: Double, _ bits: [Double]
  ) -> InjectedErrors {
    let total = Double(products.total)
    let bias = bits.indices.reduce(0.0) { sum, bit in
      guard bits[bit] > 0 else { return sum }
      let set = products.counts.indices.reduce(0) { count, index in
        (index + products.lowest) >> bit & 1 == 1 ? count + products.counts[index] : count
      }
      let isSign = products.isSigned && bit == products.bits - 1
      let value = Double(1 << bit) * (isSign ? -1 : 1)
      return sum + bits[bit] * value * (1 - 2 * Double(set) / total)
    }
    return InjectedErrors(rate: rate, bias: bias)
  }
}

extension ProductErrorDistribution {
  /// The probability that each of 32 bits is inverted.
  fileprivate var bitProbabilities: [Double] {
    (0..<32).map { bit in
      probability
        * zip(masks, conditionals).reduce(0) { $1.0 >> UInt32(bit) & 1 == 1 ? $0 + $1.1 : $0 }
    }
  }
}

extension DifferenceErrors {
  /// A difference d on product p gives p + d, cut at the ends of the register.
  fileprivate func cut(_ products: ProductCounts) -> InjectedErrors {
    let lowest = products.isSigned ? -(1 << (outputBits - 1)) : 0
    let highest = lowest + 1 << outputBits - 1
    // Of the products up to each place: how many, and their sum.
    var (count, sum) = ([0], [0])
    for (index, found) in products.counts.enumerated() {
      count.append(count[index] + found)
      sum.append(sum[index] + found * (index + products.lowest))
    }
    let total = products.total
    /// Products below `bound`.
    func below(_ bound: Int) -> (count: Int, sum: Int) {
      let place = min(max(bound - products.lowest, 0), products.counts.count)
      return (count[place], sum[place])
    }
    let all = below(highest + 1)
    var (rate, bias) = (0.0, 0.0)
    for (difference, share) in zip(differences, conditionals) {
      let d = Int(difference)
      let (unchanged, moved): (Int, Int)
      if d > 0 {
        // Products above highest − d become the highest.
        let whole = below(highest - d + 1)
        unchanged = all.count - below(highest).count
        moved = whole.count * d + (all.count - whole.count) * highest - (all.sum - whole.sum)
      } else {
        // Those below lowest − d become the lowest.
        let lost = below(lowest - d)
        unchanged = below(lowest + 1).count
        moved = (all.count - lost.count) * d + lost.count * lowest - lost.sum
      }
      rate += share * Double(total - unchanged) / Double(total)
      bias += share * Double(moved) / Double(total)
    }
    return InjectedErrors(rate: probability * rate, bias: probability * bias)
  }
}
