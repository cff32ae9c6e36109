import Quantities

/// A combinational cell of a library: its pins, what each output computes, its area.
public struct LibraryCell: Hashable, Sendable {
  public let name: String
  /// Nil where the library gives none: an area is never assumed.
  public let area: Area?
  /// The names of the input pins, in the order of the library.
  public let inputs: [String]
  public let outputs: [Output]
  /// Whether the library says that mapping must not choose the cell (`dont_use`); a netlist that
  /// has it keeps it.
  public let isDontUse: Bool
  /// Timing and power; nil where the library has none.
  public let characterization: CellCharacterization?

  /// An output pin and its function.
  public struct Output: Hashable, Sendable {
    public let pin: String
    /// The input pins that the function reads, as positions in `LibraryCell.inputs`; at most six.
    public let inputs: [Int]
    /// Bit i is the output for the pattern i, where `inputs[k]` gives bit k of the pattern; bits
    /// beyond the 2^inputs.count patterns are 0.
    public let truthTable: UInt64

    public init(pin: String, inputs: [Int], truthTable: UInt64) {
      precondition(inputs.count <= 6, "an output function reads at most six inputs")
      precondition(
        inputs.count == 6 || truthTable >> (1 << UInt64(inputs.count)) == 0,
        "the truth table is longer than the patterns of the inputs")
      self.pin = pin
      self.inputs = inputs
      self.truthTable = truthTable
    }
  }

  public init(
    name: String, area: Area?, inputs: [String], outputs: [Output], isDontUse: Bool = false,
    characterization: CellCharacterization? = nil
  ) {
    precondition(
      outputs.allSatisfy { $0.inputs.allSatisfy(inputs.indices.contains) },
      "an output reads an input that the cell does not have")
    self.name = name
    self.area = area
    self.inputs = inputs
    self.outputs = outputs
    self.isDontUse = isDontUse
    self.characterization = characterization
  }
}

/// The cells that a netlist may be built from.
public struct CellLibrary: Hashable, Sendable {
  public let name: String
  /// In the order of the library's source.
  public let cells: [LibraryCell]
  /// Cells of the source that a combinational netlist cannot use, and why: `"is sequential"`.
  public let refusedCells: [String: String]
  /// What the cells' timing and power hold for.
  public let conditions: LibraryConditions
  private let positions: [String: Int]

  /// - Precondition: no two cells have the same name.
  public init(
    name: String, cells: [LibraryCell], refusedCells: [String: String] = [:],
    conditions: LibraryConditions = LibraryConditions(supply: nil, temperature: nil)
  ) {
    self.name = name
    self.cells = cells
    self.refusedCells = refusedCells
    self.conditions = conditions
    var positions: [String: Int] = [:]
    for (position, cell) in cells.enumerated() {
      let previous = positions.updateValue(position, forKey: cell.name)
      precondition(previous == nil, "two cells have the same name")
    }
    self.positions = positions
  }

  public subscript(name: String) -> LibraryCell? { positions[name].map { cells[$0] } }

  /// The area of the cells of a netlist: transistor or layout area, as the library counts it.
  ///
  /// - Returns: nil if a cell is not in the library or has no area there.
  public func area(of netlist: Netlist) -> Area? {
    var sum = Area(0)
    for instance in netlist.cells {
      guard let area = self[instance.cell]?.area else { return nil }
      sum += area
    }
    return sum
  }

  /// The area of the smallest cell of one output that is a function of all its inputs; nil where the
  /// library has none, or no area.
  ///
  /// - Parameter truthTable: as that of `LibraryCell.Output`, of so many inputs, whatever their order.
  public func smallestArea(of truthTable: UInt64, inputs: Int) -> Area? {
    cells.filter { cell in
      cell.inputs.count == inputs && cell.outputs.count == 1 && !cell.isDontUse
        && cell.outputs[0].inputs.count == inputs && cell.outputs[0].truthTable == truthTable
    }.compactMap(\.area).min { $0.value < $1.value }
  }
}
