import Files
import LogicSimulation
import Netlists
import Quantities
import TestSupport
import Testing

@Suite("kits in several Liberty files")
struct LibertyPartsTests {
  /// A part of a kit at a supply: cells of one or two inputs with one delay each.
  private func part(
    _ name: String, _ cells: [(name: String, function: String)], supply: Double? = 0.7,
    temperature: Int = 25, delay: Double = 10
  ) throws -> CellLibrary {
    var text = """
      library (\(name)) { time_unit : "1ps"; capacitive_load_unit (1, ff);
      nom_temperature : \(temperature);

      """
    if let supply { text += "nom_voltage : \(supply);\n" }
    for cell in cells {
      let tables = ["cell_rise", "cell_fall", "rise_transition", "fall_transition"]
        .map { "\($0) (scalar) { values (\"\(delay)\"); }" }.joined(separator: " ")
      let pins = ["A", "B"].filter(cell.function.contains)
      text += """
        cell (\(cell.name)) { area : 1;
        pin (A) { direction : input; capacitance : 1; }
        \(pins.count == 1 ? "" : "pin (B) { direction : input; capacitance : 1; }")
        pin (Y) { direction : output; function : "\(cell.function)";
        timing () { related_pin : "\(pins.joined(separator: " "))"; \(tables) } } }

        """
    }
    return try LibertyReader.library(text: text + "}\n", file: "\(name).lib")
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "none"
    } catch { return "\(error)" }
  }

  @Test("files of one supply are one library, whatever their order, and corners of it")
  func joined() throws {
    var parts: [(CellLibrary, String)] = []
    for supply in [0.7, 0.63] {
      let delay = supply == 0.7 ? 10.0 : 20
      parts += [
        (try part("simple", [("NAND2", "!(A&B)")], supply: supply, delay: delay), "s\(supply)"),
        (try part("invbuf", [("INV", "!A")], supply: supply, delay: delay), "i\(supply)"),
        (try part("ao", [("AND2", "A&B")], supply: supply, delay: delay), "a\(supply)"),
      ]
    }
    for order in [
      parts, parts.reversed(), [parts[3], parts[0], parts[4], parts[1], parts[2], parts[5]],
    ] {
      let corners = try LibertyCorners(order.map(\.0), files: order.map(\.1))
      #expect(corners.libraries.map { $0.conditions.supply?.value } == [0.63, 0.7])
      #expect(corners.libraries.map(\.name) == ["ao and 2 more", "ao and 2 more"])
      for library in corners.libraries {
        #expect(library.cells.map(\.name) == ["AND2", "INV", "NAND2"])
      }
      let middle = try corners.bracket(at: Voltage(0.665))
      let delay = middle.lower["INV"]?.characterization?.arcs[0].rise?.delay.values
      #expect(delay == [20e-12])
    }
    // Alone the file with the gates cannot make what it lacks; together they can.
    let netlist = try VerilogReader.netlist(
      text: "module m (input A, B, output Y); assign Y = ~(A ^ B); endmodule", file: "m.v",
      library: parts[0].0)
    #expect(throws: InputError.self) { try netlist.mapped(to: parts[0].0) }
    let whole = try LibertyCorners(parts.prefix(3).map(\.0), files: parts.prefix(3).map(\.1))
    let mapped = try netlist.mapped(to: whole.libraries[0]).netlist
    #expect(mapped.cells.allSatisfy { whole.libraries[0][$0.cell] != nil })
  }

  @Test("files without a supply are parts too; what does not fit together is named")
  func refusals() throws {
    let nand = try part("n", [("NAND2", "!(A&B)")], supply: nil)
    let inverter = try part("i", [("INV", "!A")], supply: nil)
    let corners = try LibertyCorners([nand, inverter], files: ["n", "i"])
    #expect(corners.libraries.count == 1 && corners.libraries[0].cells.count == 2)
    #expect(
      message { _ = try LibertyCorners([nand, nand], files: ["n", "m"]) }
        == "n: error: and m state no supply and both have cell 'NAND2': give one of the two, or "
        + "nom_voltage in each of several corners")
    #expect(
      message {
        _ = try LibertyCorners([nand, try part("v", [("OR2", "A+B")])], files: ["n", "v"])
      }
        == "n: error: states no supply, as other files do: give nom_voltage in each of several "
        + "corners")
    let (one, two) = (try part("a", [("INV", "!A")]), try part("b", [("INV", "!A")]))
    #expect(
      message { _ = try LibertyCorners([one, two], files: ["a", "b"]) }
        == "b: error: is at 0.7 V as a is, and both have cell 'INV': give one of the two")
    let hot = try part("h", [("AND2", "A&B")], temperature: 85)
    #expect(
      message { _ = try LibertyCorners([one, hot], files: ["a", "h"]) }
        == "h: error: is at another temperature than a: give corners of one")
    let low = try part("l", [("AND2", "A&B")], supply: 0.6)
    #expect(
      message { _ = try LibertyCorners([one, low], files: ["a", "l"]) }
        == "a: error: and l do not have the same cells: 'AND2' is in one")
  }

  @Test("a backslash ends a word, and the end of a line an attribute without ';'")
  func looseText() throws {
    let library = try LibertyReader.library(
      text: """
        library (l) {
          nom_voltage : 0.7
          capacitive_load_unit\\
            (1,pf)
          time_unit : "1ns"
          cell (INV) {
            area : 2.5
            dont_use : true
            pin (A) { direction : input
              capacitance :
                3; }
            pin (Y) { direction : output;
              function : "!A"
            }
          }
        }
        """, file: "l.lib")
    #expect(library.conditions.supply == Voltage(0.7))
    let cell = try #require(library["INV"])
    #expect(cell.area?.value == 2.5e-12 && cell.isDontUse)
    #expect(cell.characterization?.inputCapacitances == [3e-12])
  }
}
