import Characterization
import Netlists
import QuantizedNetworks

/// The gates between an element's operands and its product register: the multiplier, and for words of
/// sign and magnitude what makes its product a number in two's complement.
struct ElementMultiplier: Sendable {
  let netlist: Netlist
  /// Whether products are in two's complement.
  let isSigned: Bool
  private let places: OperandPlaces
  /// What stands at the operands for a stored word.
  private let operands: @Sendable (_ activation: UInt16, _ weight: UInt16) -> (UInt64, UInt64)

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
    guard encoding == .signMagnitude else {
      let widths = (ports.operandA.bits.count, ports.operandB.bits.count)
      netlist = multiplier
      places = OperandPlaces(ports, in: multiplier)
      operands = { activation, weight in
        (
          encoding.operand(activation, bits: activationBits, width: widths.0),
          encoding.operand(weight, bits: weightBits, width: widths.1)
        )
      }
      return
    }
    netlist = try SignMagnitudeMultiplier(
      of: multiplier, bits: (ports.operandA.bits, ports.operandB.bits, ports.product.bits),
      bitsA: activationBits, bitsB: weightBits, zeroHasProduct: zeroHasProduct(), cells: cells
    ).netlist
    places = OperandPlaces(try MultiplierPorts(binding: netlist, file: file), in: netlist)
    operands = { (UInt64($0), UInt64($1)) }
  }

  /// The netlist's inputs while it multiplies two stored words, the first port in the low bits.
  func inputs(_ activation: some UnsignedInteger, _ weight: some UnsignedInteger) -> UInt64 {
    let (a, b) = operands(UInt16(activation), UInt16(weight))
    return places.inputs(a, b)
  }
}
