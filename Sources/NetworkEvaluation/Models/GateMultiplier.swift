import Accelerators
import Characterization
import Files
import Netlists
import QuantizedNetworks

/// A multiplier whose gates an array's costs are taken from.
public struct GateMultiplier: Sendable {
  public let name: String
  /// Its path, or what else messages call it.
  let file: String
  let netlist: Netlist
  /// What an array's registers take.
  let products: ArrayCapture
  /// The netlist's inputs while it multiplies two stored words, the first port in the low bits.
  let inputs: @Sendable (_ activation: UInt16, _ weight: UInt16) -> UInt64

  /// One that networks run through: words of up to 8 bits.
  public init(_ multiplier: ModelMultiplier) {
    (name, file, netlist) = (multiplier.name, multiplier.file, multiplier.netlist)
    products = .encoded(multiplier.table)
    inputs = { multiplier.inputs(UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $1)) }
  }

  /// One of words of which one has more than 8 bits.
  ///
  /// - Parameters:
  ///   - netlist: of a library's cells alone.
  ///   - sign: how operands are read, where the circuit does not say.
  /// - Throws: `InputError` 65 if it is no multiplier or cannot serve the words.
  public init(
    wide netlist: Netlist, name: String, file: String, sign: ValidationOptions.Sign,
    encoding: OperandEncoding, activationBits: Int, weightBits: Int
  ) throws {
    (self.name, self.file, self.netlist) = (name, file, netlist)
    let ports = try MultiplierPorts(binding: netlist, file: file)
    let signs = try MultiplierSign(of: MultiplierSimulation(netlist, ports: ports), sign).signs
    products = .wide(
      try WideMultiplier(
        netlist, ports: ports, signs: signs, file: file, encoding: encoding,
        activationBits: activationBits, weightBits: weightBits))
    let places = OperandPlaces(ports, in: netlist)
    let (widthA, widthB) = (ports.operandA.bits.count, ports.operandB.bits.count)
    inputs = { activation, weight in
      places.inputs(
        encoding.operand(activation, bits: activationBits, width: widthA),
        encoding.operand(weight, bits: weightBits, width: widthB))
    }
  }
}
