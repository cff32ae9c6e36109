import ErrorTables
import Files
import Netlists

/// Which ports of a netlist are the operands and the product of a multiplier.
public struct MultiplierPorts: Hashable, Sendable {
  /// The first operand: `a` or `x` in either case, else the input port that is declared first.
  public let operandA: Port
  /// The second operand: `b` or `y` in either case, else the input port that is declared second.
  public let operandB: Port
  public let product: Port

  /// The widest operand of which a table is made, in bits.
  public static let maximumTableWidth = 10
  /// The widest operand, and the widest product, that are read, in bits.
  public static let maximumWidth = 32
  public static let maximumProductWidth = 64

  /// Binds the ports by name where names are given, else by their usual names, else by the order of
  /// their declaration. Single bits named `a0`, `a1` … or `a_0`, `a_1` … count as one port where
  /// there are more than two input ports or more than one output port.
  ///
  /// - Parameters:
  ///   - file: the netlist's file, for messages.
  ///   - operands: names of the first and the second operand.
  /// - Throws: `InputError` 65 if there are not two operands and one product, a named port is not
  ///   there, or one is too wide.
  public init(
    binding netlist: Netlist, file: String, operands: (a: String, b: String)? = nil
  ) throws {
    let location = SourceLocation(file: file)
    let inputs = Self.bundled(netlist.inputs, unless: 2)
    let outputs = Self.bundled(netlist.outputs, unless: 1)
    guard inputs.count == 2, outputs.count == 1 else {
      throw InputError(
        .badData, at: location,
        "'\(netlist.name)' has \(inputs.count) input and \(outputs.count) output ports "
          + "(\(Self.listed(inputs + outputs))): a multiplier has two operands and one product")
    }
    if let operands {
      let found = try [operands.a, operands.b].map { (name: String) -> Port in
        guard let port = inputs.first(where: { $0.name == name }) else {
          throw InputError(
            .badData, at: location,
            "'\(netlist.name)' has no input port '\(name)'; it has \(Self.listed(inputs))")
        }
        return port
      }
      guard operands.a != operands.b else {
        throw InputError(.usage, "--operands names '\(operands.a)' twice: name both operands")
      }
      (operandA, operandB) = (found[0], found[1])
    } else {
      let names = inputs.map { $0.name.lowercased() }
      let isReversed = names == ["b", "a"] || names == ["y", "x"]
      operandA = inputs[isReversed ? 1 : 0]
      operandB = inputs[isReversed ? 0 : 1]
    }
    product = outputs[0]
    for operand in [operandA, operandB] where operand.bits.count > Self.maximumWidth {
      throw InputError(
        .badData, at: location,
        "operand '\(operand.name)' has \(operand.bits.count) bits: at most \(Self.maximumWidth) "
          + "are read")
    }
    guard product.bits.count <= Self.maximumProductWidth else {
      throw InputError(
        .badData, at: location,
        "product '\(product.name)' has \(product.bits.count) bits: at most "
          + "\(Self.maximumProductWidth) are read")
    }
  }

  /// - Throws: `InputError` 65 if an operand is too wide for a product table, or the product is.
  public func checkFitsTable(file: String) throws {
    for operand in [operandA, operandB] where operand.bits.count > Self.maximumTableWidth {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "operand '\(operand.name)' has \(operand.bits.count) bits: tables are made of operands of "
          + "at most \(Self.maximumTableWidth)")
    }
    guard product.bits.count <= 32 else {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "product '\(product.name)' has \(product.bits.count) bits: tables are made of products of "
          + "at most 32")
    }
  }

  /// How the operands are read.
  public func format(_ signs: OperandSigns) -> OperandFormat {
    OperandFormat(widthA: operandA.bits.count, widthB: operandB.bits.count, signs: signs)
  }

  private static func listed(_ ports: [Port]) -> String {
    let names = ports.prefix(8).map { "\($0.name)[\($0.bits.count)]" }.joined(separator: ", ")
    return ports.count > 8 ? names + " …" : names
  }

  /// The ports with numbered single bits put together, unless there are as many as wanted.
  private static func bundled(_ ports: [Port], unless wanted: Int) -> [Port] {
    guard ports.count != wanted, ports.allSatisfy({ $0.bits.count == 1 }) else { return ports }
    var names: [String] = []
    var bits: [String: [Int: NetID]] = [:]
    for port in ports {
      let digits = port.name.reversed().prefix(while: \.isASCIIDigit).reversed()
      guard let number = Int(String(digits)), number < maximumProductWidth else { return ports }
      var name = String(port.name.dropLast(digits.count))
      if name.hasSuffix("_") { name.removeLast() }
      if bits[name] == nil { names.append(name) }
      guard bits[name, default: [:]].updateValue(port.bits[0], forKey: number) == nil else {
        return ports
      }
    }
    var bundles: [Port] = []
    for name in names {
      let found = bits[name, default: [:]]
      let nets = (0..<found.count).compactMap { found[$0] }
      guard nets.count == found.count else { return ports }
      bundles.append(Port(name: name, bits: nets))
    }
    return bundles
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
