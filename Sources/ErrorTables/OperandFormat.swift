/// The widths of a multiplier's operands and how their bits are read.
public struct OperandFormat: Hashable, Sendable {
  /// Operand widths in bits, 1 to 32.
  public let widthA: Int
  public let widthB: Int
  /// Two's complement operands and product; else all are unsigned.
  public let isSigned: Bool

  public init(widthA: Int, widthB: Int, isSigned: Bool) {
    precondition((1...32).contains(widthA) && (1...32).contains(widthB), "width outside 1…32")
    self.widthA = widthA
    self.widthB = widthB
    self.isSigned = isSigned
  }

  /// The bits of both operands together.
  public var pairBits: Int { widthA + widthB }

  /// The number that a word of so many bits stands for.
  ///
  /// - Precondition: the width is 1 to 64, and bits beyond it are 0.
  public func value(of word: UInt64, width: Int) -> Int128 {
    precondition((1...64).contains(width), "width outside 1…64")
    precondition(width == 64 || word >> UInt64(width) == 0, "the word is wider than its width")
    let isNegative = isSigned && word >> UInt64(width - 1) & 1 == 1
    return Int128(word) - (isNegative ? Int128(1) << Int128(width) : 0)
  }

  /// The exact product of two operand words.
  public func product(of a: UInt64, and b: UInt64) -> Int128 {
    value(of: a, width: widthA) * value(of: b, width: widthB)
  }

  /// The largest magnitude of an exact product.
  public var maximumExactProduct: UInt64 {
    isSigned
      ? UInt64(1) << UInt64(pairBits - 2)
      : ((UInt64(1) << UInt64(widthA)) - 1) * ((UInt64(1) << UInt64(widthB)) - 1)
  }
}
