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
  let element: ElementMultiplier
  /// The gates of an element.
  public var netlist: Netlist { element.netlist }
  public let table: EncodedMultiplier
  /// Of the ports' operands.
  let products: ProductTable

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
      source.netlist(library: cells).0, name: source.name, file: path, sign: sign, spec: spec,
      cells: cells)
  }

  /// Simulates all products of a netlist that is made of the library's cells.
  ///
  /// - Throws: as reading one.
  public init(
    _ netlist: Netlist, name: String, file: String, sign: ValidationOptions.Sign,
    spec: QuantizationSpec, cells: CellLibrary
  ) throws {
    (self.name, self.file) = (name, file)
    let ports = try MultiplierPorts(binding: netlist, file: file)
    try ports.checkFitsTable(file: file)
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
    element = try ElementMultiplier(
      netlist, ports: ports, encoding: spec.encoding, activationBits: spec.activationBits,
      weightBits: spec.weightBits, zeroHasProduct: table.zeroHasProduct, cells: cells, file: file)
  }
}
