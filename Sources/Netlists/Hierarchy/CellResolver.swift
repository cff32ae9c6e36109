import Files

/// What the cell names of a source text stand for: a module of the text, else a cell of the library
/// in use, else a built-in one: of the 45 nm kit, of the generators, of yosys.
///
/// A module that has the name, the pins and the functions of such a cell is that cell, so that a
/// circuit costs the same whether its file brings the definitions of its cells along or not.
struct CellResolver {
  /// A cell with its pins as names of the text.
  struct Cell {
    let cell: LibraryCell
    let inputs: [NameID]
    let outputs: [NameID]
    /// The pins in the order of the text's own definition, else of the kit's cell of the same name
    /// and pins: a library has no order of inputs against outputs.
    let order: [NameID]?
  }

  enum Meaning {
    case module(Int)
    case cell(Cell)
  }

  private let library: CellLibrary
  /// The cells that have a built-in meaning, in the order of their first use.
  private var kitCells: [String] = []
  private var generatorCells: [String] = []
  /// The modules that have the name and the pins of a cell and compute something else.
  private var otherCells: [String] = []
  private var known: [NameID: Meaning] = [:]

  init(_ library: CellLibrary) { self.library = library }

  /// - Throws: `InputError` 65 at `place` if the name stands for nothing, or for a cell that no
  ///   combinational netlist can use.
  mutating func meaning(
    of name: NameID, in design: inout SourceDesign, at place: SourcePlace
  ) throws -> Meaning {
    if let meaning = known[name] { return meaning }
    let text = design.names[name]
    let cell = library[text] ?? builtIn(text)
    let meaning: Meaning
    if let module = design.positions[name] {
      meaning = self.meaning(of: module, like: cell, &design)
    } else {
      guard let cell else { throw unknown(text, design, place) }
      if library[text] == nil { note(text) }
      meaning = .cell(resolved(cell, &design))
    }
    known[name] = meaning
    return meaning
  }

  /// A module of the text: the cell that it defines, if there is one.
  private mutating func meaning(
    of module: Int, like cell: LibraryCell?, _ design: inout SourceDesign
  ) -> Meaning {
    guard let cell else { return .module(module) }
    switch design.twin(module, of: cell) {
    case .same:
      return .cell(resolved(cell, &design, order: design.modules[module].ports.map(\.name)))
    case .different:
      otherCells.append(cell.name)
      return .module(module)
    case .unrelated: return .module(module)
    }
  }

  /// A cell that the library refuses is not taken from elsewhere instead.
  private func builtIn(_ name: String) -> LibraryCell? {
    guard library.refusedCells[name] == nil else { return nil }
    return StandardKitCells.library[name] ?? GeneratorCells.library[name]
      ?? YosysGateCells.library[name]
  }

  private mutating func note(_ name: String) {
    if StandardKitCells.library[name] != nil {
      kitCells.append(name)
    } else if GeneratorCells.library[name] != nil {
      generatorCells.append(name)
    }
  }

  /// Which cells neither the text nor the library defines, and what they were taken for.
  var notes: [String] {
    var notes: [String] = []
    if !kitCells.isEmpty {
      let shown = kitCells.map { name in
        StandardKitCells.meaning(of: name).map { "\(name) (\($0))" } ?? name
      }
      notes.append("cells of the built-in 45 nm kit: \(shown.joined(separator: ", "))")
    }
    if !generatorCells.isEmpty {
      notes.append("cells of the generators: \(generatorCells.joined(separator: ", "))")
    }
    if !otherCells.isEmpty {
      notes.append(
        "defined otherwise than the known cells of these names, and used as defined: "
          + otherCells.joined(separator: ", "))
    }
    return notes
  }

  private func resolved(
    _ cell: LibraryCell, _ design: inout SourceDesign, order given: [NameID]? = nil
  ) -> Cell {
    let pins = cell.inputs + cell.outputs.map(\.pin)
    var order = given
    if order == nil, let kit = StandardKitCells.library[cell.name] {
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
      + StandardKitCells.library.cells.map(\.name) + GeneratorCells.library.cells.map(\.name)
    return design.error(
      "cell '\(name)' is neither a \(design.moduleWord) of the file nor in library "
        + "'\(library.name)'; " + SourceDesign.hint(for: name, among: names), at: place)
  }
}
