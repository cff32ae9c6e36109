import Accelerators
import Files
import HardwareExport
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@Suite("Exported arrays in other simulators")
struct ExportRefereeTests {
  @Test(
    "iverilog gives the simulator's accumulators and cycles: each encoding, wrap and saturate",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
    arguments: Dataflow.allCases, OperandEncoding.allCases)
  func iverilog(dataflow: Dataflow, encoding: OperandEncoding) throws {
    var stream = RandomStream(seed: 21, purpose: .test, index: UInt64(dataflow.rawValue.count))
    for overflow in [AccumulatorOverflow.wrap, .saturate] {
      // Words of other widths, then multipliers of 8 bits.
      var multipliers: [ExportedMultiplier?] = [nil, nil]
      multipliers += try SampleMultiplier.allCases.compactMap { try $0.multiplier(encoding) }
      for multiplier in multipliers {
        try expectPass(
          SampleExport(
            dataflow, encoding, overflow: overflow, multiplier: multiplier, from: &stream))
      }
    }
  }

  /// What an export's testbench prints in iverilog.
  private func expectPass(_ sample: SampleExport) throws {
    let folder = try TemporaryFolder()
    let printed = try RunningExports.iverilog(RunningExports.write(sample.exported, to: folder))
    #expect(RunningExports.passes(printed), "\(sample.description): \(printed)")
  }

  @Test(
    "iverilog gives the same of words of 9 to 16 bits: the exact operator, exact and approximate netlists",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
    arguments: Dataflow.allCases, OperandEncoding.allCases)
  func wideWords(dataflow: Dataflow, encoding: OperandEncoding) throws {
    var stream = RandomStream(seed: 28, purpose: .test, index: UInt64(dataflow.rawValue.count))
    for (trial, kind) in SampleMultiplier.allCases.enumerated() {
      let bits = [(16, 16), (12, 12), (13, 6), (9, 14)][trial]
      guard
        let multiplier = try kind.multiplier(encoding, activationBits: bits.0, weightBits: bits.1)
      else { continue }
      for overflow in [AccumulatorOverflow.wrap, .saturate] {
        // Sums of 12 products of 32 bits fit 48 and reach the ends of 34.
        let sumBits = bits.0 < 16 ? nil : overflow == .wrap ? 48 : 34
        try expectPass(
          SampleExport(
            dataflow, encoding, overflow: overflow, multiplier: multiplier,
            accumulatorBits: sumBits, from: &stream))
      }
    }
  }

  @Test(
    "Verilator and Yosys take words of 12 bits and sums of 40 without a warning",
    .enabled(
      if: Referee.isInstalled("verilator") && Referee.isInstalled("yosys"),
      "verilator or yosys is not installed"))
  func wideInOtherTools() throws {
    var stream = RandomStream(seed: 29, purpose: .test)
    let sample = try SampleExport(
      .weightStationary, .signMagnitude, overflow: .saturate, rows: 2, columns: 3,
      multiplier: SampleMultiplier.approximate.multiplier(
        .signMagnitude, activationBits: 12, weightBits: 10), accumulatorBits: 40, from: &stream)
    let folder = try TemporaryFolder()
    let path = try RunningExports.write(sample.exported, to: folder)
    #expect(try RunningExports.strictLint(path).isEmpty)
    let printed = try RunningExports.verilator(path)
    #expect(RunningExports.passes(printed), "\(sample.description): \(printed)")
    let log = try RunningExports.yosys(path)
    #expect(!log.contains("arning") && !log.contains("ERROR"))
    #expect(!log.contains("$_DLATCH") && !log.contains("$dlatch"))
  }

  @Test(
    "a wrong accumulator, a wrong cycle count and a design that hangs fail",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
    arguments: Dataflow.allCases)
  func failures(dataflow: Dataflow) throws {
    var stream = RandomStream(seed: 22, purpose: .test)
    let sample = try SampleExport(
      dataflow, .twosComplement, overflow: .wrap, rows: 3, columns: 2, from: &stream)
    let folder = try TemporaryFolder()
    let path = try RunningExports.write(sample.exported, to: folder)
    func change(_ file: String, _ edit: (String) -> String) throws {
      let text = try InputFile.text(of: "\(path)/\(file)")
      let changed = edit(text)
      #expect(changed != text)
      try OutputFile.write(changed, to: "\(path)/\(file)")
      let printed = try RunningExports.iverilog(path)
      #expect(printed.split(separator: "\n").contains("FAIL"), "\(printed)")
      #expect(!RunningExports.passes(printed))
      try OutputFile.write(text, to: "\(path)/\(file)")
    }
    try change("sums.hex") { text in
      (text.first == "0" ? "1" : "0") + text.dropFirst()
    }
    try change("testbench.v") { $0.replacing("CYCLES = ", with: "CYCLES = 1 + ") }
    try change("axtrain_controller.v") { $0.replacing("busy <= 1'b0;", with: "busy <= busy;") }
    #expect(try RunningExports.passes(RunningExports.iverilog(path)))
  }

