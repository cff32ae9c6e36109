import Characterization
import ErrorTables
import Files
import Netlists
import QuantizedNetworks

/// A multiplier that a trained network is run through.
public struct ModelMultiplier: Sendable {
  public let name: String
  /// Its path, or what else messages call it.
  let file: String
  public let netlist: Netlist
  public let table: EncodedMultiplier
  /// Of the ports' operands.
  let products: ProductTable
  private let ports: MultiplierPorts
  private let places: OperandPlaces

  /// Reads a netlist and simulates all its products.
  ///
  /// - Parameters:
  ///   - path: structural Verilog or BLIF.
  ///   - sign: how operands are read, where the circuit does not say.
  /// - Throws: `InputError` at the place of what is wrong in the file, and if the multiplier cannot
  ///   serve the encoding.
  public init(
    contentsOf path: String, cells: CellLibrary, sign: ValidationOptions.Sign,
    spec: QuantizationSpec
  ) throws {
    let source = MultiplierSource.file(path)
    try self.init(
      source.netlist(library: cells).0, name: source.name, file: path, sign: sign, spec: spec)
  }

  /// Simulates all products of a netlist that is made of a library's cells.
  ///
  /// - Throws: as reading one.
  public init(
    _ netlist: Netlist, name: String, file: String, sign: ValidationOptions.Sign,
    spec: QuantizationSpec
  ) throws {
    (self.netlist, self.name, self.file) = (netlist, name, file)
    ports = try MultiplierPorts(binding: netlist, file: file)
    try ports.checkFitsTable(file: file)
    places = OperandPlaces(ports, in: netlist)
    let widths = [ports.operandA, ports.operandB, ports.product].map(\.bits.count)
    guard widths[0] <= 8, widths[1] <= 8, widths[2] == widths[0] + widths[1] else {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "has operands of \(widths[0]) and \(widths[1]) bits and a product of \(widths[2]); networks "
          + "run through multipliers of up to 8×8 bits whose product has as many as both operands")
    }
    let signs = try MultiplierSign(of: MultiplierSimulation(netlist, ports: ports), sign).signs
    products = ProductTable(
      simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
      product: ports.product)
    do {
      table = try EncodedMultiplier(
        table: products, signs: signs, encoding: spec.encoding, activationBits: spec.activationBits,
        weightBits: spec.weightBits)
    } catch {
      throw InputError(.badData, at: SourceLocation(file: file), error.reason)
    }
  }

  /// The netlist's inputs while it multiplies two stored words, the first port in the low bits.
  func inputs(_ activation: UInt8, _ weight: UInt8) -> UInt64 {
    let operands = table.operands(
      activation, weight,
      widths: (activation: ports.operandA.bits.count, weight: ports.operandB.bits.count))
    return places.inputs(operands.activation, operands.weight)
  }
}
