/// Cells of a 45 nm kit that published approximate circuits use and do not define, and the same
/// under the prefix `PDKGEN`: pins and functions only, no area.
///
/// Ordered connections follow the inputs, then the outputs, as listed here. A full adder has YS as
/// sum and YC as carry; a multiplexer is Y = S ? B : A, as those circuits define it that bring
/// definitions of their own. Another kit's cells come from its Liberty file.
public enum StandardKitCells {
  /// All of them, as a library.
  public static let library = CellLibrary(
    name: "45 nm kit", cells: plain + plain.map { prefixed($0) })

  /// Whether a module is named as a cell of the kit, prefixes of any kind before it: the
  /// definition of a cell, rather than a design.
  static func names(_ module: String) -> Bool {
    plain.contains { module.hasSuffix($0.name) }
  }

  /// What a cell of the kit computes where its pins do not say it; nil for the others.
  static func meaning(of name: String) -> String? {
    let base = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    return switch base {
    case "FAX1": "YS sum, YC carry of A, B, C"
    case "HAX1": "YS sum, YC carry of A, B"
    case "MUX2X1": "Y = S ? B : A"
    case "AOI21X1": "Y = ~((A & B) | C)"
    case "OAI21X1": "Y = ~((A | B) & C)"
    default: nil
    }
  }

  private static let prefix = "PDKGEN"

  private static let plain: [LibraryCell] = [
    LibraryCell(
      name: "FAX1", area: nil, inputs: ["A", "B", "C"],
      outputs: [
        .init(pin: "YS", inputs: [0, 1, 2], truthTable: 0b1001_0110),
        .init(pin: "YC", inputs: [0, 1, 2], truthTable: 0b1110_1000),
      ]),
    LibraryCell(
      name: "HAX1", area: nil, inputs: ["A", "B"],
      outputs: [
        .init(pin: "YS", inputs: [0, 1], truthTable: 0b0110),
        .init(pin: "YC", inputs: [0, 1], truthTable: 0b1000),
      ]),
    gate("AND2X1", ["A", "B"], 0b1000),
    gate("OR2X1", ["A", "B"], 0b1110),
    gate("NAND2X1", ["A", "B"], 0b0111),
    gate("NOR2X1", ["A", "B"], 0b0001),
    gate("XOR2X1", ["A", "B"], 0b0110),
    gate("XNOR2X1", ["A", "B"], 0b1001),
    gate("NAND3X1", ["A", "B", "C"], 0b0111_1111),
    gate("NOR3X1", ["A", "B", "C"], 0b0000_0001),
    gate("INVX1", ["A"], 0b01),
    gate("BUFX2", ["A"], 0b10),
    // Stronger drivers of the same functions.
    gate("INVX2", ["A"], 0b01),
    gate("INVX4", ["A"], 0b01),
    gate("INVX8", ["A"], 0b01),
    gate("BUFX4", ["A"], 0b10),
    gate("AND2X2", ["A", "B"], 0b1000),
    gate("OR2X2", ["A", "B"], 0b1110),
    gate("MUX2X1", ["A", "B", "S"], 0b1100_1010),
    // ¬((A ∧ B) ∨ C) and ¬((A ∨ B) ∧ C).
    gate("AOI21X1", ["A", "B", "C"], 0b0000_0111),
    gate("OAI21X1", ["A", "B", "C"], 0b0001_1111),
  ]

  private static func gate(
    _ name: String, _ inputs: [String], _ truthTable: UInt64
  ) -> LibraryCell {
    LibraryCell(
      name: name, area: nil, inputs: inputs,
      outputs: [.init(pin: "Y", inputs: Array(inputs.indices), truthTable: truthTable)])
  }

  private static func prefixed(_ cell: LibraryCell) -> LibraryCell {
    LibraryCell(
      name: "\(prefix)\(cell.name)", area: cell.area, inputs: cell.inputs, outputs: cell.outputs)
  }
}
