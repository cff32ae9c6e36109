import Files
import TestSupport
import Testing

@Suite("axtrain simulate, energies")
struct SimulateEnergyTests: SimulateSuite {
  @Test(
    "energies by either table: components and layers add up",
    arguments: [("horowitz45", "pJ", 9), ("eyeriss", "MAC16", 8)])
  func energies(name: String, unit: String, known: Int) throws {
    let period = unit == "pJ" ? " --clock-period 2ns" : ""
    let table = try table("--network lenet-5 --energy-table \(name)\(period)")
    let components = table.header.filter {
      $0.hasSuffix("_energy") && !["on_chip_energy", "total_energy"].contains($0)
    }
    #expect(components.count == 11)
    var sums: [Double] = []
    for row in table.rows {
      let values = try components.filter { try table.text(row, $0) != "" }.map {
        try table.number(row, $0)
      }
      let total = try table.number(row, "total_energy")
      #expect(values.count == known && abs(values.reduce(0, +) / total - 1) < 1e-8)
      #expect(try table.text(row, "energy_unit") == unit)
      #expect(try table.text(row, "energy_table") == name)
      let efficiency = try table.text(row, "tops_per_watt")
      let delayProduct = try table.text(row, "energy_delay_product_js")
      if unit == "pJ" {
        let products = try table.number(row, "multiplications")
        #expect(abs(try #require(Double(efficiency)) * total / products - 2) < 1e-7)
        let time = try table.number(row, "total_cycles") * 2e-9
        #expect(abs(try #require(Double(delayProduct)) / (total * 1e-12 * time) - 1) < 1e-7)
      } else {
        #expect(efficiency == "" && delayProduct == "")
      }
      sums.append(total)
    }
    let layers = sums.dropLast().reduce(0, +)
    #expect(abs(layers / (try #require(sums.last)) - 1) < 1e-8)
    let folder = try TemporaryFolder()
    let page = try run(
      "--network lenet-5 --energy-table \(name) --html \(folder.file("page.html"))")
    #expect(page.status == 0)
    #expect(try InputFile.text(of: folder.file("page.html")).contains("lenet-5 on ntc16x16"))
    for (options, status) in [
      ("--gemm 2x2x2 --html \(folder.file("no/page.html"))", 73),
      ("--gemm 2x2x2 --convention scalesim --energy-table horowitz45", 64),
      ("--explain --html \(folder.file("explained.html"))", 64), ("--network lenet5", 64),
      ("--gemm 2x2x2 --clock-period 2ns", 64),
      ("--gemm 2x2x2 --energy-table horowitz45 --clock-period 0s", 64),
      ("--gemm 2x2x2 --energy-table horowitz45 --clock-period 2V", 64),
      ("--gemm 2x2x2 --energy-table nowhere", 66),
      ("--gemm 2x2x2 --energy-table eyeriss --clock-period 2ns", 64),
    ] {
      let refused = try run(options)
      #expect(refused.status == Int32(status), "\(options): \(refused.errors)")
    }
  }

  @Test(
    "paths that are longer than the clock period are columns and notes",
    arguments: [("--supply 0.45V --clock fixed", true), ("--supply 1V", false)])
  func latePaths(options: String, isLate: Bool) throws {
    let shown = try run(
      "--gemm 8x8x8 --multiplier exact_dadda --transitions 160 --format csv \(options)")
    try #require(shown.status == 0, "\(shown.errors)")
    let table = try CSVTable(text: shown.output, file: "out")
    let total = try #require(table.rows.last)
    let period = try table.number(total, "clock_period_ns")
    for (column, name) in [
      ("multiplier_slowest_path_ns", "multiplier"),
      ("accumulator_slowest_path_ns", "accumulators' adder"),
    ] {
      #expect(try (table.number(total, column) > period) == isLate, "\(column)")
      #expect(shown.errors.contains("note: the \(name)'s longest path takes ") == isLate)
    }
  }