  @Test(
    "Verilator gives the same without a warning, approximate multipliers included",
    .enabled(if: Referee.isInstalled("verilator"), "verilator is not installed"),
    arguments: zip(Dataflow.allCases, OperandEncoding.allCases.reversed()))
  func verilator(dataflow: Dataflow, encoding: OperandEncoding) throws {
    var stream = RandomStream(seed: 23, purpose: .test)
    let sample = try SampleExport(
      dataflow, encoding, overflow: .saturate, rows: 2, columns: 3,
      multiplier: SampleMultiplier.approximate.multiplier(encoding), from: &stream)
    let folder = try TemporaryFolder()
    let printed = try RunningExports.verilator(RunningExports.write(sample.exported, to: folder))
    #expect(RunningExports.passes(printed), "\(sample.description): \(printed)")
  }

  @Test(
    "Verilator runs a 16 × 16 array with the exact operator",
    .enabled(if: Referee.isInstalled("verilator"), "verilator is not installed"))
  func largeArray() throws {
    var stream = RandomStream(seed: 24, purpose: .test)
    let sample = try SampleExport(
      .weightStationary, .offset, overflow: .wrap, rows: 16, columns: 16, from: &stream)
    let folder = try TemporaryFolder()
    let printed = try RunningExports.verilator(RunningExports.write(sample.exported, to: folder))
    #expect(RunningExports.passes(printed), "\(sample.description): \(printed)")
  }

  @Test(
    "Verilator's lint has no warning for arrays of any size: one element, one row, one column",
    .enabled(if: Referee.isInstalled("verilator"), "verilator is not installed"),
    arguments: Dataflow.allCases)
  func lint(dataflow: Dataflow) throws {
    var stream = RandomStream(seed: 26, purpose: .test)
    for trial in 0..<18 {
      let sample = try SampleExport(
        dataflow, OperandEncoding.allCases[trial % 3], overflow: trial < 9 ? .wrap : .saturate,
        rows: trial < 3 ? 1 : nil, columns: trial % 6 == 0 ? 1 : nil, from: &stream)
      let folder = try TemporaryFolder()
      let path = try RunningExports.write(sample.exported, to: folder)
      let said = try RunningExports.lint(path) + RunningExports.strictLint(path)
      #expect(said.isEmpty, "\(sample.description): \(said)")
    }
  }

  @Test(
    "Verilator's -Wall has no warning for netlists of multipliers, and sees a wire that is not used",
    .enabled(if: Referee.isInstalled("verilator"), "verilator is not installed"),
    arguments: Dataflow.allCases, OperandEncoding.allCases)
  func lintOfNetlists(dataflow: Dataflow, encoding: OperandEncoding) throws {
    var stream = RandomStream(seed: 27, purpose: .test)
    for multiplier in try SampleMultiplier.allCases.compactMap({ try $0.multiplier(encoding) }) {
      let sample = try SampleExport(
        dataflow, encoding, overflow: .wrap, multiplier: multiplier, from: &stream)
      let folder = try TemporaryFolder()
      let path = try RunningExports.write(sample.exported, to: folder)
      let said = try RunningExports.strictLint(path)
      #expect(said.isEmpty, "\(sample.description): \(said)")
      let array = "\(path)/axtrain_array.v"
      let text = try InputFile.text(of: array)
      try OutputFile.write(
        text.replacing("  genvar r, c;", with: "  wire w = reset;\n  genvar r, c;"), to: array)
      #expect(throws: (any Error).self) { try RunningExports.strictLint(path) }
    }
  }

  @Test(
    "Yosys synthesizes each dataflow without a warning, a latch or an undriven wire",
    .enabled(if: Referee.isInstalled("yosys"), "yosys is not installed"),
    arguments: zip(Dataflow.allCases, OperandEncoding.allCases))
  func yosys(dataflow: Dataflow, encoding: OperandEncoding) throws {
    var stream = RandomStream(seed: 25, purpose: .test)
    for (overflow, multiplier) in [
      (AccumulatorOverflow.wrap, SampleMultiplier.approximate), (.saturate, .exactOperator),
    ] {
      let sample = try SampleExport(
        dataflow, encoding, overflow: overflow, rows: 2, columns: 3,
        multiplier: multiplier.multiplier(encoding), from: &stream)
      let folder = try TemporaryFolder()
      let path = try RunningExports.write(sample.exported, to: folder)
      let log = try RunningExports.yosys(path)
      let lines = log.split(separator: "\n")
      #expect(lines.allSatisfy { !$0.contains("arning") && !$0.contains("ERROR") })
      #expect(!log.contains("$_DLATCH") && !log.contains("$dlatch"))
      #expect(lines.count { $0.hasPrefix("Found and reported 0 problems.") } >= 2)
      if Referee.isInstalled("iverilog") {
        let printed = try RunningExports.iverilogOfGates(path)
        #expect(RunningExports.passes(printed), "\(sample.description): \(printed)")
      }
    }
  }
}
