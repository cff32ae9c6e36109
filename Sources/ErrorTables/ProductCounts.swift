/// How often each settled product occurs among those of a network's operands.
public struct ProductCounts: Hashable, Sendable {
  /// Bits of the product register, and whether its words are numbers in two's complement.
  public let bits: Int
  public let isSigned: Bool
  /// By product − `lowest`.
  public private(set) var counts: [Int]

  /// - Precondition: 1 to 16 bits.
  public init(bits: Int, isSigned: Bool) {
    precondition((1...16).contains(bits), "register width outside 1…16")
    self.bits = bits
    self.isSigned = isSigned
    counts = [Int](repeating: 0, count: 1 << bits)
  }

  /// The smallest number of the register.
  public var lowest: Int { isSigned ? -(1 << (bits - 1)) : 0 }

  public var total: Int { counts.reduce(0, +) }

  /// - Precondition: a product within the register; `count` is not negative.
  public mutating func add(product: Int, count: Int) {
    precondition(counts.indices.contains(product - lowest), "a product outside its register")
    precondition(count >= 0, "fewer than no products")
    counts[product - lowest] += count
  }

  /// - Precondition: the same register.
  public static func += (left: inout ProductCounts, right: ProductCounts) {
    precondition(left.bits == right.bits && left.isSigned == right.isSigned, "other registers")
    for index in left.counts.indices { left.counts[index] += right.counts[index] }
  }
}
