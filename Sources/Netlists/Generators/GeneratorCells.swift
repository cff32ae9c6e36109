/// The five cells that the generators build from: pins and functions only, no area. Any library
/// that has these cells with these pins and functions implements a generated netlist.
public enum GeneratorCells {
  /// Y = ¬A.
  public static let inverter = LibraryCell(
    name: "INV", area: nil, inputs: ["A"],
    outputs: [.init(pin: "Y", inputs: [0], truthTable: 0b01)])
  /// Y = ¬(A ∧ B).
  public static let nand2 = LibraryCell(
    name: "NAND2", area: nil, inputs: ["A", "B"],
    outputs: [.init(pin: "Y", inputs: [0, 1], truthTable: 0b0111)])
  /// Y = ¬(A ∨ B).
  public static let nor2 = LibraryCell(
    name: "NOR2", area: nil, inputs: ["A", "B"],
    outputs: [.init(pin: "Y", inputs: [0, 1], truthTable: 0b0001)])
  /// Y = A ⊕ B.
  public static let xor2 = LibraryCell(
    name: "XOR2", area: nil, inputs: ["A", "B"],
    outputs: [.init(pin: "Y", inputs: [0, 1], truthTable: 0b0110)])
  /// A + B + CI = 2·CO + S.
  public static let fullAdder = LibraryCell(
    name: "FA", area: nil, inputs: ["A", "B", "CI"],
    outputs: [
      .init(pin: "CO", inputs: [0, 1, 2], truthTable: 0b1110_1000),
      .init(pin: "S", inputs: [0, 1, 2], truthTable: 0b1001_0110),
    ])

  /// All five, as a library.
  public static let library = CellLibrary(
    name: "generator", cells: [inverter, nand2, nor2, xor2, fullAdder])
}
