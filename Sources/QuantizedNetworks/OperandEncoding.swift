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
  /// Bits of a word that arrays multiply.
  public static let widths = 2...16

  /// The integers that words of so many bits stand for.
  public func integers(bits: Int) -> ClosedRange<Int32> {
    precondition(Self.widths.contains(bits), "bits outside 2…16")
    return switch self {
    case .offset: 0...1 << Int32(bits) - 1
    case .twosComplement: -(1 << Int32(bits - 1))...1 << Int32(bits - 1) - 1
    case .signMagnitude: -(1 << Int32(bits - 1) - 1)...1 << Int32(bits - 1) - 1
    }
  }

  /// The word of an integer, in the low bits of a byte.
  ///
  /// - Precondition: the integer is in `integers(bits:)`, of at most 8 bits.
  public func word(_ integer: Int32, bits: Int) -> UInt8 {
    precondition(Self.bits.contains(bits), "bits outside 2…8")
    precondition(integers(bits: bits).contains(integer), "an integer outside its words")
    switch self {
    case .offset: return UInt8(integer)
    case .twosComplement: return UInt8(truncatingIfNeeded: integer & (1 << Int32(bits) - 1))
    case .signMagnitude:
      return UInt8(integer.magnitude) | (integer < 0 ? 1 << UInt8(bits - 1) : 0)
    }
  }

  /// The integer of a word; bits above `bits` are not part of it.
  @inlinable
  public func integer(_ word: UInt8, bits: Int) -> Int32 { integer(UInt16(word), bits: bits) }

  /// The integer of a word of up to 16 bits.
  @inlinable
  public func integer(_ word: UInt16, bits: Int) -> Int32 {
    let mask = UInt16(truncatingIfNeeded: 1 << bits - 1)
    let word = word & mask
    let isHigh = word >> UInt16(bits - 1) == 1
    switch self {
    case .offset: return Int32(word)
    case .twosComplement: return Int32(word) - (isHigh ? 1 << Int32(bits) : 0)
    case .signMagnitude:
      let magnitude = Int32(word & mask >> 1)
      return isHigh ? -magnitude : magnitude
    }
  }

  /// What stands at a multiplier's operand while it multiplies a stored word.
  ///
  /// - Parameter width: of the operand, in bits: at least those of the word, a sign bit less for
  ///   sign-magnitude.
  public func operand(_ word: UInt16, bits: Int, width: Int) -> UInt64 {
    let integer = integer(word, bits: bits)
    return switch self {
    case .offset: UInt64(integer)
    case .twosComplement: UInt64(truncatingIfNeeded: integer) & (1 << UInt64(width) - 1)
    case .signMagnitude: UInt64(integer.magnitude)
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
}
