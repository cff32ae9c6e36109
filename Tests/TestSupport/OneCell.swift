import Netlists

/// A netlist of one cell.
public enum OneCell {
  /// The cell with a bit of the input port `x` at each of its inputs and one of the output port `y`
  /// at each of its outputs.
  public static func netlist(of cell: LibraryCell) throws -> Netlist {
    var builder = NetlistBuilder(name: "one")
    let inputs = builder.addInput("x", width: cell.inputs.count)
    let outputs = cell.outputs.indices.map { builder.addNet("y\($0)") }
    builder.addCell(cell, name: "u", inputs: inputs, outputs: outputs)
    builder.addOutput("y", bits: outputs)
    return try builder.finish()
  }
}
