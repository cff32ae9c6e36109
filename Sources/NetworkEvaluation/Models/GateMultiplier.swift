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
  let element: ElementMultiplier
  var netlist: Netlist { element.netlist }
  /// What an array's registers take.
  let products: ArrayCapture

  /// One that networks run through: words of up to 8 bits.
  public init(_ multiplier: ModelMultiplier) {
    (name, file, element) = (multiplier.name, multiplier.file, multiplier.element)
    products = .encoded(multiplier.table)
  }

  /// One of words of which one has more than 8 bits.
  ///
  /// - Parameters:
  ///   - netlist: of the library's cells alone.
  ///   - sign: how operands are read, where the circuit does not say.
  /// - Throws: `InputError` 65 if it is no multiplier or cannot serve the words.
  public init(
    wide netlist: Netlist, name: String, file: String, sign: ValidationOptions.Sign,
    encoding: OperandEncoding, activationBits: Int, weightBits: Int, cells: CellLibrary
  ) throws {
    (self.name, self.file) = (name, file)
    let ports = try MultiplierPorts(binding: netlist, file: file)
    let signs = try MultiplierSign(of: MultiplierSimulation(netlist, ports: ports), sign).signs
    let multiplier = try WideMultiplier(
      netlist, ports: ports, signs: signs, file: file, encoding: encoding,
      activationBits: activationBits, weightBits: weightBits)
    products = .wide(multiplier)
    element = try ElementMultiplier(
      netlist, ports: ports, encoding: encoding, activationBits: activationBits,
      weightBits: weightBits, zeroHasProduct: multiplier.zeroHasProduct, cells: cells, file: file)
  }
}
