/// A multiplier as it stands in a processing element: between two stored words and a product register of
/// as many bits as both.
///
/// Operands that are wider than the words get zeros above them, or the sign in two's complement, and of
/// the product only the register's bits are there, with the cells that they need. Of words of sign and
/// magnitude (the sign in the highest bit) the magnitudes go through the multiplier, the signs through an
/// XOR; the product is negated where they differ, as ¬p + 1, with a carry that looks ahead, so that it is
/// a number in two's complement.
public struct WordMultiplier: Sendable {
  /// Operands and product of a multiplier, least significant bit first, among its netlist's nets.
  public typealias Bits = (operandA: [NetID], operandB: [NetID], product: [NetID])

  /// How words stand for integers.
  public enum Words: Hashable, Sendable {
    case unsigned
    case twosComplement
    /// Where a magnitude of 0 may have a product, −0 has no sign.
    case signMagnitude(zeroHasProduct: Bool)
  }

  /// Inputs `a` and `b`, output `p`.
  public let netlist: Netlist

  /// - Parameters:
  ///   - multiplier: of the library's cells alone; of magnitudes for words of sign and magnitude.
  ///   - bits: its operands and its product.
  ///   - bitsA, bitsB: of a word, sign included.
  /// - Throws: `InputError` as `Netlist.mapped(to:)`.
  /// - Precondition: words of at least 2 bits that the operands take; products of words fit their
  ///   register.
  public init(
    of multiplier: Netlist, bits: Bits, bitsA: Int, bitsB: Int, words: Words,
    cells library: CellLibrary
  ) throws {
    precondition(bitsA >= 2 && bitsB >= 2, "words of one bit")
    var design = GeneratedDesign(name: multiplier.name + "_of_words")
    let (a, b) = (design.input("a", width: bitsA), design.input("b", width: bitsB))
    var operands: [NetID: NetID] = [:]
    for (operand, word) in [(bits.operandA, a), (bits.operandB, b)] {
      let value: [NetID]
      if case .signMagnitude = words { value = word.dropLast() } else { value = word }
      precondition(operand.count >= value.count, "an operand narrower than a word")
      let above = words == .twosComplement ? word[word.count - 1] : GeneratedDesign.zero
      for (bit, net) in operand.enumerated() {
        operands[net] = bit < value.count ? value[bit] : above
      }
    }
    let nets = design.place(multiplier, of: library, inputs: operands)
    let product = GeneratedDesign.resized(
      bits.product.map { nets[$0] ?? GeneratedDesign.zero }, to: bitsA + bitsB)
    if case .signMagnitude(let zeroHasProduct) = words {
      design.output("p", bits: design.signed(product, by: [a, b], zeroHasProduct: zeroHasProduct))
    } else {
      design.output("p", bits: product)
    }
    netlist = try design.finish().mapped(to: library).netlist
  }
}

extension GeneratedDesign {
  /// The product of two words' magnitudes, negated where the words' signs differ.
  fileprivate mutating func signed(
    _ product: [NetID], by words: [[NetID]], zeroHasProduct: Bool
  ) -> [NetID] {
    let signs = words.map { word in
      let sign = word[word.count - 1]
      return zeroHasProduct ? and(sign, any(Array(word.dropLast()))) : sign
    }
    let isNegative = xor(signs[0], signs[1], name: "is_negative")
    let inverted = product.enumerated().map { bit, net in
      xor(net, isNegative, name: "inverted_\(bit)")
    }
    let zeros = [NetID](repeating: Self.zero, count: inverted.count)
    return sum(inverted, zeros, carryIn: isNegative, by: .carryLookAhead)
  }
}
