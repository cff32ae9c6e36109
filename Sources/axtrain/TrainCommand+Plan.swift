import Files
import Foundation
import ModelFiles
import Networks
import QuantizedNetworks
import Training

extension TrainCommand {
  /// Resolves and checks the options, and reads what they name.
  ///
  /// - Throws: `UnusedOption` if one does nothing; `InputError` 64 if options do not go together or the
  ///   method lacks one, 66 or 65 at what is missing or wrong in a file.
  func plan() throws -> TrainPlan {
    let method = self.method.chosen
    try checkBeginning()
    var methodSettings = try self.method.settings(batchSize: training.chosenBatchSize)
    methodSettings.lastProducts = try lastProducts(methodSettings)
    try hardware.check(method, methodSettings)
    try checkDrawn()
    let settings = try training.settings(for: method, methodSettings)
    try checkMethod(method, settings, methodSettings)
    let (topology, start) = try beginning(without: methodSettings.without)
    try checkRandomStart(topology)
    let teacher = try teacher(for: topology)
    let data = try loadData()
    for part in [data.parts.training, data.parts.test] { try topology.check(part, file: data.file) }
    let quantized = quantization.spec
    let hardware = try self.hardware.read(quantized, method, methodSettings)
    func plan(
      clipping: NetworkTrainingSettings?, _ settings: NetworkTrainingSettings
    ) -> TrainPlan {
      TrainPlan(
        method: method, methodSettings: methodSettings,
        methodEntries: self.method.entries(methodSettings, drawsSupplies: !hardware.drawn.isEmpty)
          + (teacher?.entries ?? []),
        clipping: clipping, settings: settings, topology: topology, start: start,
        startBiases: self.method.startBiases ?? .trained,
        teacher: teacher, quantization: quantized,
        calibrationExamples: quantization.calibration ?? IntegerPass.calibrationExamples,
        hardware: hardware, data: data)
    }
    guard
      self.method.drawnActivationRates == nil || hardware.buffers != .weights
        || !methodSettings.drawsRates(method)
    else {
      throw UnusedOption(
        "--drawn-activation-rates",
        "does nothing where activations have no errors: give --faulty-buffers both")
    }
    guard method.isFineTuning, start == nil else {
      return plan(clipping: nil, try ending(settings))
    }
    let passes = plan(clipping: nil, settings).gradientMethod().passes
    let (first, second) = try stages(settings, passes: passes)
    return plan(clipping: first, second)
  }

  /// Refuses fine-tuning from random weights of a network with batch normalization, which would have
  /// folded it before it has learned anything.
  private func checkRandomStart(_ topology: NetworkTopology) throws {
    let method = self.method.chosen
    guard method.isFineTuning, self.method.start == nil, let pasEpochs = self.method.pasEpochs,
      2 * pasEpochs == training.chosenEpochs, !topology.statistics.isEmpty
    else { return }
    throw InputError(
      .usage,
      "--pas-epochs: \(topology.name) has batch normalization, which \(method.rawValue) folds: it "
        + "cannot begin with random weights; lower --pas-epochs")
  }

  /// Of a budget of passes, those with clipping, then those of the method: as sweeps share them out.
  ///
  /// - Returns: no first stage where the method has the whole budget.
  private func stages(
    _ settings: NetworkTrainingSettings, passes: Int
  ) throws -> (first: NetworkTrainingSettings?, second: NetworkTrainingSettings) {
    let (budget, pasEpochs) = (training.chosenEpochs, chosenPASEpochs)
    // Random weights are begun with where that is asked for.
    guard pasEpochs >= 1,
      2 * pasEpochs < budget || (2 * pasEpochs == budget && method.pasEpochs != nil)
    else {
      throw InputError(
        .usage,
        "--pas-epochs: the method takes 2 × \(pasEpochs) passes, of the \(budget) of --epochs"
          + (method.pasEpochs == nil
            ? ", after at least one with clipping: give more --epochs" : ""))
    }
    var (first, second) = (settings, settings)
    first.epochs = budget - 2 * pasEpochs
    first.averageDecay = nil
    second.take(passes: 2 * pasEpochs, perStep: passes)
    second.learningRate = method.pasLearningRate ?? settings.learningRate
    if let problem = second.problem { throw InputError(.usage, "--pas-learning-rate: \(problem)") }
    return (first.epochs > 0 ? first : nil, try ending(second, perStep: passes))
  }

  /// The method's epochs of two passes a step, of networks that begin with random weights.
  private var chosenPASEpochs: Int { method.pasEpochs ?? max(1, training.chosenEpochs / 4) }

