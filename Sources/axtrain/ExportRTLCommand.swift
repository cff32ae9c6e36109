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

  @Option(help: "An accelerator's YAML file: its array, accumulators and words.")
  var hardware: String

  @Option(name: .shortAndLong, help: "The folder to write: a new or an empty one.")
  var output: String

  @OptionGroup var design: ExportDesignOptions

  @OptionGroup var multiplier: ExportMultiplierOptions

  @Option(help: "Random words of a product MxKxN (default: one that leaves no fold full).")
  var gemm: String?

  @Option(help: "The seed of random words (default: 1).")
  var seed: UInt64?

  @OptionGroup var layer: ExportLayerOptions

  func validate() throws {
    guard layer.network == nil || (gemm == nil && seed == nil) else {
      throw ValidationError("--gemm and --seed make random words: leave them out with --network.")
    }
    guard layer.network == nil || !design.namesWords else {
      throw ValidationError(
        "A network's quantization says its words: leave out --encoding and --operand-bits.")
    }
  }

  func run() throws {
    try ExportFolder.check(output)
    let spec = try AcceleratorSpec(contentsOf: hardware)
    let array = try design.design(spec)
    var provenance = ["\(hardware): \(spec.name). Exported by axtrain \(Version.text)."]
    let words: MatrixWords
    let circuit: ExportedMultiplier
    if layer.network != nil {
      (words, circuit) = try layer.words(on: array) { encoding, activationBits, weightBits in
        try multiplier.multiplier(
          encoding: encoding, activationBits: activationBits, weightBits: weightBits)
      }
    } else {
      let encoding = design.encoding ?? spec.encoding
      let bits = design.operandBits ?? spec.operandWidth
      circuit = try multiplier.multiplier(
        encoding: encoding, activationBits: bits, weightBits: bits)
      let shape = try shape(on: array)
      try MatrixWords.check(shape, on: array)
      words = random(shape, bits: bits)
    }
    provenance += ["Multiplier: \(circuit.name).", "Words: \(words.origin)."]
    let exported = try ExportedArray(
      array, multiplier: circuit, words: words, provenance: provenance)
    try ExportFolder.write(exported.files(), to: output)
    print(
      "\(output): \(array.rows) x \(array.columns) \(array.dataflow.rawValue), "
        + "\(words.shape.m)x\(words.shape.k)x\(words.shape.n) in \(array.cycles(words.shape)) cycles"
    )
  }

  private func shape(on array: ArrayDesign) throws -> MatrixShape {
    guard let gemm else {
      return MatrixShape(
        m: array.rows + array.rows / 2 + 1, k: 2 * array.rows + 1,
        n: array.columns + array.columns / 2 + 1)
    }
    let sizes = gemm.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sizes.count == 3, let m = sizes[0], let k = sizes[1], let n = sizes[2],
      min(m, k, n) > 0
    else {
      throw InputError(.usage, "--gemm '\(gemm)' is not MxKxN, three positive numbers: 64x64x64")
    }
    return MatrixShape(m: m, k: k, n: n)
  }

  private func random(_ shape: MatrixShape, bits: Int) -> MatrixWords {
    let seed = seed ?? 1
    func words(_ count: Int, _ index: UInt64) -> [UInt8] {
      var stream = RandomStream(seed: seed, purpose: .stimulus, index: index)
      return (0..<count).map { _ in UInt8(stream.nextWord() >> UInt32(32 - bits)) }
    }
    return MatrixWords(
      shape: shape, activations: words(shape.m * shape.k, 0), weights: words(shape.k * shape.n, 1),
      origin: "random, seed \(seed)")
  }
}
