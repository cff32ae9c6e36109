/// How a quantized integer is stored and multiplied.
///
/// Only the product of two stored words goes through the multiplier; what a zero point adds to a sum
/// is taken out exactly, outside it.
public enum OperandEncoding: String, CaseIterable, Hashable, Sendable {
  /// Integers 0 … 2^b − 1 for an unsigned multiplier.
  case offset
  /// Integers −2^(b−1) … 2^(b−1) − 1 in two's complement for a signed multiplier.
  case twosComplement = "twos_complement"
  /// Integers ±(2^(b−1) − 1), a sign bit above a magnitude: an unsigned multiplier of b − 1 bits
  /// takes the magnitudes, and the signs are XORed.
  case signMagnitude = "sign_magnitude"

  /// Bits of a word that the tool quantizes to.
  public static let bits = 2...8

  /// The integers that words of so many bits stand for.
  public func integers(bits: Int) -> ClosedRange<Int32> {
    precondition(Self.bits.contains(bits), "bits outside 2…8")
    return switch self {
    case .offset: 0...1 << Int32(bits) - 1
    case .twosComplement: -(1 << Int32(bits - 1))...1 << Int32(bits - 1) - 1
    case .signMagnitude: -(1 << Int32(bits - 1) - 1)...1 << Int32(bits - 1) - 1
    }
  }

  /// The word of an integer, in the low bits of a byte.
  ///
  /// - Precondition: the integer is in `integers(bits:)`.
  public func word(_ integer: Int32, bits: Int) -> UInt8 {
    precondition(integers(bits: bits).contains(integer), "an integer outside its words")
    switch self {
    case .offset: return UInt8(integer)
    case .twosComplement: return UInt8(truncatingIfNeeded: integer) & Self.mask(bits)
    case .signMagnitude:
      return UInt8(integer.magnitude) | (integer < 0 ? 1 << UInt8(bits - 1) : 0)
    }
  }

  /// The integer of a word; bits above `bits` are not part of it.
  public func integer(_ word: UInt8, bits: Int) -> Int32 {
    let word = word & Self.mask(bits)
    let isHigh = word >> UInt8(bits - 1) == 1
    switch self {
    case .offset: return Int32(word)
    case .twosComplement: return Int32(word) - (isHigh ? 1 << Int32(bits) : 0)
    case .signMagnitude:
      let magnitude = Int32(word & Self.mask(bits) >> 1)
      return isHigh ? -magnitude : magnitude
    }
  }

  /// The integer of every byte.
  func integerTable(bits: Int) -> [Int32] {
    (0...255).map { integer(UInt8($0), bits: bits) }
  }

  /// The word of the integer of each low byte; nil if that byte is the word.
  func wordTable(bits: Int) -> [UInt8]? {
    var words = (0...255).map { UInt8($0) }
    for integer in integers(bits: bits) {
      words[Int(UInt8(truncatingIfNeeded: integer))] = word(integer, bits: bits)
    }
    return words.indices.allSatisfy { Int(words[$0]) == $0 } ? nil : words
  }

  private static func mask(_ bits: Int) -> UInt8 { UInt8(truncatingIfNeeded: 1 << bits - 1) }
}
