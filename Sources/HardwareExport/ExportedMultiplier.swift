import Accelerators
import Characterization
import ErrorTables
import Files
import Netlists
import QuantizedNetworks

/// The multiplier of an exported array: its circuit, and its product of every pair of words.
package struct ExportedMultiplier: Sendable {
  /// What multiplies.
  enum Circuit: Sendable {
    /// Verilog's operator `*`: the exact product, built as synthesis likes.
    case exactOperator
    /// A netlist of a library's cells, with its ports.
    case netlist(Netlist, MultiplierPorts, CellLibrary)
  }

  /// For people, such as a path.
  package let name: String
  let circuit: Circuit
  package let encoding: OperandEncoding
  package let activationBits: Int
  package let weightBits: Int
  /// The products of words.
  package let products: ArrayCapture
  /// Their table.
  ///
  /// - Precondition: words of up to 8 bits, as networks have them.
  package var table: EncodedMultiplier {
    guard case .encoded(let table) = products else { preconditionFailure("no table of wide words") }
    return table
  }

  /// The bits of a product register: as many as both words have.
  var productBits: Int { activationBits + weightBits }
  /// Whether products are in two's complement.
  var isSigned: Bool { encoding != .offset }

  /// The exact multiplier.
  ///
  /// - Precondition: words of 2 to 16 bits.
  package init(exact encoding: OperandEncoding, activationBits: Int, weightBits: Int) {
    name = "exact"
    circuit = .exactOperator
    self.encoding = encoding
    self.activationBits = activationBits
    self.weightBits = weightBits
    products = .exact(encoding, activationBits: activationBits, weightBits: weightBits)
  }

  /// The multiplier of a netlist, which is made of the library's cells where it is not yet.
  ///
  /// - Parameters:
  ///   - file: the netlist's, or what else to call it.
  ///   - sign: how its operands are read, where the circuit does not say.
  /// - Throws: `InputError` 65 if it is no multiplier, its operands do not fit the words, a product
  ///   does not fit as many bits as both words have, or a name is one of the array's modules.
  /// - Precondition: words of 2 to 16 bits.
  package init(
    _ netlist: Netlist, file: String, library: CellLibrary, sign: ValidationOptions.Sign,
    encoding: OperandEncoding, activationBits: Int, weightBits: Int
  ) throws {
    let location = SourceLocation(file: file)
    let netlist = try netlist.mapped(to: library).netlist.withDistinctPorts
    let ports = try MultiplierPorts(binding: netlist, file: file)
    try Self.checkNames(netlist, library, location)
    let signs = try MultiplierSign(of: MultiplierSimulation(netlist, ports: ports), sign).signs
    name = file
    circuit = .netlist(netlist, ports, library)
    self.encoding = encoding
    self.activationBits = activationBits
    self.weightBits = weightBits
    guard max(activationBits, weightBits) <= 8 else {
      products = .wide(
        try WideMultiplier(
          netlist, ports: ports, signs: signs, file: file, encoding: encoding,
          activationBits: activationBits, weightBits: weightBits))
      return
    }
    products = .encoded(
      try Self.table(netlist, ports, signs, (encoding, activationBits, weightBits), location))
  }

  /// The products of words of up to 8 bits.
  private static func table(
    _ netlist: Netlist, _ ports: MultiplierPorts, _ signs: OperandSigns,
    _ words: (encoding: OperandEncoding, activationBits: Int, weightBits: Int),
    _ location: SourceLocation
  ) throws -> EncodedMultiplier {
    let widths = [ports.operandA, ports.operandB, ports.product].map(\.bits.count)
    guard widths[0] <= 8, widths[1] <= 8, widths[2] == widths[0] + widths[1] else {
      throw InputError(
        .badData, at: location,
        "has operands of \(widths[0]) and \(widths[1]) bits and a product of \(widths[2]): words of "
          + "up to 8 bits take multipliers of up to 8×8 bits whose product has as many as both "
          + "operands")
    }
    do {
      return try EncodedMultiplier(
        table: ProductTable(
          simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
          product: ports.product),
        signs: signs, encoding: words.encoding, activationBits: words.activationBits,
        weightBits: words.weightBits)
    } catch {
      throw InputError(.badData, at: location, error.reason)
    }
  }

  /// Verilog has one name space for modules.
  private static func checkNames(
    _ netlist: Netlist, _ library: CellLibrary, _ location: SourceLocation
  ) throws {
    let cells = CellModels.names(of: netlist, library: library)
    for name in [netlist.name] + cells where name.lowercased().hasPrefix("axtrain_") {
      throw InputError(
        .badData, at: location,
        "'\(name)' may be a module of the array: rename it so that it does not begin with 'axtrain_'"
      )
    }
    guard !cells.contains(netlist.name) else {
      throw InputError(
        .badData, at: location, "'\(netlist.name)' is also one of its cells: rename the module")
    }
  }

  /// Whether a magnitude of 0 ever gives a product: then the sign of a zero counts, too.
  var zeroHasProduct: Bool {
    switch products {
    case .encoded(let table): table.zeroHasProduct
    case .wide(let multiplier): multiplier.zeroHasProduct
    case .settled, .transition, .pairs: preconditionFailure("exported products are encoded")
    }
  }
}
