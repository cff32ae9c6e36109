import Files
import TestSupport
import Testing

@Suite("axtrain simulate")
struct SimulateCommandTests: SimulateSuite {
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

  @Test("layers without a model step every register where that is asked for, and say what changed")
  func steppedLayers() throws {
    let options = "--hardware HardwareSpecs/Accelerators/edge8x8.yaml --network lenet-5 --batch 2"
    let closed = try table(options)
    let stepped = try table(options + " --level register --seed 7")
    #expect(stepped.header == closed.header + ["level", "register_bit_toggles"])
    var sum = 0.0
    for (row, plain) in zip(stepped.rows, closed.rows) {
      #expect(row.fields.dropLast(2) == plain.fields[...])
      let isOnArray =
        try closed.text(plain, "layer") == "total" || closed.number(plain, "folds") > 0
      #expect(try stepped.text(row, "level") == (isOnArray ? "register" : ""))
      if isOnArray { sum += try stepped.number(row, "register_bit_toggles") }
    }
    let total = try stepped.number(stepped.rows[stepped.rows.count - 1], "register_bit_toggles")
    #expect(sum == 2 * total && total > 0)
    // By gates, energies are of the changes that were counted.
    let gates =
      "--gemm 24x40x9 --rows 4 --columns 4 --supply 0.9V "
      + "--multiplier HardwareSpecs/Multipliers/mul8u_bam_v7h2.v --level register"
    let counted = try table(gates)
    let (layer, all) = (counted.rows[0], counted.rows[1])
    #expect(try counted.text(layer, "register_toggles_source") == "counted")
    let toggles = try counted.number(layer, "register_bit_toggles")
    let estimated = try counted.number(layer, "estimated_register_toggles")
    #expect(toggles != estimated && abs(toggles / estimated - 1) < 0.03)
    #expect(try counted.number(all, "register_bit_toggles") == toggles)
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

  @Test("the average bandwidths of buffers and DRAM are those of the counts")
  func bandwidths() throws {
    let table = try table("--network lenet-5 --dram-bits-per-cycle 16 --vector-lanes 4")
    for row in table.rows {
      let cycles = try table.number(row, "total_cycles")
      for (column, counts) in [
        ("activation_reads_per_cycle", "activation_reads"),
        ("weight_reads_per_cycle", "weight_reads"), ("output_writes_per_cycle", "output_writes"),
        ("dram_output_bits_per_cycle", "dram_write_bits"),
      ] {
        let expected = try table.number(row, counts) / cycles
        #expect(abs(try table.number(row, column) - expected) <= 1e-8 * expected, "\(column)")
      }
      let read = try table.number(row, "dram_read_bits")
      let parts = try ["activation", "weight"].map {
        try table.number(row, "dram_\($0)_bits_per_cycle") * cycles
      }
      #expect(abs(parts[0] + parts[1] - read) <= 1e-7 * read)
    }
    // All four vectors are one tile: each of 150·16 weights comes once.
    let product = try self.table(
      "--gemm 4x150x16 --bank-vectors 4 --dram-bits-per-cycle 16 --rows 8 --columns 8")
    let row = product.rows[0]
    let bits =
      try product.number(row, "dram_weight_bits_per_cycle") * product.number(row, "total_cycles")
    #expect(abs(bits - 150 * 16 * 8) < 1e-3)
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
    for columns in [400, .max] {
      let wide = try AxTrainProgram.run(["simulate", "--topology", topology], columns: columns)
      #expect(wide.output.contains(name), "\(columns)")
    }
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
}
