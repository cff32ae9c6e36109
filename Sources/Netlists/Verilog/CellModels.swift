/// Verilog modules that say what library cells compute: functions only, no delays.
package enum CellModels {
  /// A module for each kind of cell that a netlist places, in the order of their names.
  ///
  /// - Parameter library: as for `VerilogWriter.text`. Cells that neither it nor the 45 nm kit has
  ///   are written as gate primitives there, and need no module.
  package static func text(of netlist: Netlist, library: CellLibrary) -> String {
    cells(of: netlist, library: library).map(module).joined(separator: "\n")
  }

  /// The names of these modules.
  package static func names(of netlist: Netlist, library: CellLibrary) -> [String] {
    cells(of: netlist, library: library).map(\.name)
  }

  private static func cells(of netlist: Netlist, library: CellLibrary) -> [LibraryCell] {
    let names = Set(netlist.cells.map(\.cell))
    return names.sorted().compactMap { library[$0] ?? StandardKitCells.library[$0] }
  }

  private static func module(_ cell: LibraryCell) -> String {
    let ports =
      cell.inputs.map { "input \(VerilogWriter.identifier($0))" }
      + cell.outputs.map { "output \(VerilogWriter.identifier($0.pin))" }
    var text = "module \(VerilogWriter.identifier(cell.name)) (\(ports.joined(separator: ", ")));\n"
    for output in cell.outputs {
      let inputs = output.inputs.map { VerilogWriter.identifier(cell.inputs[$0]) }
      text += "  assign \(VerilogWriter.identifier(output.pin)) = "
      text += "\(expression(output.truthTable, inputs));\n"
    }
    return text + "endmodule\n"
  }

  /// A function of up to six inputs: by an operator where it is one, else its ones.
  static func expression(_ truthTable: UInt64, _ inputs: [String]) -> String {
    let rows = 0..<1 << inputs.count
    func isTable(_ function: (Int) -> Bool) -> Bool {
      rows.allSatisfy { function($0) == (truthTable >> UInt64($0) & 1 == 1) }
    }
    let all = rows.count - 1
    let operators: [(String, (Int) -> Bool)] = [
      (" & ", { $0 == all }), (" | ", { $0 != 0 }), (" ^ ", { $0.nonzeroBitCount % 2 == 1 }),
    ]
    if !inputs.isEmpty {
      for (symbol, function) in operators {
        let terms = inputs.joined(separator: symbol)
        if isTable(function) { return terms }
        if isTable({ !function($0) }) {
          return inputs.count == 1 ? "~\(terms)" : "~(\(terms))"
        }
      }
    }
    if inputs.count == 3, isTable({ $0.nonzeroBitCount >= 2 }) {
      return "(\(inputs[0]) & \(inputs[1])) | (\(inputs[2]) & (\(inputs[0]) | \(inputs[1])))"
    }
    let ones = rows.filter { truthTable >> UInt64($0) & 1 == 1 }
    if ones.isEmpty || ones.count == rows.count { return ones.isEmpty ? "1'b0" : "1'b1" }
    return ones.map { row in
      let literals = inputs.indices.map { (row >> $0 & 1 == 1 ? "" : "~") + inputs[$0] }
      return "(\(literals.joined(separator: " & ")))"
    }.joined(separator: " | ")
  }
}
