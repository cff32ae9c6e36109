import ArgumentParser
import Files
import NetworkEvaluation

/// The file of operand transitions that `axtrain evaluate` writes for `axtrain characterize --trace`.
struct OperandTraceOptions: ParsableArguments {
  @Option(
    name: .customLong("operand-trace"),
    help: """
      Write operand transitions of the network on the array to this CSV file, as 'characterize \
      --trace' reads them. Needs --hardware and --multiplier.
      """)
  var file: String?

  @Option(
    name: .customLong("operand-trace-samples"),
    help: "How many are drawn, 1 to 1,000,000 (default: 65,536).")
  var samples: Int?

  @Option(
    name: .customLong("operand-trace-layer"),
    help: "The layer with weights, from 0 on, that they are drawn from (default: all).")
  var layer: Int?

  @Option(name: .customLong("operand-trace-seed"), help: "The seed of the draws (default: 1).")
  var seed: UInt64?

  func validate() throws {
    guard (1...1_000_000).contains(samples ?? 1) else {
      throw ValidationError("--operand-trace-samples must be 1 to 1,000,000.")
    }
    let given = [
      ("--operand-trace-samples", samples != nil), ("--operand-trace-layer", layer != nil),
      ("--operand-trace-seed", seed != nil),
    ]
    if file == nil, let option = given.first(where: \.1)?.0 {
      throw ValidationError("\(option) needs --operand-trace.")
    }
  }

  /// Writes the file, if one is asked for.
  ///
  /// - Throws: `InputError` 64 if the network has no such layer, 73 or 74 if the file cannot be written.
  func write(
    _ model: ModelUnderTest, _ multiplier: ModelMultiplier, on hardware: ModelHardware
  ) throws {
    guard let file else { return }
    let layers = model.integers.linears.count
    if let layer, !(0..<layers).contains(layer) {
      throw InputError(
        .usage,
        "--operand-trace-layer \(layer): the network has \(layers) layers with weights, from 0 on")
    }
    try OutputFile.checkIsNoInput(file)
    let trace = hardware.operandTrace(
      model, multiplier, layer: layer, count: samples ?? 65_536, seed: seed ?? 1)
    try OutputFile.write(trace.table.csv, to: file)
  }
}
