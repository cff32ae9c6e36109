import Files

/// What the cell names of a source text stand for: a module of the text, else a cell of the library
/// in use, else one of the 45 nm kit.
struct CellResolver {
  /// A cell with its pins as names of the text.
  struct Cell {
    let cell: LibraryCell
    let inputs: [NameID]
    let outputs: [NameID]
    /// The pins in the order of the kit's cell of the same name and pins: a library has no order
    /// of inputs against outputs.
    let order: [NameID]?
  }

  enum Meaning {
    case module(Int)
    case cell(Cell)
  }

  private let library: CellLibrary
  /// The cells that have the kit's meaning, in the order of their first use.
  private var kitCells: [String] = []
  private var known: [NameID: Meaning] = [:]

  init(_ library: CellLibrary) { self.library = library }

  /// - Throws: `InputError` 65 at `place` if the name stands for nothing, or for a cell that no
  ///   combinational netlist can use.
  mutating func meaning(
    of name: NameID, in design: inout SourceDesign, at place: SourcePlace
  ) throws -> Meaning {
    if let meaning = known[name] { return meaning }
    let meaning: Meaning
    if let module = design.positions[name] {
      meaning = .module(module)
    } else {
      let text = design.names[name]
      let known = library[text]
      guard let cell = known ?? kitCell(text) else {
        throw unknown(text, design, place)
      }
      if known == nil { kitCells.append(text) }
      meaning = .cell(resolved(cell, &design))
    }
    known[name] = meaning
    return meaning
  }

  /// A cell that the library refuses is not taken from the kit instead.
  private func kitCell(_ name: String) -> LibraryCell? {
    library.refusedCells[name] == nil ? StandardKitCells.library[name] : nil
  }

  /// Which cells neither the text nor the library defines, and what they were taken for.
  var notes: [String] {
    guard !kitCells.isEmpty else { return [] }
    let shown = kitCells.map { name in
      StandardKitCells.meaning(of: name).map { "\(name) (\($0))" } ?? name
    }
    return ["cells of the built-in 45 nm kit: \(shown.joined(separator: ", "))"]
  }

  private func resolved(_ cell: LibraryCell, _ design: inout SourceDesign) -> Cell {
    let pins = cell.inputs + cell.outputs.map(\.pin)
    var order: [NameID]?
    if let kit = StandardKitCells.library[cell.name] {
      let kitPins = kit.inputs + kit.outputs.map(\.pin)
      if Set(kitPins) == Set(pins) { order = kitPins.map { design.names.intern($0) } }
    }
    return Cell(
      cell: cell, inputs: cell.inputs.map { design.names.intern($0) },
      outputs: cell.outputs.map { design.names.intern($0.pin) }, order: order)
  }

  private func unknown(
    _ name: String, _ design: SourceDesign, _ place: SourcePlace
  ) -> InputError {
    if let reason = library.refusedCells[name] {
      return design.error(
        "cell '\(name)' \(reason): only combinational cells are used here", at: place)
    }
    let names =
      library.cells.map(\.name) + design.modules.map { design.names[$0.name] }
      + StandardKitCells.library.cells.map(\.name)
    return design.error(
      "cell '\(name)' is neither a \(design.moduleWord) of the file nor in library "
        + "'\(library.name)'; " + SourceDesign.hint(for: name, among: names), at: place)
  }
}
