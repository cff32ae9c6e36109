/// A word of an operand as arrays take it: a byte where both operands have at most 8 bits, else two.
public protocol ArrayWord: FixedWidthInteger, UnsignedInteger, Sendable {
  /// What an accumulator of products of such words holds.
  associatedtype Sum: FixedWidthInteger & SignedInteger & Sendable
}

extension UInt8: ArrayWord {
  public typealias Sum = Int32
}
extension UInt16: ArrayWord {
  public typealias Sum = Int64
}

extension AcceleratorSpec {
  /// Bytes of a word of an operand, of a product, and of a sum.
  var wordBytes: Int { hasWideWords ? 2 : 1 }
  var productBytes: Int { 2 * wordBytes }
  var sumBytes: Int { 4 * wordBytes }
}
