import Foundation

/// How captured products go wrong at one operating point: what matrix products draw errors from.
///
/// An error is a mask of inverted output bits, XORed onto the settled product, or a difference added to
/// it. All models draw each product's error independently of the others.
public enum ProductErrorModel: Hashable, Sendable {
  /// Whole masks, drawn in one run over the products of a call in their order (`ErrorInjector`): an
  /// image's errors depend on how many images stand before it.
  case maskRun(ProductErrorDistribution)
  /// Whole masks, each product's errors keyed by its own position: see `ProductErrorDraws`.
  case masks(MaskErrors)
  /// Output bits that go wrong independently, keyed likewise.
  case bits(BitErrors)
  /// Differences between captured and settled products, keyed likewise; a product stays within its
  /// register.
  case differences(DifferenceErrors)

  public static let none = ProductErrorModel.masks(MaskErrors(.none))

  /// The probability that a product is wrong, in [0, 1].
  public var probability: Double {
    switch self {
    case .maskRun(let distribution): distribution.probability
    case .masks(let errors): errors.distribution.probability
    case .bits(let errors): errors.probability
    case .differences(let errors): errors.probability
    }
  }

  /// The mean square of captured − settled over all products, the right ones among them.
  ///
  /// Of counted differences; of masks and bits as they are put onto products whose bits are 0 and 1
  /// equally often, independently of each other: an inverted bit j adds 4ʲ. Not modelled: that a
  /// difference is cut at the ends of the register.
  public var meanSquare: Double {
    switch self {
    case .maskRun(let distribution): return distribution.meanSquare
    case .masks(let errors): return errors.distribution.meanSquare
    case .bits(let errors):
      return errors.probabilities.indices.reduce(0.0) {
        $0 + errors.probabilities[$1] * pow(4, Double($1))
      }
    case .differences(let errors):
      let squares = zip(errors.differences, errors.conditionals).map { difference, share in
        share * Double(difference) * Double(difference)
      }
      return errors.probability * squares.reduce(0, +)
    }
  }

  /// The output bits that some error may change.
  public var affectedBits: UInt32 {
    switch self {
    case .maskRun(let distribution): distribution.affectedBits
    case .masks(let errors): errors.distribution.affectedBits
    case .bits(let errors):
      errors.probabilities.indices.reduce(0) {
        errors.probabilities[$1] > 0 ? $0 | 1 << UInt32($1) : $0
      }
    case .differences(let errors): 1 << UInt32(errors.outputBits) - 1
    }
  }
}

extension ProductErrorDistribution {
  /// The output bits that some mask inverts.
  public var affectedBits: UInt32 { masks.reduce(0, |) }

  /// The probability of each mask given an error, in the order of `masks`.
  public var conditionals: [Double] {
    cumulative.indices.map { $0 == 0 ? cumulative[0] : cumulative[$0] - cumulative[$0 - 1] }
  }

  /// Σ 4ʲ over the inverted bits j of a product, its mean.
  fileprivate var meanSquare: Double {
    let squares = zip(masks, conditionals).map { mask, share in
      let bits = (0..<32).filter { mask >> UInt32($0) & 1 == 1 }
      return share * bits.reduce(0.0) { $0 + pow(4, Double($1)) }
    }
    return probability * squares.reduce(0, +)
  }
}

/// The joint distribution of error masks, prepared for drawing.
public struct MaskErrors: Hashable, Sendable {
  public let distribution: ProductErrorDistribution
  /// Masks given an error; nil without errors.
  public let table: AliasTable?

  public init(_ distribution: ProductErrorDistribution) {
    self.distribution = distribution
    table =
      distribution.masks.isEmpty
      ? nil : AliasTable(outcomes: distribution.masks, weights: distribution.conditionals)
  }
}
