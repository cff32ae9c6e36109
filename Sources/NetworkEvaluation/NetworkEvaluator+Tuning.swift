import ErrorTables
import Files
import Networks
import Quantities
import QuantizedNetworks
import Training

extension NetworkEvaluator {
  /// All that a fine-tuned network follows from, beside what all points share.
  struct TuningKey: Hashable, Sendable {
    let method: TrainingMethod
    /// Of the recipe: what it leaves out.
    var without: RecipeIngredient?
    /// Trained where correcting them would change nothing.
    var startBiases = StartBiases.trained
    let seed: UInt64
    /// Nil where the method does not see the multiplier.
    let multiplier: Int?
    /// Nil where the method sees no integers.
    let words: QuantizationSpec?
    /// Nil where the method sees no errors.
    let errors: HardwareErrors?
    /// Nil where the method sees no rails and clock.
    var conditions: ExternalTask.Conditions?
    /// The operating point whose dies capture the products of training; nil where they do not.
    var capture: TransitionKey?
    /// The operating points that each step draws one of, in the place of `errors` and `capture`; empty
    /// where it draws none.
    var drawn: [DrawnPoint] = []
  }

  /// A fine-tuned network in the words of a multiplier.
  struct FinishedKey: Hashable, Sendable {
    let tuning: TuningKey
    let words: QuantizationSpec
  }

  /// A fine-tuned network, and what its training found beside it.
  struct TunedNetwork: Sendable {
    let network: Network
    /// The words of a searched window of the difference gradient; nil: none is searched.
    var gradientWindow: Int?
    /// What its biases hold since the start.
    var correction = BiasCorrection.none
  }

  /// A trained network, in floating point without batch normalization, and in integers.
  struct EvaluatedNetwork: Sendable {
    let key: FinishedKey
    /// Without what biases take back of a multiplier's error.
    let float: Network
    let integers: IntegerNetwork
    /// As of `TunedNetwork`.
    var gradientWindow: Int?
  }

  /// The networks that a point is evaluated with, one a training seed: trained for these errors where
  /// the method asks for it.
  ///
  /// - Throws: `InputError` 65 if a training diverges or a trainer fails, 75 if that was stopped.
  func networks(
    for point: DesignPoint, errors: HardwareErrors, clockPeriod: Delay
  ) throws -> [EvaluatedNetwork] {
    let seeds = inputs.setup.training.seeds
    // Points that wait for the same networks at the same time train different ones.
    let first = (positions[point] ?? 0) % seeds.count
    var networks: [UInt64: EvaluatedNetwork] = [:]
    // All seeds train on the same tables.
    var held: HeldTables = [:]
    for index in seeds.indices {
      let seed = seeds[(first + index) % seeds.count]
      networks[seed] = try network(
        for: point, errors: errors, clockPeriod: clockPeriod, seed: seed, holding: &held)
    }
    return seeds.compactMap { networks[$0] }
  }

  private func network(
    for point: DesignPoint, errors: HardwareErrors, clockPeriod: Delay, seed: UInt64,
    holding held: inout HeldTables
  ) throws -> EvaluatedNetwork {
    let multiplier = inputs.multipliers[point.multiplier]
    let words = multiplier.quantization
    switch point.method {
    case .conventional: return try baseline(.conventional, seed, words)
    case .weightClipping: return try baseline(.weightClipping, seed, words)
    default: break
    }
    let drawn = try drawnPoints(of: point)
    let capture = drawn.isEmpty ? try trainingCapture(of: point, clockPeriod: clockPeriod) : nil
    // What chips capture is not drawn; act's penalty weighs what was counted.
    let seen =
      drawn.isEmpty
      ? seenErrors(point, errors).map {
        capturesProducts(point.method) && !point.method.usesPenalty
          ? $0.replacingTiming(.none) : $0
      } : nil
    var key = TuningKey(
      method: point.method, without: point.without, seed: seed,
      multiplier: (point.method.usesProducts && point.without != .products)
        || (point.method.usesPenalty && !multiplier.table.isExact) ? point.multiplier : nil,
      words: point.method.usesProducts || point.method.usesWeightNoise ? words : nil,
      errors: seen)
    if !multiplier.table.isExact { key.startBiases = point.startBiases }
    if point.method == .external {
      key.conditions = ExternalTask.Conditions(
        point, modelsMemory: inputs.setup.modelsMemory, clockPeriod: clockPeriod)
    }
    key.capture = capture?.key
    key.drawn = drawn.map { DrawnPoint(errors: $0.errors, capture: $0.capture?.key) }
    let captures = drawn.isEmpty ? [capture] : drawn.map(\.capture)
    let finishedKey = FinishedKey(tuning: key, words: words)
    return try finished.value(for: finishedKey) { [key] in
      if point.method == .biasCorrection {
        return try biasCorrected(seed, multiplier, finishedKey)
      }
      let tuned = try tuned.value(for: key) {
        try Self.outcome {
          if let conditions = key.conditions {
            return TunedNetwork(
              network: try trainedExternally(
                multiplier, seen ?? HardwareErrors(), conditions, seed))
          }
          let (start, correction) = try start(of: key, multiplier)
          var tuned = try tune(key, from: start, captures, holding: &held) { chips, window in
            try method(key, multiplier, correction, chips: chips, window: window)
          }
          tuned.correction = correction
          return tuned
        }
      }.get()
      return EvaluatedNetwork(
        key: finishedKey, float: tuned.correction.removed(from: tuned.network),
        integers: try inputs.quantized(tuned.network, [words], without: tuned.correction)[0],
        gradientWindow: tuned.gradientWindow)
    }
  }

