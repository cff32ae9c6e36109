import Files
import Netlists
import Randomness
import TestSupport
import Testing

/// A netlist of one cell whose outputs have these functions of the same inputs.
private func netlist(_ tables: [UInt64], inputs count: Int) throws -> Netlist {
  let pins = (0..<count).map { "I\($0)" }
  let cell = LibraryCell(
    name: "foreign", area: nil, inputs: pins,
    outputs: tables.enumerated().map {
      LibraryCell.Output(pin: "O\($0.offset)", inputs: Array(0..<count), truthTable: $0.element)
    })
  return try OneCell.netlist(of: cell)
}

/// Whether two netlists of one input port give the same outputs for all patterns.
private func agree(_ left: Netlist, _ right: Netlist, width: Int) -> Bool {
  (0..<UInt64(1) << UInt64(width)).allSatisfy { value in
    NaiveNetlistEvaluation.outputs(of: left, inputs: [value])
      == NaiveNetlistEvaluation.outputs(of: right, inputs: [value])
  }
}

private func library(_ cells: [LibraryCell]) -> CellLibrary {
  CellLibrary(name: "small", cells: cells)
}

/// Pins A, B, S: S selects B, else A.
private let multiplexer = LibraryCell(
  name: "MUX2", area: nil, inputs: ["A", "B", "S"],
  outputs: [.init(pin: "Y", inputs: [0, 1, 2], truthTable: 0b1100_1010)])

private let libraries = [
  GeneratorCells.library, library([GeneratorCells.inverter, GeneratorCells.nand2]),
  library([GeneratorCells.nor2, GeneratorCells.inverter]),
  library([GeneratorCells.inverter, GeneratorCells.nand2, multiplexer]),
]

@Suite("technology mapping")
struct TechnologyMappingTests {
  @Test("every function of up to three inputs is made, from four libraries", arguments: 0..<4)
  func allSmallFunctions(choice: Int) throws {
    let cells = libraries[choice]
    for count in 1...3 {
      for table in 0..<(UInt64(1) << (UInt64(1) << UInt64(count))) {
        let source = try netlist([table], inputs: count)
        let mapped = try source.mapped(to: cells).netlist
        #expect(mapped.cells.allSatisfy { cells[$0.cell] != nil })
        #expect(agree(source, mapped, width: count), "function \(table) of \(count) inputs")
      }
    }
  }

  @Test("functions of four to six inputs and of several outputs are made", arguments: 0..<4)
  func largeFunctions(choice: Int) throws {
    var stream = RandomStream(seed: 7, purpose: .test, index: UInt64(choice))
    for round in 0..<40 {
      let count = 4 + round % 3
      let mask = count == 6 ? UInt64.max : (1 << (1 << UInt64(count))) - 1
      let tables = (0..<(1 + round % 4)).map { _ in stream.next() & mask }
      let source = try netlist(tables, inputs: count)
      let mapped = try source.mapped(to: libraries[choice]).netlist
      #expect(mapped.cells.allSatisfy { libraries[choice][$0.cell] != nil })
      #expect(agree(source, mapped, width: count), "functions \(tables) of \(count) inputs")
    }
  }

  @Test("cells that the library has stay untouched, and nothing is noted")
  func nativeCells() throws {
    let source = MultiplierFamily.exactDadda.netlist(width: 4)
    let (mapped, notes) = try source.mapped(to: GeneratorCells.library)
    #expect(mapped == source && notes.isEmpty)
  }

  @Test("a cell of the library's name but another function is foreign")
  func falseFriend() throws {
    let liar = LibraryCell(
      name: "NAND2", area: nil, inputs: ["A", "B"],
      outputs: [.init(pin: "Y", inputs: [0, 1], truthTable: 0b1000)])
    let source = try OneCell.netlist(of: liar)
    let (mapped, notes) = try source.mapped(to: GeneratorCells.library)
    #expect(mapped.cells.map(\.cell).sorted() == ["INV", "NAND2"])
    #expect(agree(source, mapped, width: 2))
    #expect(notes == ["1 of 'NAND2' became NAND2 + INV of library 'generator'"])
  }

