/// A word of an operand as arrays take it: a byte where both operands have at most 8 bits, else two.
public protocol ArrayWord: FixedWidthInteger, UnsignedInteger, Sendable {}

extension UInt8: ArrayWord {}
extension UInt16: ArrayWord {}

extension AcceleratorSpec {
  /// Bytes of a word of an operand, and of a product.
  var wordBytes: Int { hasWideWords ? 2 : 1 }
  var productBytes: Int { 2 * wordBytes }
}