  /// A network, or why the training would fail for every point that shares it and at every try.
  ///
  /// - Throws: what may pass: a stop, a full disk.
  private static func outcome(
    _ training: () throws -> TunedNetwork
  ) throws -> Result<TunedNetwork, InputError> {
    do {
      return .success(try training())
    } catch let error as InputError where error.status == .badData {
      return .failure(error)
    }
  }

  /// What a method trains for, of a point's errors; nil: none.
  private func seenErrors(_ point: DesignPoint, _ errors: HardwareErrors) -> HardwareErrors? {
    let settings = inputs.setup.training.methodSettings.leavingOut(point.without)
    if settings.drawsRates(point.method) {
      // Rates are drawn, so the point's own do not matter: only which buffers err.
      let buffers = point.bitErrorRate == nil ? .both : inputs.setup.faultyBuffers
      return errors.replacingRates(
        weights: buffers == .activations ? 0 : 1, activations: buffers == .weights ? 0 : 1)
    }
    guard settings.usesErrors(point.method) else { return nil }
    let factor = point.method.usesRateFactor ? inputs.setup.training.rateFactor : 1
    return point.method.drawsErrors
      ? errors.scalingRates(by: factor)
      : HardwareErrors(
        timing: point.method.usesTimingErrors ? errors.timing : .none,
        weightBitErrorRate: errors.weightBitErrorRate)
  }

  /// Passes through a multiplier, of networks that take nothing of its error back.
  func integers(_ multiplier: EvaluationInputs.Multiplier) -> IntegerPass {
    IntegerPass(
      multiplier: multiplier.table, spec: multiplier.quantization,
      accumulator: inputs.accelerator.accumulator, calibration: inputs.training)
  }

  /// The network that a method fine-tunes, and what its biases take back.
  ///
  /// - Throws: `InputError` 65 if its training diverged, or its biases cannot be corrected.
  private func start(
    of key: TuningKey, _ multiplier: EvaluationInputs.Multiplier
  ) throws -> (network: Network, correction: BiasCorrection) {
    let start = try inputs.folded(baselines.network(.start(without: key.without), key.seed))
    switch key.startBiases {
    case .trained: return (start, .none)
    case .corrected:
      let corrected = try integers(multiplier).correctingBiases(
        of: start, weightClip: weightClip(without: key.without), on: inputs.training)
      return (corrected.network, corrected.correction)
    }
  }

  /// The limit that fine-tuning keeps weights in; nil: any.
  private func weightClip(without ingredient: RecipeIngredient?) -> Float? {
    ingredient == .clipping ? nil : inputs.setup.training.weightClip
  }

  /// - Parameters:
  ///   - correction: of the network that training begins with.
  ///   - chips: one for each of the operating points of the training.
  ///   - window: that was searched; nil: that of the setup.
  private func method(
    _ key: TuningKey, _ multiplier: EvaluationInputs.Multiplier,
    _ correction: BiasCorrection = .none, chips: [TrainingChips?], window: Int? = nil
  ) throws -> any GradientMethod {
    let (choice, method) = (inputs.setup.training, key.method)
    let integers = integers(multiplier).taking(correction)
    if method == .distillation {
      return Distillation(
        integers, teacher: try inputs.folded(baselines.network(.conventional, key.seed)),
        temperature: choice.distillation.temperature, share: choice.distillation.share)
    }
    var settings = choice.methodSettings.leavingOut(key.without)
    if let window { settings.gradientWindow = .words(window) }
    return method.gradientMethod(
      settings, integers: integers, errors: key.errors ?? HardwareErrors(),
      drawsTiming: !capturesProducts(method), chips: key.drawn.isEmpty ? chips[0] : nil,
      drawnPoints: zip(key.drawn, chips).map { TrainingPoint(errors: $0.errors, chips: $1) })
  }

