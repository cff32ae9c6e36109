import Files
import Netlists
import Quantities
import TestSupport
import Testing

/// Whether two values agree to rounding.
private func near(_ left: Double?, _ right: Double) -> Bool {
  guard let left else { return false }
  return abs(left - right) <= 1e-12 * max(abs(left), abs(right))
}

private func sample(supply: Double = 1, scale: Double = 1) throws -> CellLibrary {
  try LibertyReader.library(
    text: SampleLiberty.text(supply: supply, scale: scale), file: "sample.lib")
}

@Suite("timing and power of a Liberty library")
struct LibertyTimingTests {
  @Test("cells that netlists cannot use are listed with the reason, the others are read")
  func cellsAndRefusals() throws {
    let library = try sample()
    #expect(library.cells.map(\.name) == ["INV", "NAND2"])
    #expect(
      library.refusedCells == [
        "DFF": "is sequential", "FILL": "has no output pin",
        "TBUF": "has a three-state output",
        "ODD": "has a table over axes that are not read",
      ])
    #expect(library.conditions.supply == Voltage(1))
    #expect(library.conditions.temperature == Temperature(celsius: 25))
  }

  @Test("values are in SI units: seconds, farads, watts, joules")
  func units() throws {
    let inverter = try #require(try sample()["INV"]?.characterization)
    #expect(near(inverter.inputCapacitances[0], 2e-15))
    #expect(near(inverter.leakage?.value, 5e-9))
    let rise = try #require(inverter.arcs[0].rise)
    #expect(near(rise.delay.slews[1], 1e-10) && near(rise.delay.loads[1], 1e-14))
    #expect(near(rise.delay.values[3], 40e-12))
    // 0.001 and 0.003 pF·V² at 0 and 0.1 ns: 1 and 3 fJ; fall 2 fJ; the other supply 0.1 fJ.
    let energy = inverter.internalEnergy(pin: 0, isInput: false, slew: 5e-11, load: 0)
    #expect(near(energy.energy, (2e-15 + 2e-15) / 2 + 1e-16) && !energy.isExtrapolated)
  }

  @Test("leakage of states is the mean over states of the sum over supply pins")
  func leakageStates() throws {
    let nand = try #require(try sample()["NAND2"]?.characterization)
    #expect(near(nand.leakage?.value, (7e-9 + 3e-9) / 2))
  }

  @Test("arcs: one a related pin, states kept, other types of timing left out, sense from function")
  func arcs() throws {
    let nand = try #require(try sample()["NAND2"]?.characterization)
    #expect(nand.arcs.map(\.input) == [0, 1, 0])
    #expect(nand.arcs.allSatisfy { $0.sense == .negativeUnate && $0.output == 0 })
    #expect(nand.arcs[2].rise != nil && nand.arcs[2].fall == nil)
    #expect(nand.internalEnergies.map(\.isInput) == [true, true, false])
  }

  @Test("a table with load as its first axis is turned over")
  func axisOrder() throws {
    let fall = try #require(try sample()["INV"]?.characterization?.arcs[0].fall)
    #expect(fall.delay.slews.count == 3 && fall.delay.loads.count == 2)
    #expect(near(fall.delay.value(slew: 5e-11, load: 1e-14).value, 22e-12))
    #expect(near(fall.delay.value(slew: 1e-10, load: 0).value, 14e-12))
  }

  @Test("between crossings a table is bilinear; outside, the last line goes on and is flagged")
  func interpolation() throws {
    let table = LookupTable(slews: [0, 2], loads: [0, 4], values: [1, 5, 3, 7])
    // 1 + slew + load, a plane: exact everywhere.
    for (slew, load, isOutside) in [
      (0.0, 0.0, false), (2, 4, false), (1, 1, false), (3, 1, true), (1, 9, true), (0, -1, true),
    ] {
      let found = table.value(slew: slew, load: load)
      #expect(found.value == 1 + slew + load && found.isExtrapolated == isOutside)
    }
    let twist = LookupTable(slews: [0, 1], loads: [0, 1], values: [0, 0, 0, 8])
    #expect(twist.value(slew: 0.5, load: 0.5).value == 2)
    let line = LookupTable(slews: [1, 2, 4], loads: [], values: [1, 3, 4])
    #expect(line.value(slew: 3, load: 99).value == 3.5)
    #expect(!line.value(slew: 3, load: 99).isExtrapolated)
    let point = LookupTable(slews: [], loads: [], values: [7])
    #expect(point.value(slew: 1, load: 1).value == 7)
    #expect(!point.value(slew: 1, load: 1).isExtrapolated)
  }

  @Test("short decimal numbers are the same doubles as the standard library's")
  func numbers() throws {
    let texts = [
      "0.1", "-3.25e-3", "123456789012345", "1e22", "7e-22", "0.30000000000000004", "5E+2",
    ]
    let list = texts.joined(separator: ", ")
    let library = try LibertyReader.library(
      text: """
        library (l) { time_unit : "1s"; capacitive_load_unit (1, F);
        lu_table_template (t) { variable_1 : input_net_transition; index_1 ("1,2,3,4,5,6,7"); }
        cell (C) { pin (A) { direction : input; } pin (Y) { direction : output; function : "A";
        timing () { related_pin : A; cell_rise (t) { values ("\(list)"); }
        rise_transition (t) { values ("\(list)"); } } } } }
        """, file: "l.lib")
    let values = library.cells[0].characterization?.arcs[0].rise?.delay.values
    #expect(values == texts.compactMap(Double.init))
  }
}

