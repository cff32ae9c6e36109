/// The widths of a multiplier's operands and how their bits are read.
public struct OperandFormat: Hashable, Sendable {
  /// Operand widths in bits, 1 to 32.
  public let widthA: Int
  public let widthB: Int
  public let signs: OperandSigns

  public init(widthA: Int, widthB: Int, signs: OperandSigns) {
    precondition((1...32).contains(widthA) && (1...32).contains(widthB), "width outside 1…32")
    self.widthA = widthA
    self.widthB = widthB
    self.signs = signs
  }

  /// Whether products are in two's complement.
  public var isSigned: Bool { signs.product }

  /// The bits of both operands together.
  public var pairBits: Int { widthA + widthB }

  /// The number that a word of the first operand stands for.
  ///
  /// - Precondition: bits beyond the width are 0; so for the following.
  public func numberA(_ word: UInt64) -> Int128 {
    Self.number(word, width: widthA, isSigned: signs.a)
  }

  /// The number that a word of the second operand stands for.
  public func numberB(_ word: UInt64) -> Int128 {
    Self.number(word, width: widthB, isSigned: signs.b)
  }

  /// The number that a product's word of 1 to 64 bits stands for.
  public func number(product word: UInt64, width: Int) -> Int128 {
    Self.number(word, width: width, isSigned: signs.product)
  }

  private static func number(_ word: UInt64, width: Int, isSigned: Bool) -> Int128 {
    precondition((1...64).contains(width), "width outside 1…64")
    precondition(width == 64 || word >> UInt64(width) == 0, "the word is wider than its width")
    let isNegative = isSigned && word >> UInt64(width - 1) & 1 == 1
    return Int128(word) - (isNegative ? Int128(1) << Int128(width) : 0)
  }

  /// The exact product of two operand words.
  public func product(of a: UInt64, and b: UInt64) -> Int128 {
    numberA(a) * numberB(b)
  }

  /// The largest magnitude of an exact product.
  public var maximumExactProduct: UInt64 {
    func largest(_ width: Int, _ isSigned: Bool) -> UInt64 {
      isSigned ? 1 << UInt64(width - 1) : (1 << UInt64(width)) - 1
    }
    return largest(widthA, signs.a) * largest(widthB, signs.b)
  }
}