  /// How much of the recipe's training, at its end, runs through the multiplier's products; nil: all.
  ///
  /// - Throws: `InputError` 64 if these are more epochs than it has, or what other options ask for
  ///   leaves no exact products before them; `UnusedOption` if there are no others.
  private func lastProducts(
    _ settings: MethodSettings
  ) throws -> NetworkTrainingSettings.Part? {
    guard let last = method.tableEpochs else { return nil }
    let all = method.start == nil ? chosenPASEpochs : training.chosenEpochs
    guard (1...max(1, all)).contains(last) else {
      throw InputError(
        .usage,
        "--table-epochs: \(last) is outside 1 … \(all), the epochs that axtrain has")
    }
    guard hardware.multiplier != nil, !settings.without.contains(.products) else {
      throw UnusedOption("--table-epochs", "does nothing where all products are exact")
    }
    guard last < all else { return nil }
    guard (training.validationFraction ?? 0) == 0, training.patience == nil else {
      throw InputError(
        .usage,
        "--table-epochs: a validation part may choose an epoch before these, and patience end the "
          + "training there: leave --validation-fraction and --patience out")
    }
    guard hardware.timingErrors != .transition else {
      throw InputError(
        .usage,
        "--table-epochs: with --timing-errors transition dies capture products in every epoch")
    }
    guard method.startBiases != .corrected else {
      throw InputError(
        .usage,
        "--table-epochs: epochs before these run through exact products, which --start-biases "
          + "corrected is wrong for: give one of them")
    }
    return NetworkTrainingSettings.Part(last, of: all)
  }

  /// The method's settings with the last epochs that the options ask for.
  ///
  /// - Parameter passes: of a step, where epochs of two passes a step are asked for.
  private func ending(
    _ settings: NetworkTrainingSettings, perStep passes: Int = 2
  ) throws -> NetworkTrainingSettings {
    var settings = settings
    settings.ending = try method.ending().map {
      NetworkTrainingSettings.ending($0, perStep: passes)
    }
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
  private func checkMethod(
    _ method: TrainingMethod, _ settings: NetworkTrainingSettings, _ methodSettings: MethodSettings
  ) throws {
    func fail(_ what: String) -> InputError { InputError(.usage, what) }
    let name = "--method \(method.rawValue)"
    if method == .weightClipping || (method.isFineTuning && self.method.start == nil),
      settings.weightClip == nil, !methodSettings.without.contains(.clipping)
    {
      throw fail(
        "\(name) needs --weight-clip" + (method.isFineTuning ? ", or --start" : ""))
    }
    if self.method.start != nil {
      for (option, isGiven) in [
        ("--pas-epochs", self.method.pasEpochs != nil),
        ("--pas-learning-rate", self.method.pasLearningRate != nil),
      ] where isGiven {
        throw UnusedOption(
          option,
          "does nothing with --start: all of --epochs, at --learning-rate, are the method's")
      }
    }
    if self.method.startBiases == .corrected {
      guard hardware.multiplier != nil, !methodSettings.without.contains(.products) else {
        throw fail(
          "--start-biases corrected needs --multiplier, and its products: exact ones add nothing")
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

  /// The dataset and its split, of a model that training begins with its own unless given.
  ///
  /// - Throws: as `TrainingData.load`, and `InputError` 65 if the model's record cannot be read.
  func loadData() throws -> TrainingData.Loaded {
    try data.load(splitAs: method.start.flatMap { try ModelRecord(folder: $0) })
  }

  /// The topology, with the logit scale that is asked for, and the network of `--start`.
  ///
  /// - Parameter ingredients: that the recipe leaves out: without a logit scale logits are multiplied
  ///   by 1.
  func beginning(without ingredients: Set<RecipeIngredient> = []) throws -> (
    topology: NetworkTopology, start: (network: Network, digest: String)?
  ) {
    let (scale, option) =
      ingredients.contains(.logitScale)
      ? (1, "--without logit_scale") : (method.logitScale, "--logit-scale")
    func scaled(_ topology: NetworkTopology) -> NetworkTopology {
      scale.map { topology.scalingLogits(by: .fixed($0)) } ?? topology
    }
    if let preset { return (scaled(try preset.topology()), nil) }
    if let topology { return (scaled(try TopologyReader.read(contentsOf: topology)), nil) }
    guard let folder = method.start else {
      throw InputError(.usage, "give one of --preset, --topology and --start")
    }
    try TrainedModel.check(folder)
    let network = try ModelFolder.read(folder)
    guard !network.topology.learnsLogitScale || scale == nil else {
      throw InputError(
        .usage, "\(option): \(folder) has a learned one, which stays a parameter")
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
