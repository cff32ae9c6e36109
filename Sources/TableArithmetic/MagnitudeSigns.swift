/// A table of products whose circuit multiplies magnitudes, the signs XORed beside it: errors invert
/// bits of a magnitude.
public struct MagnitudeSigns: Hashable, Sendable {
  /// The sign's bit of an operand.
  public let activation: UInt8
  public let weight: UInt8
  /// The entry of a product of 0; others are as far above or below as their magnitude.
  public let zero: UInt32

  public init(activation: UInt8, weight: UInt8, zero: UInt32) {
    self.activation = activation
    self.weight = weight
    self.zero = zero
  }
}