  @Test("DRAM's energy is the accelerator's own where it states one, and says so")
  func dramEnergy() throws {
    let base = "--gemm 5x20x8 --energy-table horowitz45"
    for (flags, source) in [("", "table"), (" --dram-energy-per-bit 2pJ", "accelerator")] {
      let table = try table(base + flags)
      for row in table.rows {
        let bits = try table.number(row, "dram_read_bits") + table.number(row, "dram_write_bits")
        let energy = try table.number(row, "dram_energy")
        #expect(abs(energy / (bits * (flags.isEmpty ? 1300.0 / 64 : 2)) - 1) < 1e-9)
        #expect(try table.text(row, "dram_energy_source") == source)
      }
    }
    for (options, message) in [
      ("--gemm 1x1x1 --energy-table eyeriss --dram-energy-per-bit 2pJ", "has ratios"),
      ("--gemm 1x1x1 --dram-energy-per-bit -2pJ", "--dram-energy-per-bit: -"),
      ("--gemm 1x1x1 --dram-energy-per-bit 2V", "is not a unit"),
    ] {
      let refused = try run(options)
      #expect(refused.status == 64 && refused.errors.contains(message), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("what components cost stands where Validation.md places it beside Horowitz's and Eyeriss's")
  func besidePublishedEnergies() throws {
    let folder = try TemporaryFolder()
    for (adder, width) in [("ripple", 24), ("ripple", 32), ("brent_kung", 24)] {
      let outcome = try AxTrainProgram.run([
        "generate", "add_\(adder)", "--width", "\(width)", "-o", folder.file("\(adder)\(width).v"),
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    func picojoules(_ options: String) throws -> (multiply: Double, add: Double) {
      let table = try table(
        "--hardware HardwareSpecs/Accelerators/ntc16x16.yaml --gemm 1024x1024x1024 --supply 0.9V "
          + "--transitions 4000 --multiplier HardwareSpecs/Multipliers/mul8u_exact_dadda.v \(options)"
      )
      let total = try #require(table.rows.last)
      let products = 1024.0 * 1024 * 1024
      return (
        try table.number(total, "multiplier_pj") / products,
        try table.number(total, "accumulator_pj") / products
      )
    }
    let held = try picojoules("")
    let both = try picojoules("--dataflow output_stationary")
    let ripple = try picojoules("--accumulator-netlist \(folder.file("ripple24.v"))")
    let wide = try picojoules(
      "--accumulator-bits 32 --accumulator-netlist \(folder.file("ripple32.v"))")
    let brentKung = try picojoules("--accumulator-netlist \(folder.file("brent_kung24.v"))")
    // The figures of Validation.md, of 20,000 transitions.
    for (measured, stated) in [
      (held.multiply, 0.149), (both.multiply, 0.175), (held.add, 0.150), (ripple.add, 0.064),
      (wide.add, 0.064), (brentKung.add, 0.108),
    ] {
      #expect(abs(measured / stated - 1) < 0.06, "\(measured) pJ in the place of \(stated)")
    }
    // Horowitz: 0.2 pJ a product, 0.03 and 0.1 pJ an addition of 8 and 32 bits.
    let addition = 0.03 + (0.1 - 0.03) * (24 - 8) / (32 - 8)
    #expect(held.multiply < both.multiply && both.multiply < 0.2)
    #expect(ripple.add < addition && addition < brentKung.add && brentKung.add < held.add)
  }

  @Test(
    "energies by gates of technologies without memory: what is known adds up, the rest is named",
    arguments: [
      ("asap7_rvt_tt", "0.7V", "asap7_rvt", true),
      ("sky130_ff_n40c", "1.76V", "sky130_fd_sc_hd", true),
      ("sky130_ss_n40c", "1.76V", "ptm45", true), ("ptm32_hp", "0.9V", "ptm45", false),
      ("ptm22_lp", "0.9V", "ptm45", false),
    ])
  func otherTechnologies(
    technology: String, supply: String, library: String, hasWires: Bool
  ) throws {
    // The open libraries have wires and no threshold variation, the predictive ones the other way round.
    let hasNoVariation = hasWires
    let base =
      "--gemm 9x20x8 --rows 4 --columns 4 --transitions 160 --multiplier exact_dadda --supply \(supply)"
      + " --technology HardwareSpecs/Technology/\(technology).yaml"
    let cells = " --cells HardwareSpecs/Cells/\(library).lib"
    let folder = try TemporaryFolder()
    let page = folder.file("page.html")
    let table = try table("\(base)\(cells) --html \(page)")
    let total = try #require(table.rows.last)
    let unknown = ["output_stage", "sram", "memory_leakage", "dram"]
    for component in unknown { #expect(try table.text(total, component + "_pj").isEmpty) }
    #expect(
      try table.text(total, "energy_not_counted").hasSuffix(
        ";" + unknown.joined(separator: ";")))
    let components =
      ["multiplier", "accumulator", "registers", "logic_leakage", "clock_tree"]
      + (hasWires ? ["interconnect"] : [])
    let values = try components.map { try table.number(total, $0 + "_pj") }
    #expect(values.allSatisfy { $0 > 0 })
    for sum in ["on_chip_pj", "total_pj"] {
      #expect(abs(values.reduce(0, +) / (try table.number(total, sum)) - 1) < 1e-8)
    }
    #expect(try table.text(total, "interconnect_pj").isEmpty == !hasWires)
    #expect(try table.text(total, "energy_not_counted").hasPrefix("wires;") == !hasWires)
    let sources = try table.text(total, "energy_sources").split(separator: ";").map {
      String($0.prefix { $0 != "=" })
    }
    #expect(Set(sources) == Set(components) && sources.count == components.count)
    #expect(try table.text(total, "memory_supply_v").isEmpty)
    // A library's areas are given where it is the technology's own: flip-flops that are laid out.
    let areas = ["multiplier", "accumulator", "registers", "clock_tree", "total"].map {
      $0 + "_area_um2"
    }
    let flipFlop = ["asap7_rvt": 0.2916, "sky130_fd_sc_hd": 20.0192][library]
    #expect(try table.text(total, "area_library") == (flipFlop == nil ? "" : library))
    for area in areas { #expect(try table.text(total, area).isEmpty == (flipFlop == nil)) }
    if let flipFlop {
      let flipFlops = try table.number(total, "registers_area_um2") / flipFlop
      #expect(abs(flipFlops - flipFlops.rounded()) < 1e-4 && flipFlops > 16 * 60)
      let sum = try areas.dropLast().reduce(0) { try $0 + table.number(total, $1) }
      #expect(abs(sum / (try table.number(total, "total_area_um2")) - 1) < 1e-8)
    }
    let html = try InputFile.text(of: page)
    #expect(html.contains("Of gates at ") && !html.contains("memory at "))
    // Stated DRAM is known, and what is missing is said.
    let stated = try run("\(base)\(cells) --dram-energy-per-bit 2pJ --format csv")
    let known = try CSVTable(text: stated.output, file: "out")
    let last = try #require(known.rows.last)
    let bits = try known.number(last, "dram_read_bits") + known.number(last, "dram_write_bits")
    let dram = try known.number(last, "dram_pj")
    #expect(abs(dram / (2 * bits) - 1) < 1e-9)
    let onChip = try known.number(last, "on_chip_pj")
    #expect(abs((onChip + dram) / (try known.number(last, "total_pj")) - 1) < 1e-8)
    #expect(
      stated.errors.contains("has no figures of output_stage, sram, memory_leakage")
        && !stated.errors.contains("memory_leakage, dram"))
    #expect(stated.errors.contains("those of a typical die") == hasNoVariation)
    #expect(stated.errors.contains("areas of its cells in this library") == (flipFlop == nil))
    for (options, status, message) in [
      ("--memory-supply 0.7V", 64, "has no 'sram', whose energy would depend on it: leave it out"),
      ("--supply 2.5V", 65, "2.5 V is outside"),
      ("--clock fixed --nominal-supply 2.5V", 65, "nominal supply (--nominal-supply)"),
    ] {
      let refused = try run("\(base)\(cells) \(options)")
      #expect(refused.status == Int32(status), "\(options): \(refused.errors)")
      #expect(refused.errors.contains(message) && refused.output.isEmpty, "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("gates of another library are refused with the option that chooses one")
  func otherLibrary() throws {
    let refused = try run(
      "--gemm 9x20x8 --multiplier exact_dadda --supply 0.7V --technology "
        + "HardwareSpecs/Technology/asap7_rvt_tt.yaml")
    #expect(refused.status == 65 && refused.errors.contains("no data for 'FA."))
    #expect(refused.errors.hasSuffix("--cells names the library that the circuit's gates are of\n"))
  }

  @Test("energies by gates: each component with its source, areas, and refusals")
  func gates() throws {
    let multiplier = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
    let base = "--gemm 9x20x8 --rows 4 --columns 4 --transitions 160"
    let table = try table("\(base) --multiplier \(multiplier) --supply 0.5V")
    let components = [
      "multiplier", "accumulator", "registers", "output_stage", "sram", "logic_leakage",
      "memory_leakage", "dram", "interconnect", "clock_tree",
    ]
    let total = try #require(table.rows.last)
    let values = try components.map { try table.number(total, $0 + "_pj") }
    #expect(values.allSatisfy { $0 > 0 })
    let sum = values.reduce(0, +)
    #expect(abs(sum / (try table.number(total, "total_pj")) - 1) < 1e-8)
    let sources = try table.text(total, "energy_sources").split(separator: ";").map {
      $0.split(separator: "=").map(String.init)
    }
    #expect(sources.map { $0[0] } == components)
    #expect(Set(sources.map { $0[1] }) == ["gates", "cells", "published", "cells+published"])
    #expect(try table.text(total, "accumulator_netlist") == "add24_kogge_stone")
    let stated = try self.table(
      "\(base) --multiplier \(multiplier) --supply 0.5V --dram-energy-per-bit 2pJ")
    #expect(try stated.text(stated.rows[0], "energy_sources").contains(";dram=stated;"))
    // A technology that knows no wires.
    let bare = try TemporaryFolder()
    let path = try bare.technology { $0.replacing(/\ninterconnect:\n(?:  .*\n)+/, with: "\n") }
    let wireless = try self.table(
      "\(base) --multiplier \(multiplier) --supply 0.5V --technology \(path)")
    let row = try #require(wireless.rows.last)
    for column in ["interconnect_pj", "element_side_um"] {
      #expect(try wireless.text(row, column).isEmpty)
    }
    #expect(try wireless.text(row, "energy_not_counted").hasPrefix("wires;"))
    #expect(try wireless.text(row, "energy_sources").hasSuffix(";clock_tree=cells"))
    let clock = try wireless.number(row, "clock_tree_pj")
    #expect(try clock > 0 && clock < table.number(total, "clock_tree_pj"))
    let bits = try ["dram_read_bits", "dram_write_bits"].map {
      try stated.number(stated.rows[0], $0)
    }.reduce(0, +)
    #expect(abs(try stated.number(stated.rows[0], "dram_pj") / (2 * bits) - 1) < 1e-9)
    #expect(try table.text(total, "operands") == "uniform")
    #expect(try table.text(total, "technology") == "ptm45_hp")
    #expect(try table.number(total, "multiplier_area_um2") > 0)
    // The page has the same components.
    let folder = try TemporaryFolder()
    let page = folder.file("page.html")
    let shown = try run("\(base) --multiplier \(multiplier) --supply 0.5V --html \(page)")
    #expect(
      shown.output.hasPrefix(
        "4 × 4 elements, weight stationary, convention physical, energies of gates at 0.5 V\n"))
    let html = try InputFile.text(of: page)
    #expect(html.contains("Energy of each layer on chip"))
    #expect(html.contains("Of gates at 0.5 V, memory at 0.5 V (multiplier=gates, "))
    // Every dataflow has its operands, and names what is left out.
    for dataflow in ["input_stationary", "output_stationary"] {
      let other = try self.table(
        "\(base) --multiplier \(multiplier) --supply 0.5V --dataflow \(dataflow)")
      let total = try #require(other.rows.last)
      let energies = try components.map { try other.number(total, $0 + "_pj") }
      #expect(energies.allSatisfy { $0 > 0 } && energies[0] != values[0])
      let sum = energies.reduce(0, +)
      #expect(abs(sum / (try other.number(total, "total_pj")) - 1) < 1e-8)
      #expect(
        try other.text(total, "energy_not_counted").hasSuffix("adders_while_draining")
          == (dataflow == "output_stationary"))
    }
    // Saturation has gates of its own.
    let ends = try self.table("\(base) --multiplier exact_dadda --supply 0.5V --overflow saturate")
    let wraps = try self.table("\(base) --multiplier exact_dadda --supply 0.5V --overflow wrap")
    for column in ["accumulator_pj", "accumulator_area_um2"] {
      #expect(
        try ends.number(#require(ends.rows.last), column)
          > wraps.number(#require(wraps.rows.last), column), "\(column)")
    }
    // Half the supply costs the multipliers less than a third.
    let nominal = try self.table(
      "\(base) --multiplier \(multiplier) --supply 1V --memory-supply 0.7V")
    #expect(
      try 3 * table.number(total, "multiplier_pj")
        < nominal.number(nominal.rows[1], "multiplier_pj"))
    for (options, status, message) in [
      ("\(base) --supply 0.5V", 64, "--supply needs --multiplier FILE"),
      ("\(base) --supply 0.5V --multiplier exact", 64, "--supply needs --multiplier"),
      ("\(base) --supply 0.5V --multiplier drumm", 64, "unknown family 'drumm'"),
      ("\(base) --supply 0.5V --multiplier \(multiplier) --set k=4", 64, "--set is for families"),
      ("\(base) --supply 5V --multiplier \(multiplier)", 65, "ptm45_hp.yaml"),
      ("\(base) --supply 9V --multiplier \(multiplier)", 64, "--supply: 9.0 V is outside"),
      ("\(base) --supply half --multiplier \(multiplier)", 64, "--supply"),
      ("\(base) --supply 0.5V --multiplier none.v", 66, "none.v"),
      ("--gemm 1x1x1 --transitions 15 --supply 1V --multiplier \(multiplier)", 64, "15 is outside"),
      (
        "\(base) --width-bits 9 --supply 1V --multiplier \(multiplier)", 65,
        "need 9 and 9 bits, and 18"
      ),
    ] {
      let refused = try run(options)
      #expect(refused.status == Int32(status), "\(options): \(refused.errors)")
      #expect(refused.errors.contains(message), "\(options): \(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1 && refused.output.isEmpty)
    }
    for options in [
      "\(base) --multiplier \(multiplier)", base,
      "\(base) --supply 1V --multiplier \(multiplier) --energy-table horowitz45",
      "\(base) --supply 1V --multiplier \(multiplier) --convention scalesim",
    ] {
      #expect(try run(options).status == 64, "\(options)")
    }
  }
}
