import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain simulate")
struct SimulateCommandTests {
  private func run(_ options: String) throws -> AxTrainProgram.Outcome {
    try AxTrainProgram.run(["simulate"] + options.split(separator: " ").map(String.init))
  }

  private func table(_ options: String) throws -> CSVTable {
    let run = try run(options + " --format csv")
    #expect(run.status == 0, "\(run.errors)")
    return try CSVTable(text: run.output, file: "out")
  }

  @Test(
    "the example of the reference file, in both conventions and three dataflows",
    arguments: [
      ("scalesim", "output_stationary", 4991), ("scalesim", "weight_stationary", 5503),
      ("scalesim", "input_stationary", 5503), ("physical", "output_stationary", 5632),
      // Two tiles of 32 vectors in the bank: 64 folds of 64 + 2·25 cycles.
      ("physical", "weight_stationary", 7296), ("physical", "input_stationary", 7296),
    ])
  func conventions(convention: String, dataflow: String, cycles: Int) throws {
    let table = try table(
      "--hardware HardwareSpecs/Accelerators/ntc16x16.yaml --rows 8 --columns 8 "
        + "--dataflow \(dataflow) --gemm 64x64x64 --convention \(convention)")
    #expect(
      table.header.prefix(12) == [
        "layer", "m", "k", "n", "rows", "columns", "dataflow", "convention", "compute_cycles",
        "stall_cycles", "total_cycles", "utilization",
      ])
    #expect(table.rows.count == 2)
    for row in table.rows {
      #expect(try table.number(row, "compute_cycles") == Double(cycles))
      #expect(try table.number(row, "stall_cycles") == 0)
      #expect(try table.text(row, "convention") == convention)
    }
    #expect(try table.text(table.rows[1], "layer") == "total")
  }

  @Test("networks and topologies give a row a layer, whose sums are the total")
  func layers() throws {
    let folder = try TemporaryFolder()
    let topology = try folder.write("Layer,M,N,K,\na,10,20,30,\nb,1,2,3,\n", to: "t.csv")
    let problem = try folder.write(
      "problem: {C: 3, M: 8, N: 1, P: 4, Q: 5, R: 3, S: 3}\n", to: "p.yaml")
    for (options, layers) in [
      ("--network lenet-5 --batch 4 --hardware HardwareSpecs/Accelerators/tpu128x128.yaml", 5),
      ("--network resnet-50 --hardware HardwareSpecs/Accelerators/tpu128x128.yaml", 54),
      ("--topology \(topology) --hardware HardwareSpecs/Accelerators/edge8x8.yaml", 2),
      ("--topology \(problem)", 1),
    ] {
      let table = try table(options)
      #expect(table.rows.count == layers + 1)
      for column in ["total_cycles", "multiplications", "psum_writes", "dram_read_bits"] {
        let values = try table.rows.map { try table.number($0, column) }
        #expect(values.dropLast().reduce(0, +) == values.last, "\(column)")
      }
    }
    let json = try run("--topology \(topology) --format json")
    #expect(json.status == 0 && json.output.contains("\"compute_cycles\""))
  }

  @Test(
    "energies by either table: components and layers add up",
    arguments: [("horowitz45", "pJ", 9), ("eyeriss", "MAC16", 8)])
  func energies(name: String, unit: String, known: Int) throws {
    let table = try table("--network lenet-5 --energy-table \(name) --clock-period 2ns")
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
    ] {
      let refused = try run(options)
      #expect(refused.status == Int32(status), "\(options): \(refused.errors)")
    }
  }

  @Test("every field is shown with its source, and flags win")
  func explain() throws {
    let table = try table(
      "--explain --rows 3 --width-bits 4 --dram-bits-per-cycle 7 --nominal-supply 0.9V "
        + "--activation-banks 4 --activation-ports 2")
    let rows = try table.rows.map {
      try (table.text($0, "field"), table.text($0, "value"), table.text($0, "source"))
    }
    #expect(rows.contains { $0 == ("array.rows", "3", "flag") })
    #expect(rows.contains { $0 == ("array.columns", "16", "file") })
    #expect(rows.contains { $0 == ("operands.weight_width_bits", "4", "flag") })
    #expect(rows.contains { $0 == ("dram.bits_per_cycle", "7", "flag") })
    #expect(rows.contains { $0 == ("buffers.double_buffering", "true", "default") })
    #expect(rows.contains { $0 == ("buffers.activation_banks", "4", "flag") })
    #expect(rows.contains { $0 == ("buffers.activation_ports", "2", "flag") })
    #expect(rows.contains { $0 == ("buffers.activation_word_bits", "4", "default") })
    #expect(rows.contains { $0 == ("buffers.output_banks", "unlimited", "default") })
    #expect(rows.contains { $0 == ("clock.nominal_supply", "0.9 V", "flag") })
    for (field, value) in [
      ("rails.logic", "none"), ("rails.memory", "of the logic"), ("clock.policy", "track"),
      ("dram.energy_per_bit", "of the energy table or technology"), ("energy_table", "none"),
    ] {
      #expect(rows.contains { $0 == (field, value, "default") }, "\(field)")
    }
  }

  @Test("a flag takes away what the file states")
  func removing() throws {
    let folder = try TemporaryFolder()
    let text = try InputFile.text(of: "HardwareSpecs/Accelerators/ntc16x16.yaml")
    #expect(!text.contains("\ndram:") && !text.contains("\nvector_unit:"))
    let path = folder.file("limited.yaml")
    let limited =
      text.replacing("buffers: {", with: "buffers: {weight_banks: 4, weight_ports: 2, ")
      .replacing("accumulator: {", with: "accumulator: {netlist: adder.v, ")
      + "\ndram: {bits_per_cycle: 1, energy_per_bit: 4 pJ}\nvector_unit: {lanes: 2}\n"
    try OutputFile.write(limited, to: path)
    func fields(_ flags: String) throws -> [String: [String]] {
      let table = try table("--hardware \(path) --explain" + flags)
      return Dictionary(
        uniqueKeysWithValues: table.rows.map { ($0.fields[0], Array($0.fields[1...])) })
    }
    let flags =
      " --dram-bits-per-cycle unlimited --dram-energy-per-bit none --vector-lanes none"
      + " --accumulator-netlist none --weight-banks unlimited"
    let (stated, removed) = try (fields(""), fields(flags))
    for (field, value, none) in [
      ("dram.bits_per_cycle", "1", "unlimited"), ("vector_unit.lanes", "2", "not counted"),
      ("dram.energy_per_bit", "4e-12 J", "of the energy table or technology"),
      ("accumulator.netlist", "adder.v", "kogge_stone"),
      ("buffers.weight_banks", "4", "unlimited"),
    ] {
      #expect(stated[field] == [value, "file"], "\(field)")
      #expect(removed[field] == [none, "flag"], "\(field)")
    }
    #expect(stated["buffers.weight_ports"] == ["2", "file"])
    #expect(removed["buffers.weight_ports"] == ["1", "flag"])
    let gemm = " --gemm 64x64x64 --format csv --hardware "
    let free = try run(flags + gemm + path)
    #expect(try free.output == run(gemm + "HardwareSpecs/Accelerators/ntc16x16.yaml").output)
    #expect(try free.output != run(gemm + path).output)
    for wrong in ["--weight-banks none", "--vector-lanes unlimited", "--dram-bits-per-cycle 0"] {
      #expect(try run("--gemm 1x1x1 \(wrong)").status == 64, "\(wrong)")
    }
  }

  @Test("a table is cut to a terminal's 80 columns, and in a file not at all")
  func uncut() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "convolution_of_a_long_name_", count: 6)
    let topology = folder.file("long.csv")
    try OutputFile.write("Layer, M, N, K,\n\(name), 4, 4, 4,\n", to: topology)
    let shown = try run("--topology \(topology)")
    #expect(shown.status == 0 && !shown.output.contains(name))
    #expect(shown.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let path = folder.file("table.txt")
    #expect(try run("--topology \(topology) --output \(path)").status == 0)
    #expect(try InputFile.text(of: path).contains(name))
  }

  @Test("pooling and additions are rows of their own where the accelerator has a vector unit")
  func vectorUnit() throws {
    let folder = try TemporaryFolder()
    let page = folder.file("page.html")
    for (flags, rows) in [
      ("", 6), ("--vector-lanes 8", 8), ("--vector-lanes 8 --convention scalesim", 6),
    ] {
      let table = try table("--network lenet-5 \(flags)")
      #expect(table.rows.count == rows, "\(flags)")
      let cycles = try table.rows.map { try table.number($0, "total_cycles") }
      #expect(cycles.dropLast().reduce(0, +) == cycles.last)
    }
    for dataflow in ["output_stationary", "weight_stationary"] {
      let table = try table(
        "--network lenet-5 --vector-lanes 8 --energy-table eyeriss --dataflow \(dataflow) "
          + "--html \(page)")
      let pooling = try #require(
        table.rows.first { try table.text($0, "multiplications") == "0" })
      #expect(try table.text(pooling, "mapping_efficiency") == "")
      #expect(try table.number(pooling, "interconnect_energy") == 0)
      #expect(try table.number(pooling, "activation_buffer_energy") > 0)
      #expect(try InputFile.text(of: page).contains("lenet-5 on ntc16x16"))
    }
    let gates = try table(
      "--network lenet-5 --vector-lanes 8 --supply 0.5V --transitions 160 "
        + "--multiplier HardwareSpecs/Multipliers/mul8u_truncated_t6.v")
    let toggles = try gates.rows.map { try gates.number($0, "estimated_register_toggles") }
    #expect(toggles.dropLast().reduce(0, +) == toggles.last && toggles.count { $0 == 0 } == 2)
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

  @Test(
    "banks make the array wait where a vector has a word more than there are banks")
  func banks() throws {
    let base = "--rows 8 --columns 8 --bank-vectors 64 --gemm 64x"
    for (depth, flags, waits) in [
      // Vectors of 9 words on 8 banks: eight rows' words, a vector and a row apart, lie in one bank.
      ("9x8", "--activation-banks 8", true),
      ("9x8", "--activation-banks 8 --activation-ports 8", false),
      ("8x8", "--activation-banks 8", false), ("9x8", "--activation-banks 9", false),
      ("9x8", "--activation-banks 7", true), ("9x8", "", false),
    ] {
      let table = try table("\(base)\(depth) \(flags)")
      let row = try #require(table.rows.last)
      let (stall, banks) = (
        try table.number(row, "stall_cycles"), try table.number(row, "bank_stall_cycles")
      )
      #expect(stall == banks && (banks > 0) == waits, "\(depth) \(flags) \(banks)")
      #expect(
        try table.number(row, "total_cycles") == table.number(row, "compute_cycles") + stall)
    }
    // A pipeline register is a cycle a fold, and none by SCALE-Sim's count.
    for (convention, cycles) in [("physical", 2.0), ("scalesim", 0)] {
      let counts = try ["0", "2"].map {
        let table = try table("\(base)8x8 --convention \(convention) --pipeline-registers \($0)")
        return try table.number(table.rows[1], "compute_cycles")
      }
      #expect(counts[1] - counts[0] == cycles)
    }
    let full = try table("\(base)8x8 --activation-banks 1")
    // Each of 64·8 words is a cycle of its own: 512 of them in 71 cycles of the stream.
    #expect(try full.number(full.rows[1], "bank_stall_cycles") == 512 - 71)
  }

  @Test(
    "a trace has the registers' values and all accesses that the table counts",
    arguments: ["weight_stationary", "input_stationary", "output_stationary"])
  func traces(dataflow: String) throws {
    let folder = try TemporaryFolder()
    let (vcd, csv) = (folder.file("t.vcd"), folder.file("a.csv"))
    let table = try table(
      "--rows 2 --columns 3 --bank-vectors 4 --gemm 7x5x8 --dataflow \(dataflow) --trace \(vcd) "
        + "--accesses \(csv)")
    let accesses = try CSVTable(contentsOf: csv)
    func count(_ memory: String, _ access: String) throws -> Int {
      try accesses.rows.count {
        try accesses.text($0, "memory") == memory && accesses.text($0, "access") == access
      }
    }
    let row = table.rows[0]
    #expect(try count("activation", "read") == Int(table.number(row, "activation_reads")))
    #expect(try count("weight", "read") == Int(table.number(row, "weight_reads")))
    #expect(try count("bank", "write") == Int(table.number(row, "psum_writes")))
    // The output stage reads 7 × 8 sums besides.
    #expect(try count("bank", "read") + 56 == Int(table.number(row, "psum_reads")))
    // Every word is read, and none beyond the matrices.
    for (memory, words) in [("activation", 35), ("weight", 40)] {
      let addresses = Set(
        try accesses.rows.filter { try accesses.text($0, "memory") == memory }
          .map { try accesses.number($0, "address") })
      #expect(addresses == Set((0..<words).map(Double.init)), "\(memory)")
    }
    let text = try InputFile.text(of: vcd)
    let cycles = Int(try table.number(row, "compute_cycles"))
    #expect(text.contains("\n#\(cycles - 1)\n") && text.hasSuffix("#\(cycles)\n"))
    #expect(
      text.components(separatedBy: "$var").count - 1 == 1 + 6 * (dataflow.first == "o" ? 4 : 5))
    #expect(text.components(separatedBy: "$scope").count == 8)
  }

  @Test(
    "wrong input ends with one line and its status",
    arguments: [
      ("--gemm 64x64", 64, "is not M×K×N"), ("--gemm 0x1x1", 64, "m = 0 is outside"),
      ("--gemm 1x1x9999999999", 64, "n = 9999999999 is outside"),
      ("--gemm 99999999999999999999x1x1", 64, "is not M×K×N"),
      ("--gemm 1x1x1 --rows 0", 64, "--rows: 0 is outside 1 … 4096"),
      ("--gemm 1x1x1 --rows -1", 64, "--rows: -1 is outside 1 … 4096"),
      ("--columns -16 --gemm 1x1x1", 64, "--columns: -16 is outside 1 … 4096"),
      ("--gemm 1x1x1 --width-bits -8", 64, "--width-bits: -8 is outside 2 … 16"),
      ("--gemm 1x1x1 --weight-width-bits -8", 64, "--weight-width-bits: -8 is outside 2 … 16"),
      ("--gemm 1x1x1 --accumulator-bits -8", 64, "--accumulator-bits: -8 is outside 8 … 32"),
      ("--gemm 1x1x1 --bank-vectors -1", 64, "--bank-vectors: -1 is outside 1 … 65536"),
      ("--gemm 1x1x1 --weight-words -1", 64, "--weight-words: -1 is outside 1 … 1073741824"),
      ("--gemm 1x1x1 --dram-bits-per-cycle -64", 64, "is outside 1 … 1048576"),
      ("--gemm 1x1x1 --seed -1", 64, "--seed: '-1' is no whole number of 0 to"),
      ("--gemm 1x1x1 --seed 99999999999999999999", 64, "is no whole number of 0 to"),
      ("--gemm 1x1x1 --vector-lanes 0", 64, "--vector-lanes: 0 is outside 1 … 65536"),
      ("--gemm 1x1x1 --pipeline-registers 9", 64, "--pipeline-registers: 9 is outside 0 … 8"),
      ("--gemm 1x1x1 --output-banks 0", 64, "--output-banks: 0 is outside 1 … 4096"),
      ("--gemm 1x1x1 --output-ports -1", 64, "--output-ports: -1 is outside 1 … 16"),
      ("--gemm 1x1x1 --weight-ports 2", 64, "give weight_banks too"),
      (
        "--gemm 1x1x1 --weight-banks 2 --weight-word-bits 7", 64,
        "a word of the weight buffer has 7 bits, an operand 8"
      ),
      ("--gemm 1x1x1 --guard-band -.5", 64, "--guard-band: -0.5 is outside 1.0 … 10.0"),
      ("--gemm 1x1x1 --nominal-supply -1V", 64, "--nominal-supply: -1.0 V is outside"),
      ("--gemm -1x1x1", 64, "is not M×K×N"),
      ("--network lenet-5 --batch 0", 64, "--batch: 0 is outside 1 … 65536"),
      ("--network lenet-5 --batch -1", 64, "--batch: -1 is outside 1 … 65536"),
      ("--gemm 1x1x1 --rows 1000000 --columns 1000000", 64, "--rows: 1000000 is outside"),
      ("--gemm 1x1x1 --width-bits 17", 64, "--width-bits: 17 is outside 2 … 16"),
      ("--gemm 1x1x1 --nominal-supply 9V", 64, "--nominal-supply"),
      ("--gemm 64x64x64 --weight-words 255", 65, "which has 255, 1 too few"),
      (
        "--gemm 2147483647x2147483647x2147483647 --convention scalesim", 65, "do not fit 64 bits"
      ),
      ("--gemm 1x1x1 --hardware none.yaml", 66, "none.yaml"),
      ("--topology none.csv", 66, "none.csv"), ("--network none", 64, "is no preset"),
      ("--network none.yaml", 66, "none.yaml"),
      ("--gemm 8x8x8 --width-bits 9 --trace t.vcd", 65, "of up to 8 bits"),
      ("--gemm 9999x999x999 --trace t.vcd", 65, "too many for a trace"),
    ])
  func refusals(options: String, status: Int, message: String) throws {
    let run = try run(options)
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
    #expect(run.output.isEmpty)
  }

  @Test(
    "options that do not go together are wrong usage",
    arguments: [
      "", "--gemm 1x1x1 --network lenet-5", "--gemm 1x1x1 --batch 2",
      "--gemm 1x1x1 --convention scalesim --trace t.vcd", "--gemm 1x1x1 --dataflow row_stationary",
    ])
  func usage(options: String) throws {
    let run = try run(options)
    #expect(run.status == 64 && run.output.isEmpty)
  }

  @Test("two outputs on one path are refused and nothing is written")
  func oneOutput() throws {
    let path = NSTemporaryDirectory() + UUID().uuidString + ".csv"
    let outcome = try run("--gemm 2x2x2 --trace \(path) --output \(path)")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--trace and --output both write '\(path)'"))
    #expect(!FileManager.default.fileExists(atPath: path))
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

  @Test("energies by gates: each component with its source, areas, and refusals")
  func gates() throws {
    let multiplier = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
    let base = "--gemm 9x20x8 --rows 4 --columns 4 --transitions 160"
    let table = try table("\(base) --multiplier \(multiplier) --supply 0.5V")
    let components = [
      "multiplier", "accumulator", "registers", "output_stage", "sram", "logic_leakage",
      "memory_leakage", "dram",
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
    #expect(Set(sources.map { $0[1] }) == ["gates", "cells", "published"])
    #expect(try table.text(total, "accumulator_netlist") == "add24_kogge_stone")
    let stated = try self.table(
      "\(base) --multiplier \(multiplier) --supply 0.5V --dram-energy-per-bit 2pJ")
    #expect(try stated.text(stated.rows[0], "energy_sources").hasSuffix("dram=stated"))
    let bits = try ["dram_read_bits", "dram_write_bits"].map {
      try stated.number(stated.rows[0], $0)
    }.reduce(0, +)
    #expect(abs(try stated.number(stated.rows[0], "dram_pj") / (2 * bits) - 1) < 1e-9)
    #expect(try table.text(total, "operands") == "uniform")
    #expect(try table.text(total, "technology") == "ptm45_hp")
    #expect(try table.number(total, "multiplier_area_um2") > 0)
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
    // Half the supply costs the multipliers less than a third.
    let nominal = try self.table(
      "\(base) --multiplier \(multiplier) --supply 1V --memory-supply 0.7V")
    #expect(
      try 3 * table.number(total, "multiplier_pj")
        < nominal.number(nominal.rows[1], "multiplier_pj"))
    for (options, status, message) in [
      ("\(base) --supply 0.5V", 64, "--supply needs --multiplier FILE"),
      ("\(base) --supply 0.5V --multiplier drum --set k=4", 64, "--supply needs --multiplier"),
      ("\(base) --supply 5V --multiplier \(multiplier)", 65, "ptm45_hp.yaml"),
      ("\(base) --supply 9V --multiplier \(multiplier)", 64, "--supply: 9.0 V is outside"),
      ("\(base) --supply half --multiplier \(multiplier)", 64, "--supply"),
      ("\(base) --supply 0.5V --multiplier none.v", 66, "none.v"),
      ("--gemm 1x1x1 --transitions 15 --supply 1V --multiplier \(multiplier)", 64, "15 is outside"),
      ("\(base) --width-bits 9 --supply 1V --multiplier \(multiplier)", 64, "of up to 8 bits"),
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

  @Test(
    "rails, clock and energy table of an accelerator's file serve where no option says otherwise")
  func operation() throws {
    let folder = try TemporaryFolder()
    let text = try InputFile.text(of: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    let clock = "nominal_supply: 1.0 V}"
    #expect(text.contains(clock))
    let file = try folder.write(
      text.replacing(clock, with: "nominal_supply: 1.0 V, policy: fixed}")
        + "rails: {logic: 0.5 V, memory: 0.6 V}\nenergy_table: horowitz45\n", to: "a.yaml")
    let explained = try table("--explain --hardware \(file) --memory-supply 0.7V")
    let rows = try explained.rows.map {
      try (
        explained.text($0, "field"), explained.text($0, "value"), explained.text($0, "source")
      )
    }
    for expected in [
      ("clock.policy", "fixed", "file"), ("rails.logic", "0.5 V", "file"),
      ("rails.memory", "0.7 V", "flag"), ("energy_table", "horowitz45", "file"),
    ] {
      #expect(rows.contains { $0 == expected }, "\(expected)")
    }
    let work = "--hardware \(file) --gemm 5x20x8"
    let byTable = try table(work)
    #expect(try byTable.text(byTable.rows[0], "energy_table") == "horowitz45")
    #expect(try table("--gemm 5x20x8").header.contains("energy_table") == false)
    #expect(try table(work + " --convention scalesim").header.contains("energy_table") == false)
    let multiplier = " --multiplier HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
    let byGates = try table(work + multiplier)
    let row = byGates.rows[0]
    #expect(!byGates.header.contains("energy_table"))
    #expect(try byGates.number(row, "supply_v") == 0.5)
    #expect(try byGates.number(row, "memory_supply_v") == 0.6)
    let stated = try table(
      "--gemm 5x20x8 --supply 0.5V --memory-supply 0.6V --clock fixed" + multiplier)
    #expect(byGates.header == stated.header)
    for column in byGates.header {
      #expect(try byGates.text(row, column) == stated.text(stated.rows[0], column), "\(column)")
    }
    let tracked = try table(work + multiplier + " --clock track")
    #expect(
      try tracked.number(tracked.rows[0], "clock_period_ns")
        > byGates.number(row, "clock_period_ns"))
  }
}
