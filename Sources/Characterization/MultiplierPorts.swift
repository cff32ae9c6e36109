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
  public static let maximumWidth = 10

  /// Binds the ports by their names, else by the order of their declaration.
  ///
  /// - Parameter file: the netlist's file, for messages.
  /// - Throws: `InputError` 65 if there are not two input ports and one output port, or if one is
  ///   too wide for a table.
  public init(binding netlist: Netlist, file: String) throws {
    let location = SourceLocation(file: file)
    guard netlist.inputs.count == 2, netlist.outputs.count == 1 else {
      throw InputError(
        .badData, at: location,
        "'\(netlist.name)' has \(netlist.inputs.count) input and \(netlist.outputs.count) output "
          + "ports: a multiplier has two operands and one product")
    }
    let names = netlist.inputs.map { $0.name.lowercased() }
    let isReversed = names == ["b", "a"] || names == ["y", "x"]
    operandA = netlist.inputs[isReversed ? 1 : 0]
    operandB = netlist.inputs[isReversed ? 0 : 1]
    product = netlist.outputs[0]
    for operand in [operandA, operandB] where operand.bits.count > Self.maximumWidth {
      throw InputError(
        .badData, at: location,
        "operand '\(operand.name)' has \(operand.bits.count) bits: tables are made of operands of "
          + "at most \(Self.maximumWidth)")
    }
    guard product.bits.count <= 32 else {
      throw InputError(
        .badData, at: location,
        "product '\(product.name)' has \(product.bits.count) bits: at most 32 are read")
    }
  }
}
