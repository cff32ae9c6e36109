import Characterization
import Netlists
import QuantizedNetworks

/// The gates between an element's operands and its product register: the multiplier itself where it has
/// the words' bits, else what `WordMultiplier` makes of it.
struct ElementMultiplier: Sendable {
  let netlist: Netlist
  /// Whether products are in two's complement.
  let isSigned: Bool
  private let places: OperandPlaces

  /// - Parameters:
  ///   - multiplier: of the library's cells alone.
  ///   - zeroHasProduct: whether a magnitude of 0 may give a product.
  ///   - file: the multiplier's, for messages.
  /// - Throws: `InputError` as `Netlist.mapped(to:)`.
  /// - Precondition: the ports are the multiplier's, whose operands take the words.
  init(
    _ multiplier: Netlist, ports: MultiplierPorts, encoding: OperandEncoding, activationBits: Int,
    weightBits: Int, zeroHasProduct: @autoclosure () -> Bool, cells: CellLibrary, file: String
  ) throws {
    isSigned = encoding != .offset
    let widths = (ports.operandA.bits.count, ports.operandB.bits.count)
    if encoding != .signMagnitude, widths == (activationBits, weightBits) {
      netlist = multiplier
      places = OperandPlaces(ports, in: multiplier)
      return
    }
    let words: WordMultiplier.Words =
      switch encoding {
      case .offset: .unsigned
      case .twosComplement: .twosComplement
      case .signMagnitude: .signMagnitude(zeroHasProduct: zeroHasProduct())
      }
    netlist = try WordMultiplier(
      of: multiplier, bits: (ports.operandA.bits, ports.operandB.bits, ports.product.bits),
      bitsA: activationBits, bitsB: weightBits, words: words, cells: cells
    ).netlist
    places = OperandPlaces(try MultiplierPorts(binding: netlist, file: file), in: netlist)
  }

  /// The netlist's inputs while it multiplies two stored words, the first port in the low bits.
  func inputs(_ activation: some UnsignedInteger, _ weight: some UnsignedInteger) -> UInt64 {
    places.inputs(UInt64(activation), UInt64(weight))
  }
}
