/// The gate cells that yosys writes where no library was mapped to (`write_verilog -noexpr`,
/// `write_blif -icells`): pins and functions as its manual's "Gates" section has them, no area.
enum YosysGateCells {
  /// All of them, as a library.
  static let library = CellLibrary(
    name: "yosys",
    cells: [
      gate("$_BUF_", ["A"]) { $0[0] },
      gate("$_NOT_", ["A"]) { !$0[0] },
      gate("$_AND_", ["A", "B"]) { $0[0] && $0[1] },
      gate("$_NAND_", ["A", "B"]) { !($0[0] && $0[1]) },
      gate("$_OR_", ["A", "B"]) { $0[0] || $0[1] },
      gate("$_NOR_", ["A", "B"]) { !($0[0] || $0[1]) },
      gate("$_XOR_", ["A", "B"]) { $0[0] != $0[1] },
      gate("$_XNOR_", ["A", "B"]) { $0[0] == $0[1] },
      gate("$_ANDNOT_", ["A", "B"]) { $0[0] && !$0[1] },
      gate("$_ORNOT_", ["A", "B"]) { $0[0] || !$0[1] },
      gate("$_MUX_", ["A", "B", "S"]) { $0[2] ? $0[1] : $0[0] },
      gate("$_NMUX_", ["A", "B", "S"]) { !($0[2] ? $0[1] : $0[0]) },
      gate("$_AOI3_", ["A", "B", "C"]) { !($0[0] && $0[1] || $0[2]) },
      gate("$_OAI3_", ["A", "B", "C"]) { !(($0[0] || $0[1]) && $0[2]) },
      gate("$_AOI4_", ["A", "B", "C", "D"]) { !($0[0] && $0[1] || $0[2] && $0[3]) },
      gate("$_OAI4_", ["A", "B", "C", "D"]) { !(($0[0] || $0[1]) && ($0[2] || $0[3])) },
    ])

  private static func gate(
    _ name: String, _ inputs: [String], _ function: ([Bool]) -> Bool
  ) -> LibraryCell {
    var truthTable: UInt64 = 0
    for pattern in 0..<1 << inputs.count
    where function(inputs.indices.map { pattern >> $0 & 1 == 1 }) {
      truthTable |= 1 << UInt64(pattern)
    }
    return LibraryCell(
      name: name, area: nil, inputs: inputs,
      outputs: [.init(pin: "Y", inputs: Array(inputs.indices), truthTable: truthTable)])
  }
}
