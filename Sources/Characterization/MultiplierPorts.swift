import ErrorTables
import Files
import Netlists

/// Which ports of a netlist are the operands and the product of a multiplier.
public struct MultiplierPorts: Hashable, Sendable {
  /// The first operand: the one with a, x, 1 or 0 in its name where the other has b, y, 2 or 1
  /// there, else the input port that is declared first.
  public let operandA: Port
  /// The second operand: the other input port.
  public let operandB: Port
  public let product: Port

  /// The widest operand of which a table is made, in bits.
  public static let maximumTableWidth = 10
  /// The widest operand, and the widest product, that are read, in bits.
  public static let maximumWidth = 32
  public static let maximumProductWidth = 64

  /// Binds the ports by name where names are given, else by their usual names, else by the order of
  /// their declaration. Numbered single bits, `a0` or `a[0]`, count as one port where there are more
  /// than two input ports or more than one output port.
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
    let (inputs, outputs) = Self.bundled(netlist)
    guard inputs.count == 2, outputs.count == 1 else {
      throw InputError(
        .badData, at: location,
        "'\(netlist.name)' has \(inputs.count) input and \(outputs.count) output ports "
          + "(\(Self.listed(inputs + outputs))): a multiplier has two operands and one product; single "
          + "bits count as one port if they are named a0, a1 … or a[0], a[1] …; tie off or take away "
          + "others")
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
      let isReversed = Self.isReversed(inputs[0].name, inputs[1].name)
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
}
