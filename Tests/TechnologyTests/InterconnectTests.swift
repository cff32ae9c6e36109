import Files
import Netlists
import Quantities
import Technology
import TestSupport
import Testing

@Suite("Wires between laid-out cells")
struct InterconnectTests {
  @Test("areas of cells, sides and energies by hand, in the units of the file")
  func byHand() throws {
    for name in ["ptm45_hp", "ptm45_lp", "ptm45_hp_0_85c"] {
      let wires = try #require(
        TechnologyReader.read(Repository.path("HardwareSpecs/Technology/\(name).yaml"), needing: [])
          .node.interconnect)
      let adder = AdderFamily.ripple.netlist(width: 4)
      let byCell = Dictionary(grouping: adder.cells, by: \.cell).mapValues(\.count)
      let areas = ["INV": 0.532, "NAND2": 0.798, "NOR2": 0.798, "XOR2": 1.596, "FA": 4.256]
      let sum = byCell.reduce(0) { $0 + Double($1.value) * (areas[$1.key] ?? .nan) }
      #expect(abs(try wires.area(of: adder).value * 1e12 / sum - 1) < 1e-12)
      // Half of it is cells: 50 µm² take a square of 10 µm.
      #expect(abs(wires.side(of: Area(50e-12)) - 1e-5) < 1e-17)
      // ½·1.04578 fF·(0.5 V)² of 10 µm, and ½·1.10884 of the clock.
      let (signal, clock) = (
        wires.signalEnergy(length: 1e-5, at: Voltage(0.5)).value,
        wires.clockEnergy(length: 1e-5, at: Voltage(0.5)).value
      )
      #expect(abs(signal / (1.04578e-15 / 8) - 1) < 1e-12)
      #expect(abs(clock / (1.10884e-15 / 8) - 1) < 1e-12)
      #expect(throws: TechnologyError.self) { try wires.area(ofCell: "MUX2") }
    }
  }

  @Test(
    "open libraries: every area is that of the library's cell, wires by hand",
    arguments: [
      ("sky130_ff_n40c", "sky130_fd_sc_hd", 0.172375, 0.214962),
      ("sky130_ss_n40c", "sky130_fd_sc_hd", 0.172375, 0.214962),
      ("asap7_rvt_tt", "asap7_rvt", 0.173323, 0.144549),
      ("asap7_lvt_tt", "asap7_lvt", 0.173323, 0.144549),
      ("asap7_slvt_tt", "asap7_slvt", 0.173323, 0.144549),
      ("asap7_rvt_ss", "asap7_rvt", 0.173323, 0.144549),
      ("asap7_rvt_ff", "asap7_rvt", 0.173323, 0.144549),
      ("asap7_lvt_ss", "asap7_lvt", 0.173323, 0.144549),
      ("asap7_slvt_ff", "asap7_slvt", 0.173323, 0.144549),
    ])
  func openLibraries(technology: String, library: String, signal: Double, clock: Double) throws {
    let node = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/\(technology).yaml"), needing: []
    ).node
    let wires = try #require(node.interconnect)
    let cells = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/\(library).lib"))
    var compared = 0
    for (name, area) in wires.cellAreas {
      guard let cell = cells[name] else { continue }
      #expect(abs(area.value / (try #require(cell.area).value) - 1) < 1e-9, "\(name)")
      compared += 1
    }
    // All of the library that is measured; four or five names of ptm45.lib's cells stand beside them.
    #expect(compared == wires.cellAreas.count - (library.hasPrefix("asap7") ? 4 : 5))
    let inverter = cells.smallestArea(of: 0b01, inputs: 1)
    let nand = cells.smallestArea(of: 0b0111, inputs: 2)
    for (name, area) in [("INV", inverter), ("NAND2", nand)] {
      #expect(abs(try wires.area(ofCell: name).value / (try #require(area).value) - 1) < 1e-9)
    }
    // Two fifths of it are cells: 40 µm² take a square of 10 µm.
    #expect(abs(wires.side(of: Area(40e-12)) - 1e-5) < 1e-17)
    let (energy, ofClock) = (
      wires.signalEnergy(length: 1e-5, at: Voltage(0.7)).value,
      wires.clockEnergy(length: 1e-5, at: Voltage(0.7)).value
    )
    #expect(abs(energy / (10 * signal * 1e-15 * 0.49 / 2) - 1) < 1e-12)
    #expect(abs(ofClock / (10 * clock * 1e-15 * 0.49 / 2) - 1) < 1e-12)
  }

  @Test("the smallest cell of a function, whatever its name; none without an area")
  func smallestArea() throws {
    func cell(_ name: String, _ area: Double?, _ table: UInt64, isDontUse: Bool = false)
      -> LibraryCell
    {
      LibraryCell(
        name: name, area: area.map { Area($0) }, inputs: ["A", "B"],
        outputs: [LibraryCell.Output(pin: "Y", inputs: [0, 1], truthTable: table)],
        isDontUse: isDontUse)
    }
    let library = CellLibrary(
      name: "test",
      cells: [
        cell("large", 4, 0b0111), cell("small", 3, 0b0111), cell("nor", 1, 0b0001),
        cell("refused", 2, 0b0111, isDontUse: true), cell("unknown", nil, 0b0110),
      ])
    #expect(library.smallestArea(of: 0b0111, inputs: 2) == Area(3))
    #expect(library.smallestArea(of: 0b0110, inputs: 2) == nil)
    #expect(library.smallestArea(of: 0b01, inputs: 1) == nil)
  }

  @Test(
    "what cannot be is refused at its line",
    arguments: [
      (
        "FA: 4.256", "FB: 4.256",
        "has no area of 'FA', of whose gates the technology has delays: add it"
      ),
      ("utilization: 0.5", "utilization: 1.5", "1.5 is outside 0.05 … 1.0"),
      ("signal_ff_per_um: 0.104578", "signal_ff_per_um: 0", "0.0 is outside 0.001 … 10.0"),
      ("INV: 0.532", "INV: -1", "-1.0 is outside 0.0001 … 10000.0"),
      ("flip_flop_area_um2", "flipflop_area_um2", "unknown key 'flipflop_area_um2'"),
      ("  clock_ff_per_um: 0.110884\n", "", "key 'clock_ff_per_um' is missing"),
    ])
  func refusals(old: String, new: String, reason: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.technology {
      #expect($0.contains(old))
      return $0.replacing(old, with: new)
    }
    let error = try #require(throws: InputError.self) { try TechnologyReader.read(path) }
    #expect(error.status == .badData && error.message.contains(reason), "\(error)")
    #expect(try #require(error.location?.line) > 60)
  }

  @Test("a technology without wires has none")
  func without() throws {
    let node = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm32_hp.yaml"), needing: []
    ).node
    #expect(node.interconnect == nil)
  }
}