  @Test("a full adder of another kit becomes a full adder, under its own name")
  func wholeFullAdder() throws {
    // Pins in another order, outputs in another order.
    let source = try netlist([0b1001_0110, 0b1110_1000], inputs: 3)
    let mapped = try source.mapped(to: GeneratorCells.library).netlist
    #expect(mapped.cells == [CellInstance(name: "u", cell: "FA")])
    #expect(agree(source, mapped, width: 3))
  }

  @Test("a full adder with inverted outputs takes one full adder and two inverters")
  func invertedFullAdder() throws {
    let source = try netlist([0b0110_1001, 0b0001_0111], inputs: 3)
    let mapped = try source.mapped(to: GeneratorCells.library).netlist
    #expect(mapped.cells.map(\.cell) == ["FA", "INV", "INV"])
    #expect(agree(source, mapped, width: 3))
  }

  @Test("the cheaper of two cells of one function is taken, a cell not to be used never")
  func cheapest() throws {
    func and(_ name: String, _ area: Double, isDontUse: Bool = false) -> LibraryCell {
      LibraryCell(
        name: name, area: .init(area), inputs: ["A", "B"],
        outputs: [.init(pin: "Y", inputs: [0, 1], truthTable: 0b1000)], isDontUse: isDontUse)
    }
    let inverter = LibraryCell(
      name: "INV", area: .init(1), inputs: ["A"],
      outputs: [.init(pin: "Y", inputs: [0], truthTable: 0b01)])
    let cells = library([
      inverter, and("BIG", 4), and("SMALL", 3), and("SECRET", 1, isDontUse: true),
    ])
    let mapped = try netlist([0b1000], inputs: 2).mapped(to: cells).netlist
    #expect(mapped.cells.map(\.cell) == ["SMALL"])
  }

  @Test("three-input majority takes four NANDs, one for each product term and one for their sum")
  func majority() throws {
    let cells = library([GeneratorCells.inverter, GeneratorCells.nand2])
    let mapped = try netlist([0b1110_1000], inputs: 3).mapped(to: cells).netlist
    #expect(mapped.cells.filter { $0.cell == "NAND2" }.count == 4)
  }

  @Test("a library that foreign cells cannot be made of is refused by name, with what to add")
  func poorLibraries() throws {
    func failure(_ cells: [LibraryCell]) -> String {
      do {
        _ = try netlist([0b1000], inputs: 2).mapped(to: library(cells))
        return "mapped"
      } catch { return "\(error)" }
    }
    #expect(
      failure([GeneratorCells.nand2])
        == "error: library 'small' has no inverter, so foreign cells cannot be made of its cells: "
        + "add one, or use a library that has an inverter and a NAND of two inputs")
    #expect(
      failure([GeneratorCells.inverter])
        == "error: library 'small' has no NAND, NOR, AND or OR of two inputs, so foreign cells "
        + "cannot be made of its cells: add one, or use a library that has an inverter and a NAND "
        + "of two inputs")
  }

  @Test("a multiplier mapped to inverters and NANDs still multiplies")
  func wholeMultiplier() throws {
    let source = MultiplierFamily.exactDadda.netlist(width: 4)
    let cells = library([GeneratorCells.inverter, GeneratorCells.nand2])
    let (mapped, notes) = try source.mapped(to: cells)
    #expect(Set(mapped.cells.map(\.cell)) == ["INV", "NAND2"])
    #expect(Set(mapped.cells.map(\.name)).count == mapped.cells.count, "names are unique")
    #expect(notes.contains { $0.contains("'FA' became") })
    for a in UInt64(0)..<16 {
      for b in UInt64(0)..<16 {
        #expect(NaiveNetlistEvaluation.outputs(of: mapped, inputs: [a, b]) == [a * b])
      }
    }
  }
}
