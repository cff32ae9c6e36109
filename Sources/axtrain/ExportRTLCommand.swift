import Accelerators
import ArgumentParser
import Files
import HardwareExport
import Randomness

/// `axtrain export-rtl`.
struct ExportRTLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-rtl",
    abstract: "Write an accelerator's array as synthesizable Verilog with a testbench.",
    discussion: """
      The testbench runs a matrix product, of random words or of a layer of a trained network, and \
      compares every accumulator and the cycle count. Any Verilog simulator runs it: \
      cd DIR && iverilog -g2001 -o run -f design.f testbench.v && vvp run

      Example: axtrain export-rtl --hardware HardwareSpecs/Accelerators/ntc16x16.yaml \
      --multiplier HardwareSpecs/Multipliers/mul8u_bam_v7h2.v --gemm 40x20x24 --output Reports/rtl
      """)

  @Option(name: .shortAndLong, help: "The folder to write: a new or an empty one.")
  var output: String

  @OptionGroup var accelerator: AcceleratorOptions

  @OptionGroup var multiplier: ExportMultiplierOptions

  @Option(help: "Random words of a product MxKxN (default: one that leaves no fold full).")
  var gemm: String?

  @Option(help: "The seed of random words (default: 1).")
  var seed: String?

  @OptionGroup var layer: ExportLayerOptions

  func validate() throws {
    guard layer.network == nil || (gemm == nil && seed == nil) else {
      throw ValidationError("--gemm and --seed make random words: leave them out with --network.")
    }
    if layer.network != nil { try accelerator.checkNamesNoWords() }
    if accelerator.namesAccumulatorNetlist {
      throw ValidationError(
        "--accumulator-netlist is for energies by gates: accumulators in the Verilog add by '+'.")
    }
  }

  func run() throws {
    let seed = try Seed.value(seed, option: "--seed") ?? 1
    try ExportFolder.check(output)
    var stated = AcceleratorSpec.Operation.Overrides()
    stated.multiplier = multiplier.choice
    let given = try accelerator.spec(stated)
    let multiplier = multiplier.of(given)
    let (words, circuit): (MatrixWords, ExportedMultiplier)
    let spec: AcceleratorSpec
    if layer.network != nil {
      (spec, words, circuit) = try layer.words(on: given, through: multiplier)
    } else {
      spec = given
      let shape = try shape(on: spec)
      try ExportLimits.check(shape, on: spec)
      circuit = try multiplier.exported(for: spec)
      words = random(shape, on: spec, seed: seed)
    }
    let exported = try ExportedArray(
      spec, multiplier: circuit, words: words,
      provenance: [
        "\(accelerator.hardware): \(spec.name). Exported by axtrain \(Version.text).",
        "Multiplier: \(circuit.name).", "Words: \(words.origin).",
      ])
    try ExportFolder.write(exported.files(), to: output)
    noteLeftOut(spec)
    if exported.expected.sums.count > 1, Set(exported.expected.sums).count == 1 {
      Terminal.note(
        "note: all accumulators are \(exported.expected.sums[0]): a wrong multiplier may pass; other "
          + "words or more of them say more")
    }
    accelerator.noteNarrowSums(spec)
    print(
      "\(output): \(spec.rows) x \(spec.columns) \(spec.dataflow.rawValue), \(words.shape.m)x"
        + "\(words.shape.k)x\(words.shape.n) in \(exported.expected.cycles) cycles")
  }

  /// Says what of the accelerator's file is not in the Verilog.
  private func noteLeftOut(_ spec: AcceleratorSpec) {
    var parts: [String] = []
    if spec.hasLimitedMemory {
      parts.append("stalls for DRAM and banks, which 'axtrain simulate' counts")
    }
    if spec.accumulatorNetlist != nil { parts.append("the accumulators' netlist: they add by '+'") }
    if !parts.isEmpty {
      Terminal.note("note: not in the Verilog: \(parts.joined(separator: "; "))")
    }
  }

  private func shape(on spec: AcceleratorSpec) throws -> MatrixShape {
    guard let gemm else {
      try ExportLimits.check(spec)
      return MatrixShape(
        m: spec.rows + spec.rows / 2 + 1, k: 2 * spec.rows + 1,
        n: spec.columns + spec.columns / 2 + 1)
    }
    return try GEMM(option: gemm).shape
  }

  private func random(
    _ shape: MatrixShape, on spec: AcceleratorSpec, seed: UInt64
  ) -> MatrixWords {
    func words(_ count: Int, bits: Int, _ index: UInt64) -> [UInt16] {
      var stream = RandomStream(seed: seed, purpose: .stimulus, index: index)
      return (0..<count).map { _ in UInt16(stream.nextWord() >> UInt32(32 - bits)) }
    }
    return MatrixWords(
      shape: shape, activations: words(shape.m * shape.k, bits: spec.operandWidth, 0),
      weights: words(shape.k * shape.n, bits: spec.weightWidth, 1),
      origin: "random, seed \(seed)")
  }
}
