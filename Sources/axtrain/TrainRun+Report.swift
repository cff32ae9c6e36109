import Datasets
import Files
import ModelFiles
import NetworkEvaluation
import Networks
import QuantizedNetworks
import Randomness
import Reporting
import Training

extension TrainRun {
  static let sensitivityFile = "sensitivity.csv"
  static let landscapeFile = "landscape.csv"
  static let errorRatesFile = "error_rates.csv"
  /// Test examples of the curves against error rates, at most.
  private static let judgingExamples = 1_000

  /// Files that the folder has beside those of every training.
  var extraFiles: [String] {
    guard plan.isQuantized else { return [] }
    return [QuantizationFile.name]
      + (plan.hardware.reportsSensitivity(of: plan.method)
        ? [Self.sensitivityFile, Self.landscapeFile, Self.errorRatesFile] : [])
  }

  /// A network in the integers that it is trained for, ranges measured on the training part, and some
  /// test examples.
  ///
  /// - Parameter correction: that ranges are measured without.
  func judged(_ network: Network, _ correction: BiasCorrection) throws -> ModelUnderTest {
    let parts = plan.data.parts
    var stream = RandomStream(seed: seed, purpose: .sensitivityExamples, index: 1)
    let chosen = stream.permutation(of: parts.test.count).prefix(Self.judgingExamples)
    func model(_ network: Network, _ ranges: ModelUnderTest.Ranges) throws -> ModelUnderTest {
      try ModelUnderTest(
        network: network, training: parts.training, test: parts.test.selecting(Array(chosen)),
        ranges: ranges, spec: plan.quantization, file: path, work: work)
    }
    let plain = try model(
      correction.removed(from: network), .calibration(examples: plan.calibrationExamples))
    return correction == .none ? plain : try model(network, .given(plain.ranges))
  }

  /// Keeps the quantization that the network was trained for beside it: `axtrain evaluate` takes it.
  func writeQuantization(of model: ModelUnderTest) throws {
    let count = plan.data.parts.training.count
    var origin = Dictionary(plan.data.origin.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    origin["examples"] = "\(min(plan.calibrationExamples, count))"
    try QuantizationFile(spec: plan.quantization, ranges: model.ranges, origin: origin)
      .write(to: path)
  }

  /// Writes what errors of the hardware do before and after the training, as tables and on the page.
  ///
  /// - Parameters:
  ///   - correction: that gradients in floating point are taken without.
  ///   - point: that the weights' noise is that of.
  func writeReport(
    from start: ModelUnderTest, to result: ModelUnderTest, without correction: BiasCorrection,
    at point: TrainHardware.Point, state: NetworkTrainingState, _ folder: TrainingFolder
  ) throws {
    let rate = point.weightBitErrorRate ?? 0
    func noisy(_ model: ModelUnderTest) -> NoisyNetwork {
      NoisyNetwork(
        correction.removed(from: model.folded), as: model.integers, on: plan.integers,
        bitErrorRate: rate,
        timing: point.timing, work: work)
    }
    let study = SensitivityStudy(
      before: noisy(start), after: noisy(result), on: plan.data.parts.training,
      batchSize: plan.settings.batchSize, seed: seed, work: work)
    let accuracies = ErrorRateCurve(
      before: start, after: result, multiplier: plan.multiplier,
      accumulator: plan.hardware.accumulator, work: work
    ).table
    try OutputFile.write(study.layers.csv, to: "\(path)/\(Self.sensitivityFile)")
    try OutputFile.write(study.curves.csv, to: "\(path)/\(Self.landscapeFile)")
    try OutputFile.write(accuracies.csv, to: "\(path)/\(Self.errorRatesFile)")
    try writePage(
      of: state, to: folder,
      TrainingPage.Sensitivity(
        bitErrorRate: rate, layers: study.layers, curves: study.curves, accuracies: accuracies))
  }

  func writePage(
    of state: NetworkTrainingState, to folder: TrainingFolder,
    _ sensitivity: TrainingPage.Sensitivity? = nil
  ) throws {
    guard let record = state.resultRecord else { return }
    let page = TrainingPage(
      title: "\(plan.topology.name) on \(plan.data.name)",
      lead: "Seed \(seed): test accuracy "
        + "\(CellValue.format(record.test.accuracyPercent, digits: 4)) % of "
        + "\(record.test.count) examples, with the weights of epoch \(record.epoch) of "
        + "\(state.epoch).",
      history: EpochRecord.table(state.history),
      sensitivity: sensitivity)
    try OutputFile.write(page.html, to: "\(folder.path)/curves.html")
  }
}
