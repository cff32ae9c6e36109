/// A multiplier of words of sign and magnitude, made of one of magnitudes: the gates between an
/// element's operands and its product register.
///
/// The magnitudes go through the multiplier, the signs through an XOR; the product is negated where they
/// differ, as ¬p + 1, with a carry that looks ahead: behind multipliers of 7 bits whose final adder is of
/// the ripple, Brent–Kung or Kogge–Stone kind the shortest clock, or as short as the shortest, of the four
/// adders of this package, for a tenth more energy than the most frugal one. Words are a magnitude in the low bits and
/// the sign above it; the product is a number in two's complement, as wide as both words.
public struct SignMagnitudeMultiplier: Sendable {
  /// Of the magnitudes: operands and product, least significant bit first, among `netlist`'s nets.
  public typealias Bits = (operandA: [NetID], operandB: [NetID], product: [NetID])

  /// Inputs `a` and `b`, output `p`; `_sm` behind the name.
  public let netlist: Netlist

  /// - Parameters:
  ///   - magnitudes: the multiplier, of the library's cells alone; operands that are wider than a
  ///     magnitude get zeros.
  ///   - bits: its operands and its product.
  ///   - bitsA, bitsB: of a word, sign included.
  ///   - zeroHasProduct: whether a magnitude of 0 may give a product: then −0 has no sign.
  /// - Throws: `InputError` as `Netlist.mapped(to:)`.
  /// - Precondition: words of at least 2 bits, operands of at least as many bits as a magnitude.
  public init(
    of magnitudes: Netlist, bits: Bits, bitsA: Int, bitsB: Int, zeroHasProduct: Bool,
    cells library: CellLibrary
  ) throws {
    precondition(bitsA >= 2 && bitsB >= 2, "no magnitude")
    precondition(
      bits.operandA.count >= bitsA - 1 && bits.operandB.count >= bitsB - 1,
      "operands narrower than magnitudes")
    var design = GeneratedDesign(name: magnitudes.name + "_sm")
    let words = (a: design.input("a", width: bitsA), b: design.input("b", width: bitsB))
    var operands: [NetID: NetID] = [:]
    for (operand, word) in [(bits.operandA, words.a), (bits.operandB, words.b)] {
      for (bit, net) in operand.enumerated() {
        operands[net] = bit < word.count - 1 ? word[bit] : GeneratedDesign.zero
      }
    }
    let nets = design.place(magnitudes, of: library, inputs: operands)
    let signs = [words.a, words.b].map { word in
      let sign = word[word.count - 1]
      guard zeroHasProduct else { return sign }
      return design.and(sign, design.any(Array(word.dropLast())))
    }
    let isNegative = design.xor(signs[0], signs[1], name: "is_negative")
    let product = GeneratedDesign.resized(
      bits.product.map { nets[$0] ?? GeneratedDesign.zero }, to: bitsA + bitsB)
    let inverted = product.enumerated().map { bit, net in
      design.xor(net, isNegative, name: "inverted_\(bit)")
    }
    let zeros = [NetID](repeating: GeneratedDesign.zero, count: inverted.count)
    let signed = design.sum(inverted, zeros, carryIn: isNegative, by: .carryLookAhead)
    design.output("p", bits: signed, isSigned: true)
    netlist = try design.finish().mapped(to: library).netlist
  }
}
