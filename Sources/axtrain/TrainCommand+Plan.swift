import Files
import Foundation
import ModelFiles
import Networks
import QuantizedNetworks
import Training

extension TrainCommand {
  /// Resolves and checks the options, and reads what they name.
  ///
  /// - Throws: `InputError` 64 if options do not go together or the method lacks one, 66 or 65 at what
  ///   is missing or wrong in a file.
  func plan() throws -> TrainPlan {
    let method = self.method.chosen
    try checkBeginning()
    try hardware.check(method)
    try checkDrawn()
    let methodSettings = try self.method.settings(batchSize: training.chosenBatchSize)
    let settings = try training.settings(for: method)
    try checkMethod(method, settings)
    let (topology, start) = try beginning()
    let teacher = try teacher(for: topology)
    let data = try data.load()
    for part in [data.parts.training, data.parts.test] { try topology.check(part, file: data.file) }
    let quantized = quantization.spec
    let hardware = try self.hardware.read(quantized, method)
    func plan(
      clipping: NetworkTrainingSettings?, _ settings: NetworkTrainingSettings
    ) -> TrainPlan {
      TrainPlan(
        method: method, methodSettings: methodSettings,
        methodEntries: self.method.entries(methodSettings, drawsRates: hardware.drawn.isEmpty)
          + (teacher?.entries ?? []),
        clipping: clipping, settings: settings, topology: topology, start: start,
        teacher: teacher, quantization: quantized,
        calibrationExamples: quantization.calibration ?? IntegerPass.calibrationExamples,
        hardware: hardware, data: data)
    }
    guard self.method.drawnActivationRates == nil || hardware.buffers != .weights else {
      throw InputError(
        .usage,
        "--drawn-activation-rates does nothing where activations have no errors: give "
          + "--faulty-buffers both")
    }
    guard method.isFineTuning, start == nil else {
      return plan(clipping: nil, try ending(settings))
    }
    let passes = plan(clipping: nil, settings).gradientMethod().passes
    let (first, second) = try stages(settings, passes: passes)
    return plan(clipping: first, second)
  }

  /// Of a budget of passes, those with clipping, then those of the method: as sweeps share them out.
  private func stages(
    _ settings: NetworkTrainingSettings, passes: Int
  ) throws -> (first: NetworkTrainingSettings, second: NetworkTrainingSettings) {
    let budget = training.chosenEpochs
    let pasEpochs = method.pasEpochs ?? max(1, budget / 4)
    guard pasEpochs >= 1, 2 * pasEpochs < budget else {
      throw InputError(
        .usage,
        "--pas-epochs: 2 × \(pasEpochs) passes of the method come after at least one with clipping, "
          + "but --epochs are \(budget)")
    }
    var (first, second) = (settings, settings)
    first.epochs = budget - 2 * pasEpochs
    first.averageDecay = nil
    second.take(passes: 2 * pasEpochs, perStep: passes)
    second.learningRate = method.pasLearningRate ?? settings.learningRate
    if let problem = second.problem { throw InputError(.usage, "--pas-learning-rate: \(problem)") }
    return (first, try ending(second))
  }

  /// The method's settings with the last epochs that the options ask for.
  private func ending(_ settings: NetworkTrainingSettings) throws -> NetworkTrainingSettings {
    var settings = settings
    settings.ending = try method.ending()
    if settings.ending != nil, let problem = settings.problem {
      throw InputError(.usage, "--last-epochs: \(problem)")
    }
    return settings
  }

  /// Refuses rates to draw beside supplies to draw, which have theirs.
  private func checkDrawn() throws {
    guard hardware.drawnSupplies != nil else { return }
    for (option, isGiven) in [
      ("--drawn-rates", method.drawnRates != nil),
      ("--drawn-activation-rates", method.drawnActivationRates != nil),
    ] where isGiven {
      throw InputError(
        .usage, "--drawn-supplies takes the place of \(option): give one of them")
    }
  }

  private func checkBeginning() throws {
    let given = [preset != nil, topology != nil, method.start != nil].count { $0 }
    guard given == 1 else {
      throw InputError(.usage, "give one of --preset, --topology and --start")
    }
  }

  /// Refuses options that the method needs and lacks, or that do nothing for it.
  private func checkMethod(_ method: TrainingMethod, _ settings: NetworkTrainingSettings) throws {
    func fail(_ what: String) -> InputError { InputError(.usage, what) }
    let name = "--method \(method.rawValue)"
    if method == .weightClipping || (method.isFineTuning && self.method.start == nil),
      settings.weightClip == nil
    {
      throw fail(
        "\(name) needs --weight-clip" + (method.isFineTuning ? ", or --start" : ""))
    }
    if self.method.start != nil {
      for (option, isGiven) in [
        ("--pas-epochs", self.method.pasEpochs != nil),
        ("--pas-learning-rate", self.method.pasLearningRate != nil),
      ] where isGiven {
        throw fail(
          "\(option) does nothing with --start: all of --epochs, at --learning-rate, are the method's"
        )
      }
    }
    guard !settings.standardizes || (method == .conventional && self.method.start == nil) else {
      throw fail("--standardize goes with --method conventional and random weights only")
    }
    let isQuantized = method.usesProducts || method.usesWeightNoise || hardware.hasErrors
    guard isQuantized || !quantization.isGiven else {
      throw fail("options of quantization do nothing with \(name) without errors")
    }
    guard (quantization.calibration ?? 1) <= IntegerPass.calibrationExamples else {
      throw fail("--calibration is 1 to \(IntegerPass.calibrationExamples) in training")
    }
  }

  /// The topology, with the logit scale that is asked for, and the network of `--start`.
  func beginning() throws -> (
    topology: NetworkTopology, start: (network: Network, digest: String)?
  ) {
    func scaled(_ topology: NetworkTopology) -> NetworkTopology {
      method.logitScale.map { topology.scalingLogits(by: .fixed($0)) } ?? topology
    }
    if let preset { return (scaled(try preset.topology()), nil) }
    if let topology { return (scaled(try TopologyReader.read(contentsOf: topology)), nil) }
    guard let folder = method.start else {
      throw InputError(.usage, "give one of --preset, --topology and --start")
    }
    try TrainedModel.check(folder)
    let network = try ModelFolder.read(folder)
    guard !network.topology.learnsLogitScale || method.logitScale == nil else {
      throw InputError(
        .usage, "--logit-scale: \(folder) has a learned one, which stays a parameter")
    }
    let topology = scaled(network.topology)
    return (
      topology,
      (
        Network(
          topology: topology, parameters: network.parameters, statistics: network.statistics),
        try TrainRun.digest(ofModel: folder)
      )
    )
  }
}
