import Accelerators
import ArgumentParser
import Characterization
import Files
import Foundation
import ModelFiles
import Netlists
import NetworkEvaluation
import Networks
import Quantities
import QuantizedNetworks
import Technology
import Training

/// `axtrain evaluate DIR`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract:
      "The accuracy of a trained network: in floats, in integers, through a multiplier, on chips.",
    discussion: """
      A row for each arithmetic that the options give, from float to hardware, so that each shows \
      what it costs. With --hardware, products of chips are captured at the supply and buffers have \
      the faults of theirs: timing errors are drawn from error tables (fidelity statistical), of \
      offset words only; sweeps have the other fidelities.

      Examples: axtrain evaluate Models/mnist --dataset mnist \
      --multiplier HardwareSpecs/Multipliers/mul8u_bam_v7h2.v
      axtrain evaluate Models/mnist --dataset mnist \
      --multiplier HardwareSpecs/Multipliers/mul8u_exact_dadda.v \
      --hardware HardwareSpecs/Accelerators/ntc16x16-mnist.yaml --supply 0.5V
      """)

  @Argument(help: "The model's folder, as 'axtrain train' writes it.")
  var model: String

  @OptionGroup var data: TrainingData

  @OptionGroup var quantization: QuantizationOptions

  @Option(help: "A multiplier's netlist: structural Verilog or BLIF.")
  var multiplier: String?

  @Option(help: "How its operands are read: auto (default), signed or unsigned.")
  var sign: ValidationOptions.Sign?

  @Option(help: "The cell library of the netlist (default: HardwareSpecs/Cells/ptm45.lib).")
  var cells: String?

  @OptionGroup var chip: ChipOptions

  @OptionGroup var operandTrace: OperandTraceOptions

  @Option(
    name: .shortAndLong, help: "Threads (default: one a core). Accuracies do not depend on it.")
  var jobs: Int?

  @OptionGroup var table: TableOptions

  func validate() throws {
    guard (1...1024).contains(jobs ?? 1) else { throw ValidationError("--jobs must be 1 to 1024.") }
    guard chip.point.accelerator == nil || multiplier != nil else {
      throw ValidationError("--hardware needs --multiplier: whose products its chips capture.")
    }
    guard operandTrace.file == nil || chip.point.accelerator != nil else {
      throw ValidationError("--operand-trace needs --hardware: the array whose elements see them.")
    }
    guard multiplier != nil || (sign == nil && cells == nil) else {
      throw ValidationError("--sign and --cells need --multiplier.")
    }
  }

  func run() throws {
    try DistinctOutputs.check(["--operand-trace": operandTrace.file, "--output": table.output])
    let work = ChunkedWork(threads: jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    let (network, data, record) = try TrainedModel.read(model, data)
    let stored = quantization.isGiven ? nil : try QuantizationFile(folder: model)
    // A damaged file is no error where it is not used.
    if stored == nil, let unused = try? QuantizationFile(folder: model), !unused.given.isEmpty {
      Terminal.note("the scales that came with the model are not used, as the options ask")
    }
    let spec = stored?.spec ?? quantization.spec
    try checkWords(spec, isStored: stored != nil)
    let model = try ModelUnderTest(
      network: network, training: data.parts.training, test: data.parts.test,
      ranges: stored.map { .given($0.ranges) } ?? .calibration(examples: quantization.examples),
      spec: spec, given: stored?.given ?? GivenQuantization(), file: self.model, work: work)
    // What does not fit is found before images are run.
    let circuit = try multiplier(for: spec)
    let point = try circuit.flatMap { circuit in
      try chip.hardware(cells: cells).map { hardware, files in
        (hardware, try hardware.errors(model, circuit, files: files))
      }
    }
    if let circuit, let point { try operandTrace.write(model, circuit, on: point.0) }
    record?.differences(from: data).forEach(Terminal.note)
    if let stored { noteInputs(of: stored) }
    try table.print(
      rows(model, spec: spec, circuit: circuit, point: point, work: work),
      summary: [
        "arithmetic": "arithmetic", "multiplier": "multiplier", "supply_v": "supply v",
        "accuracy_percent": "accuracy_percent", "accuracy_low_percent": "low",
        "accuracy_high_percent": "high", "images_per_second": "images/s",
      ])
  }

  /// - Throws: `InputError` 64, or 65 where the model's folder has such words, unless `--hardware` can
  ///   run them.
  private func checkWords(_ spec: QuantizationSpec, isStored: Bool) throws {
    guard chip.point.accelerator != nil, spec.encoding != .offset else { return }
    let what = "--hardware runs offset words, and these are \(spec.encoding.rawValue)"
    guard isStored else { throw InputError(.usage, "\(what): leave out --encoding") }
    throw InputError(
      .badData, at: SourceLocation(file: "\(model)/\(QuantizationFile.name)"),
      "\(what): give --encoding offset to quantize anew, or leave out --hardware")
  }

  /// Says if scales of another tool are for inputs unlike a dataset's features, which are 0 … 1.
  private func noteInputs(of file: QuantizationFile) {
    let covered = file.ranges.input
    guard file.given.input != nil,
      covered.lowerBound < -0.5 || !(0.5...2).contains(covered.upperBound)
    else { return }
    func text(_ end: Float) -> String { CellValue.format(Double(end), digits: 3) }
    Terminal.note(
      "the model's inputs cover \(text(covered.lowerBound)) to \(text(covered.upperBound)), and "
        + "features here are 0 to 1: it may have been trained on features that were prepared otherwise"
    )
  }

  private func multiplier(for spec: QuantizationSpec) throws -> ModelMultiplier? {
    guard let multiplier else { return nil }
    let library = try LibertyReader.library(
      contentsOf: cells ?? "HardwareSpecs/Cells/ptm45.lib")
    return try ModelMultiplier(
      contentsOf: multiplier, cells: library, sign: sign ?? .automatic, spec: spec)
  }

  /// A row for each arithmetic.
  private func rows(
    _ model: ModelUnderTest, spec: QuantizationSpec, circuit: ModelMultiplier?,
    point: (ModelHardware, ModelHardware.Errors)?, work: ChunkedWork
  ) -> ResultTable {
    let count = model.test.count
    var rows = ResultTable(columns: ModelRow.columns)
    let (right, seconds) = Self.timed { model.correctInFloat(work: work) }
    rows.append(
      ModelRow(arithmetic: .float, correct: [right], count: count, seconds: seconds).cells)
    func append(
      _ arithmetic: ModelRow.Arithmetic, chips: Int = 1,
      _ point: (ModelHardware, ModelHardware.Errors)? = nil, _ inference: (Int) -> IntegerInference
    ) {
      let tally = point.map { _ in OverflowTally(layers: model.integers.linears.count) }
      let (correct, seconds) = Self.timed {
        (0..<chips).map { chip in
          let inference = inference(chip)
          return model.correct(tally.map(inference.counting) ?? inference, work: work)
        }
      }
      if let tally, let point {
        OverflowNote.show(tally.layers, point.0.accelerator.accumulator)
      }
      rows.append(
        ModelRow(
          arithmetic: arithmetic, multiplier: arithmetic == .integer ? nil : circuit?.name,
          spec: spec, hardware: point, correct: correct, count: count, seconds: seconds,
          overflowedShare: tally?.layers.total.share
        ).cells)
    }
    let exact = EncodedMultiplier.exact(
      spec.encoding, activationBits: spec.activationBits, weightBits: spec.weightBits)
    append(.integer) { _ in IntegerInference(model.integers, multiplier: exact) }
    guard let circuit else { return rows }
    append(.approximate) { _ in IntegerInference(model.integers, multiplier: circuit.table) }
    guard let (hardware, errors) = point else { return rows }
    append(.hardware, chips: hardware.chips, (hardware, errors)) {
      hardware.inference(model, circuit, errors, chip: $0)
    }
    return rows
  }

  private static func timed<Result>(_ body: () -> Result) -> (Result, seconds: Double) {
    let started = ContinuousClock.now
    let result = body()
    return (result, started.duration(to: .now).seconds)
  }
}
