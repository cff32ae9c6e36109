import Files
import TestSupport
import Testing

@Suite("axtrain simulate, an accelerator's fields")
struct SimulateFieldsTests: SimulateSuite {
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
    #expect(
      rows.contains {
        $0
          == (
            "element registers",
            "shadow of the weight 4, weight 4, activation 4, product 8, sum 24, valid bits 3",
            "derived"
          )
      })
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

  @Test("words are shown as the network is run with them, and where they come from")
  func explainedWords() throws {
    let folder = try TemporaryFolder()
    let model = folder.file("model")
    let preset = "64-32-10"
    let trained = try AxTrainProgram.run([
      "train", "--preset", preset, "--dataset", "digits", "--epochs", "1", "-o", model, "--quiet",
    ])
    try #require(trained.status == 0, "\(trained.errors)")
    let shipped = try InputFile.text(of: "HardwareSpecs/Accelerators/ntc16x16.yaml")
    let narrow = try folder.write(
      shipped.replacing("width_bits: 8, encoding: offset", with: "width_bits: 6, encoding: offset"),
      to: "narrow.yaml")
    #expect(try InputFile.text(of: narrow) != shipped)
    func check(_ network: String, _ expected: [(String, String)], note: String) throws {
      let outcome = try run("--explain --network \(network) --hardware \(narrow) --format csv")
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(note.isEmpty ? outcome.errors.isEmpty : outcome.errors.contains(note))
      let rows = try CSVTable(text: outcome.output, file: "out").rows.map(\.fields)
      let fields = [
        "operands.width_bits", "operands.weight_width_bits", "operands.encoding",
        "buffers.weight_word_bits",
      ]
      for (field, (value, source)) in zip(fields, expected) {
        #expect(rows.contains([field, value, source]), "\(network) \(field)")
      }
    }
    try check(
      preset, [("6", "file"), ("6", "default"), ("offset", "file"), ("6", "default")], note: "")
    try check(
      model, [("8", "default"), ("8", "default"), ("offset", "default"), ("8", "default")],
      note: "note: words are those of the model (offset, 8 bits by 8)")
    let quantized = try AxTrainProgram.run([
      "quantize", model, "--encoding", "twos_complement", "--weight-bits", "4",
    ])
    try #require(quantized.status == 0, "\(quantized.errors)")
    try check(
      model, [("8", "model"), ("4", "model"), ("twos_complement", "model"), ("4", "default")],
      note: "(twos_complement, 8 bits by 4), not those that the accelerator states")
    let refused = try run(
      "--explain --network \(model) --hardware \(narrow) --activation-banks 2 "
        + "--activation-word-bits 6")
    #expect(refused.status == 64 && refused.errors.contains("has 6 bits, an operand 8"))
  }

  @Test("each row names the encoding of its words, beside their widths, of every design point too")
  func encoding() throws {
    for encoding in ["offset", "twos_complement", "sign_magnitude"] {
      let options = "--gemm 3x5x2 --encoding \(encoding) --width-bits 5"
      for (more, rows) in [("", 2), (" --rows 2,4 --energy-table horowitz45", 2)] {
        let table = try table(options + more)
        let place = try #require(table.header.firstIndex(of: "encoding"))
        #expect(table.header[place + 1] == "activation_bits" && table.rows.count == rows)
        for row in table.rows {
          #expect(Array(row.fields[place...(place + 2)]) == [encoding, "5", "5"])
        }
        let json = try run(options + more + " --format json").output
        #expect(json.components(separatedBy: "\"encoding\": \"\(encoding)\"").count == rows + 1)
      }
    }
  }

  @Test("the file's multiplier is the option's, of a family or a netlist, and has gates")
  func multiplier() throws {
    let folder = try TemporaryFolder()
    let array = try InputFile.text(of: "HardwareSpecs/Accelerators/ntc16x16.yaml")
    let netlist = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
    let options = "--gemm 5x20x9 --supply 0.6V --transitions 160"
    let expected = try table("\(options) --multiplier \(netlist)")
    let family = try table("\(options) --multiplier truncated --set columns=6")
    #expect(try family.text(family.rows[0], "multiplier_netlist") == "mul8u_truncated_t6")
    for (text, value) in [
      ("{generate: truncated, columns: 6}", "truncated columns=6"), (netlist, netlist),
    ] {
      let path = try folder.write("\(array)multiplier: \(text)\n", to: "array.yaml")
      let stated = try table("\(options) --hardware \(path)")
      // The generated netlist is that of the shipped file.
      for column in ["multiplier_pj", "total_pj", "multiplier_area_um2", "clock_period_ns"] {
        let number = try expected.number(expected.rows[0], column)
        #expect(try stated.number(stated.rows[0], column) == number, "\(column)")
        #expect(try family.number(family.rows[0], column) == number, "\(column)")
      }
      for (flag, shown) in [("", (value, "file")), ("--multiplier exact", ("exact", "flag"))] {
        let fields = try table("--hardware \(path) --explain \(flag)")
        let row = try #require(
          fields.rows.first { (try? fields.text($0, "field")) == "multiplier" })
        #expect(try (fields.text(row, "value"), fields.text(row, "source")) == shown)
      }
      #expect(try run("\(options) --hardware \(path) --multiplier exact").status == 64)
    }
    for (text, message) in [
      ("{columns: 6}", "key 'generate' is missing"),
      ("{generate: truncated, columns: six}", "'six' is not a whole number"),
    ] {
      let path = try folder.write("\(array)multiplier: \(text)\n", to: "wrong.yaml")
      let refused = try run("--gemm 1x1x1 --hardware \(path)")
      #expect(refused.status == 65 && refused.errors.contains(message), "\(refused.errors)")
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

  @Test("a flag takes away the supplies and the energy table that the file states")
  func withoutEnergies() throws {
    let folder = try TemporaryFolder()
    let shipped = "HardwareSpecs/Accelerators/ntc16x16.yaml"
    let file = try folder.write(
      InputFile.text(of: Repository.path(shipped))
        + "rails: {logic: 0.5 V, memory: 0.6 V}\nenergy_table: horowitz45\n", to: "a.yaml")
    let work = "--gemm 5x20x8 --format csv --hardware "
    let removed = "\(file) --supply none --memory-supply none --energy-table none"
    #expect(try run(work + removed).output == run(work + shipped).output)
    #expect(try run(work + file).output != run(work + shipped).output)
    let explained = try table("--explain --hardware \(removed)")
    let rows = explained.rows.map(\.fields)
    for row in [
      ["rails.logic", "none", "flag"], ["rails.memory", "of the logic", "flag"],
      ["energy_table", "none", "flag"],
    ] {
      #expect(rows.contains(row), "\(row)")
    }
    let multiplier = " --multiplier HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
    let gates = try table("--gemm 5x20x8 --hardware \(file) --memory-supply none" + multiplier)
    #expect(try gates.number(gates.rows[0], "memory_supply_v") == 0.5)
    let byTable = try run(work + file + " --supply none" + multiplier)
    #expect(byTable.status == 64 && byTable.errors.contains("which need --supply"))
    let tableAlone = try table("--gemm 5x20x8 --hardware \(file) --supply none")
    #expect(try tableAlone.text(tableAlone.rows[0], "energy_table") == "horowitz45")
    for (flag, row) in [
      ("--supply 0.6V", ["rails.logic", "0.6 V", "flag"]),
      ("--energy-table eyeriss", ["energy_table", "eyeriss", "flag"]),
    ] {
      #expect(try table("--explain \(flag)").rows.map(\.fields).contains(row), "\(flag)")
    }
  }

  @Test("energies that the file states and SCALE-Sim's counts have not are named in one note")
  func droppedEnergies() throws {
    let folder = try TemporaryFolder()
    let shipped = "HardwareSpecs/Accelerators/ntc16x16.yaml"
    let text = try InputFile.text(of: Repository.path(shipped))
    let work = "--gemm 5x20x8 --format csv --convention scalesim --hardware "
    let plain = try run(work + shipped)
    #expect(plain.errors.isEmpty)
    for (stated, note) in [
      ("energy_table: horowitz45\n", "the accelerator's energy_table 'horowitz45' is for"),
      (
        "rails: {logic: 0.5 V}\nmultiplier: exact_dadda\n",
        "the accelerator's rails and multiplier are for counts by --convention physical"
      ),
    ] {
      let file = try folder.write(text + stated, to: "a.yaml")
      let outcome = try run(work + file)
      #expect(outcome.output == plain.output)
      #expect(outcome.errors.hasPrefix("note: no energies: ") && outcome.errors.contains(note))
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(try run(work + file + " --rows 4,8").errors == outcome.errors)
      let removed = try run(work + file + " --energy-table none --supply none")
      #expect(removed.errors.isEmpty && removed.output == plain.output)
    }
  }

  @Test("the output buffer follows the activation buffer unless it is stated itself")
  func outputBuffer() throws {
    func words(_ flags: String) throws -> [[String]] {
      try table("--explain " + flags).rows.map(\.fields).filter {
        ["buffers.activation_words", "buffers.output_words"].contains($0[0])
      }
    }
    let text = try InputFile.text(of: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    #expect(!text.contains("output_words"))
    #expect(
      try words("--activation-words 777") == [
        ["buffers.activation_words", "777", "flag"], ["buffers.output_words", "777", "default"],
      ])
    #expect(
      try words("--activation-words 777 --output-words 55") == [
        ["buffers.activation_words", "777", "flag"], ["buffers.output_words", "55", "flag"],
      ])
  }
}