  /// The clipped network of a seed, its biases moved by what the multiplier adds on training examples.
  private func biasCorrected(
    _ seed: UInt64, _ multiplier: EvaluationInputs.Multiplier, _ key: FinishedKey
  ) throws -> EvaluatedNetwork {
    let network = try baseline(.weightClipping, seed, multiplier.quantization)
    return EvaluatedNetwork(
      key: key, float: network.float,
      integers: network.integers.correctingBias(for: multiplier.table, on: inputs.training).network)
  }

  func baseline(
    _ kind: BaselineKind, _ seed: UInt64, _ words: QuantizationSpec
  ) throws -> EvaluatedNetwork {
    let key = TuningKey(
      method: kind == .conventional ? .conventional : .weightClipping, seed: seed, multiplier: nil,
      words: nil, errors: nil)
    return EvaluatedNetwork(
      key: FinishedKey(tuning: key, words: words),
      float: try inputs.folded(baselines.network(kind, seed)),
      integers: try quantized(kind, seed, words))
  }

  /// Passes over the training part, forward and backward, that each network of a point took, from
  /// random weights or the given network on; nil where a command took some of them.
  func trainingPasses(of point: DesignPoint) throws -> Double? {
    let choice = inputs.setup.training
    guard point.method != .external else { return nil }
    guard point.method.isFineTuning else {
      let isGiven = point.method == .conventional && inputs.givenNetwork != nil
      return isGiven ? 0 : Double(choice.epochs)
    }
    let method = try method(
      TuningKey(
        method: point.method, without: point.without, seed: choice.seeds[0], multiplier: nil,
        words: nil, errors: nil),
      inputs.multipliers[point.multiplier], chips: [nil])
    return Double(choice.startEpochs)
      + tuning(method, by: point.method, without: point.without).passes(
        over: inputs.training.count, perStep: method.passes)
  }

  /// How a method fine-tunes: for as many passes as every other one.
  private func tuning(
    _ method: any GradientMethod, by name: TrainingMethod, without ingredient: RecipeIngredient?
  ) -> NetworkTrainingSettings {
    let choice = inputs.setup.training
    var settings = NetworkTrainingSettings(
      epochs: choice.pasEpochs, batchSize: choice.batchSize,
      optimizer: .adam, learningRate: choice.pasLearningRate, schedule: .linear,
      weightClip: weightClip(without: ingredient),
      averageDecay: choice.methodSettings.leavingOut(ingredient).averagesWeights(name)
        ? choice.averageDecay : nil)
    settings.take(passes: 2 * choice.pasEpochs, perStep: method.passes)
    if name == .axtrain, let ending = choice.recipeEnding {
      settings.ending = NetworkTrainingSettings.ending(ending, perStep: method.passes)
    }
    return settings
  }

  /// Fine-tunes a network, or takes the result from the store.
  ///
  /// - Parameters:
  ///   - start: of the key.
  ///   - captures: one for each operating point of the training.
  ///   - held: gets the tables of those that are trained on.
  ///   - methodOn: that captures products on these chips, or draws all errors; with a window that was
  ///     searched, or that of the setup.
  private func tune(
    _ key: TuningKey, from start: Network, _ captures: [TrainingCapture?],
    holding held: inout HeldTables,
    _ methodOn: ([TrainingChips?], _ window: Int?) throws -> any GradientMethod
  ) throws -> TunedNetwork {
    let noChips = captures.map { _ in nil as TrainingChips? }
    let settings = tuning(try methodOn(noChips, nil), by: key.method, without: key.without)
    let stored = networkStore.key(of: identity(of: key, settings, captures))
    func prepared(_ chips: [TrainingChips?], window: Int?) throws -> any GradientMethod {
      try methodOn(chips, window).prepared(
        for: start, settings: settings, seed: key.seed, work: .serial)
    }
    var window: Int?
    if key.method == .differenceGradient, inputs.setup.training.searchesGradientWindow {
      window = try networkStore.gradientWindow(stored) {
        guard let found = try prepared(noChips, window: nil) as? DifferenceGradient,
          let words = found.window.words
        else { preconditionFailure("a difference gradient has a window") }
        return words
      }
    }
    let network = try networkStore.network(stored, like: start) {
      let trainer = try inputs.trainer(
        start.topology, settings, seed: key.seed,
        method: prepared(trainingChips(captures, holding: &held), window: window),
        stage: inputs.fineTunesRandomWeights ? .training : .fineTuning)
      let network = try trainer.train(from: start).network
      try trainer.check(network, from: start)
      return network
    }
    return TunedNetwork(network: network, gradientWindow: window)
  }
}
