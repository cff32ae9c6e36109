/// What wrong captured products differ by from the settled ones, prepared for drawing.
///
/// A captured product is somewhere between two products: 0x7FFF in place of 0x8000 is off by one,
/// though all its bits are wrong. Counted differences keep that on any operands, where the mask of the
/// wrong bits, put onto another product, would not.
public struct DifferenceErrors: Hashable, Sendable {
  /// The probability that a captured product is wrong, in [0, 1].
  public let probability: Double
  /// Captured − settled, ascending, none 0, and how probable each is given an error.
  public let differences: [Int32]
  public let conditionals: [Double]
  /// Bits of the product register: a captured product stays within it.
  public let outputBits: Int
  /// The differences' bit patterns given an error; nil without errors.
  public let table: AliasTable?

  /// - Parameter outputBits: of the product register, 1 to 16.
  /// - Precondition: as many counts as differences; differences are not 0 and within
  ///   ±(2^bits − 1); counts are positive. A positive probability needs a difference.
  public init(probability: Double, differences: [Int32], counts: [Int], outputBits: Int) {
    precondition((1...16).contains(outputBits), "output width outside 1…16")
    precondition((0...1).contains(probability), "probability outside [0, 1]")
    precondition(differences.count == counts.count && counts.allSatisfy { $0 > 0 })
    precondition(
      differences.allSatisfy { $0 != 0 && $0.magnitude < 1 << outputBits },
      "no difference of products")
    precondition(probability == 0 || !differences.isEmpty, "errors need differences")
    self.probability = probability
    self.outputBits = outputBits
    let total = Double(counts.reduce(0, +))
    let pairs = zip(differences, counts).sorted { $0.0 < $1.0 }
    self.differences = pairs.map(\.0)
    conditionals = pairs.map { Double($0.1) / total }
    table =
      differences.isEmpty
      ? nil
      : AliasTable(
        outcomes: self.differences.map(UInt32.init(bitPattern:)), weights: conditionals)
  }
}
