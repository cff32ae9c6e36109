import Files
import Foundation
import ModelFiles
import NetworkEvaluation
import Networks
import QuantizedNetworks
import Reporting
import Training

/// `axtrain train --method bias_correction`: no training, but a model as sweeps evaluate it.
extension TrainCommand {
  /// Moves the biases of the network of `--start` by what the multiplier adds on training examples, and
  /// writes it with the quantization that it is moved for.
  ///
  /// - Throws: `UnusedOption` if one does nothing; `InputError` 64 if one is missing, 65 or 66 at what
  ///   is wrong in a file, 73 or 74 if the folder cannot be written or holds another model.
  func correctBias(into folder: String) throws {
    try checkBiasOptions()
    let (topology, start) = try beginning()
    guard let start else { throw InputError(.usage, "--method bias_correction needs --start") }
    let data = try loadData()
    for part in [data.parts.training, data.parts.test] { try topology.check(part, file: data.file) }
    let (spec, training) = (quantization.spec, data.parts.training)
    let hardware = try self.hardware.read(
      spec, .biasCorrection, method.settings(batchSize: 1))
    guard let multiplier = hardware.multiplier?.table else {
      throw InputError(.usage, "--method bias_correction needs --multiplier")
    }
    let calibration = quantization.calibration ?? IntegerPass.calibrationExamples
    let work = ChunkedWork(threads: jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    func model(_ network: Network, _ ranges: ModelUnderTest.Ranges) throws -> ModelUnderTest {
      try ModelUnderTest(
        network: network, training: training, test: data.parts.test, ranges: ranges, spec: spec,
        file: method.start ?? "", work: work)
    }
    let plain = try model(start.network, .calibration(examples: calibration))
    let (integers, count) = plain.integers.correctingBias(for: multiplier, on: training)
    guard let network = plain.folded.takingBiases(of: integers) else {
      throw InputError(
        .badData, at: method.start.map { SourceLocation(file: $0) },
        "has a layer without a bias that could take back the multiplier's error")
    }
    let corrected = try model(network, .given(plain.ranges))
    guard corrected.integers == integers else {
      throw InputError(
        .badData, at: method.start.map { SourceLocation(file: $0) },
        "has a bias that is too large for its integers in single precision")
    }
    let entries: [(key: String, value: String)] =
      [("axtrain_version", Version.text)] + data.origin + [
        ("float_products", FloatProduct.library), ("topology", network.topology.name),
        ("topology_sha256", Digest(of: network.topology.yaml).description),
        ("method", TrainingMethod.biasCorrection.rawValue), ("start_sha256", start.digest),
      ] + hardware.entries + spec.entries(calibrationExamples: calibration)
      + [("bias_examples", "\(count)")]
    try write(
      corrected, to: folder, entries: entries, examples: min(calibration, training.count),
      origin: data.origin)
    let right = [plain, corrected].map {
      $0.correct(IntegerInference($0.integers, multiplier: multiplier), work: work)
    }
    print(
      "\(folder): the multiplier leaves \(right[0]) of \(data.parts.test.count) test examples right, "
        + "\(right[1]) with these biases")
  }

  private func write(
    _ model: ModelUnderTest, to folder: String, entries: [(key: String, value: String)],
    examples: Int, origin: [(key: String, value: String)]
  ) throws {
    let record = entries.map { "\($0.key): \(StrictYAML.scalar($0.value))\n" }.joined()
    let path = "\(folder)/\(TrainingFolder.recordFile)"
    let weights = "\(folder)/\(ModelFolder.weightsFile)"
    guard
      !FileManager.default.fileExists(atPath: weights) || (try? InputFile.text(of: path)) == record
    else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: weights),
        "is there, of another model: name another folder")
    }
    try ModelFolder.write(model.folded, to: folder)
    var origin = Dictionary(origin.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    origin["examples"] = "\(examples)"
    try QuantizationFile(spec: quantization.spec, ranges: model.ranges, origin: origin)
      .write(to: folder)
    try OutputFile.write(record, to: path)
  }

  /// Refuses options of trainings, and of errors, which do nothing here.
  private func checkBiasOptions() throws {
    let name = "--method bias_correction"
    guard method.start != nil, preset == nil, topology == nil else {
      throw InputError(.usage, "\(name) needs --start, and no other beginning")
    }
    // Those of other methods.
    let settings = try method.settings(batchSize: 1)
    let others: [(String, isGiven: Bool)] = [
      ("--seed", seed != nil), ("--seeds", seeds != nil),
      ("--logit-scale", method.logitScale != nil),
      ("--bit-error-rate", hardware.bitErrorRate != nil),
      ("--hardware", hardware.point.accelerator != nil),
    ]
    if let option = training.given ?? others.first(where: \.isGiven)?.0 {
      throw UnusedOption(option, "does nothing with \(name), which trains nothing")
    }
    try hardware.check(.biasCorrection, settings)
    guard (quantization.calibration ?? 1) <= IntegerPass.calibrationExamples else {
      throw InputError(.usage, "--calibration is 1 to \(IntegerPass.calibrationExamples) here")
    }
  }
}

extension TrainingOptions {
  /// The first of these options that is given.
  fileprivate var given: String? {
    let options: [(String, isGiven: Bool)] = [
      ("--epochs", epochs != nil), ("--optimizer", optimizer != nil),
      ("--learning-rate", learningRate != nil), ("--schedule", schedule != nil),
      ("--batch-size", batchSize != nil), ("--momentum", momentum != nil),
      ("--nesterov", nesterov != nil), ("--weight-decay", weightDecay != nil),
      ("--label-smoothing", labelSmoothing != nil), ("--gradient-clip", gradientClip != nil),
      ("--weight-clip", weightClip != nil), ("--average-decay", averageDecay != nil),
      ("--shift", shift != nil), ("--standardize", standardize != nil),
      ("--validation-fraction", validationFraction != nil), ("--patience", patience != nil),
    ]
    return options.first(where: \.isGiven)?.0
  }
}