@Suite("corners of a Liberty library")
struct LibertyCornerTests {
  private func corners(_ supplies: [Double]) throws -> LibertyCorners {
    try LibertyCorners(
      supplies.map { try sample(supply: $0, scale: 1 / $0) }, files: supplies.map { "\($0).lib" })
  }

  private func failure(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "none"
    } catch { return "\(error)" }
  }

  @Test("a corner at the supply is used alone; between two, the logarithm is interpolated")
  func brackets() throws {
    let corners = try corners([1, 0.5, 0.75])
    #expect(corners.libraries.map { $0.conditions.supply?.value } == [0.5, 0.75, 1])
    let exact = try corners.bracket(at: Voltage(0.75))
    #expect(exact.weight == 0 && exact.lower.conditions.supply == Voltage(0.75))
    let between = try corners.bracket(at: Voltage(0.625))
    #expect(between.weight == 0.5 && between.upper.conditions.supply == Voltage(0.75))
    #expect(abs(between.between(2, 8) - 4) < 1e-12)
    #expect(between.between(-2, 8) == 3)
  }

  @Test("outside the corners there is no answer, and corners must fit together")
  func refusals() throws {
    let corners = try corners([0.5, 1])
    #expect(
      failure { _ = try corners.bracket(at: Voltage(0.4)) }
        == "error: 0.4 V is outside the corners (0.5 V, 1.0 V): choose a supply between them, or "
        + "add the Liberty file of a further corner")
    #expect(
      failure { _ = try self.corners([0.5, 0.5]) }
        == "0.5.lib: error: is at 0.5 V as 0.5.lib is, and both have cell 'INV': give one of the two"
    )
    let bare = CellLibrary(name: "bare", cells: [GeneratorCells.inverter])
    #expect(
      failure { _ = try LibertyCorners([bare, bare], files: ["a", "b"]) }
        == "b: error: and a state no supply and both have cell 'INV': give one of the two, or "
        + "nom_voltage in each of several corners")
    #expect(
      failure { _ = try LibertyCorners([bare], files: ["a"]).bracket(at: Voltage(1)) }
        == "error: library 'bare' states no supply: ask for none, or give nom_voltage")
    let other = CellLibrary(
      name: "other", cells: [GeneratorCells.inverter],
      conditions: LibraryConditions(supply: Voltage(2), temperature: Temperature(celsius: 25)))
    #expect(
      failure { _ = try LibertyCorners([try sample(), other], files: ["a", "b"]) }
        == "b: error: and a do not have the same cells: 'NAND2' is in one")
  }
}
