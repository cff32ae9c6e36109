import ErrorTables
import Networks
import QuantizedNetworks
import Training

extension NetworkEvaluator {
  /// All that a fine-tuned network follows from, beside what all points share.
  struct TuningKey: Hashable, Sendable {
    let method: TrainingMethod
    let seed: UInt64
    /// Nil where the method does not see the multiplier.
    let multiplier: Int?
    /// Nil where the method sees no integers.
    let words: QuantizationSpec?
    /// Nil where the method sees no errors.
    let errors: HardwareErrors?
  }

  /// A fine-tuned network in the words of a multiplier.
  struct FinishedKey: Hashable, Sendable {
    let tuning: TuningKey
    let words: QuantizationSpec
  }

  /// A trained network, in floating point without batch normalization, and in integers.
  struct EvaluatedNetwork: Sendable {
    let float: Network
    let integers: IntegerNetwork
  }

  /// The networks that a point is evaluated with, one a training seed: trained for these errors where
  /// the method asks for it.
  func networks(
    for point: DesignPoint, errors: HardwareErrors
  ) throws -> [EvaluatedNetwork] {
    let seeds = inputs.setup.training.seeds
    // Points that wait for the same networks at the same time train different ones.
    let first = (positions[point] ?? 0) % seeds.count
    var networks: [UInt64: EvaluatedNetwork] = [:]
    for index in seeds.indices {
      let seed = seeds[(first + index) % seeds.count]
      networks[seed] = try network(for: point, errors: errors, seed: seed)
    }
    return seeds.compactMap { networks[$0] }
  }

  /// What a method sees of the hardware.
  private enum Sight {
    case nothing
    case words
    case multiplier
  }

  private func network(
    for point: DesignPoint, errors: HardwareErrors, seed: UInt64
  ) throws -> EvaluatedNetwork {
    let choice = inputs.setup.training
    let multiplier = inputs.multipliers[point.multiplier]
    let words = multiplier.quantization
    let integers = IntegerPass(
      multiplier: multiplier.table, spec: words, accumulator: inputs.accelerator.accumulator,
      calibration: inputs.training)
    func key(_ sight: Sight, _ errors: HardwareErrors?) -> TuningKey {
      TuningKey(
        method: point.method, seed: seed,
        multiplier: sight == .multiplier ? point.multiplier : nil,
        words: sight == .nothing ? nil : words, errors: errors)
    }
    func tuned(
      _ method: some GradientMethod, sees sight: Sight = .multiplier,
      errors: HardwareErrors? = nil, averages: Bool = false
    ) throws -> EvaluatedNetwork {
      let key = key(sight, errors)
      return try finished.value(for: FinishedKey(tuning: key, words: words)) {
        let network = try self.tuned.value(for: key) {
          try tune(seed, method, averageDecay: averages ? choice.averageDecay : nil)
        }
        return EvaluatedNetwork(float: network, integers: try inputs.quantized(network, words))
      }
    }
    switch point.method {
    case .conventional: return try baseline(.conventional, seed, words)
    case .weightClipping: return try baseline(.weightClipping, seed, words)
    case .biasCorrection:
      let key = FinishedKey(tuning: key(.multiplier, nil), words: words)
      return try finished.value(for: key) { try biasCorrected(seed, multiplier) }
    case .quantizationAware: return try tuned(QuantizationAware(integers))
    case .differenceGradient:
      return try tuned(DifferenceGradient(integers, window: choice.gradientWindow))
    case .distillation:
      return try tuned(
        Distillation(
          integers, teacher: try inputs.folded(baselines[.conventional, seed]),
          temperature: choice.distillation.temperature, share: choice.distillation.share))
    case .twoPointNoise:
      let seen = HardwareErrors(weightBitErrorRate: errors.weightBitErrorRate)
      return try tuned(
        TwoPointNoise(integers, bitErrorRate: errors.weightBitErrorRate), sees: .words,
        errors: seen)
    case .sharpnessAware:
      return try tuned(
        SharpnessAware(radius: choice.sharpnessRadius), sees: .nothing, averages: true)
    case .pas: return try tuned(PAS(integers, errors: errors), errors: errors)
    case .act:
      let seen = HardwareErrors(weightBitErrorRate: errors.weightBitErrorRate)
      return try tuned(act(integers, errors), sees: .words, errors: seen)
    case .actPAS:
      return try tuned(
        ActPAS(act(integers, errors), PAS(integers, errors: errors)), errors: errors)
    case .axtrain:
      // Rates are drawn, so the point's own do not matter: only which buffers err.
      let buffers = point.bitErrorRate == nil ? .both : inputs.setup.faultyBuffers
      let shared = errors.replacingRates(
        weights: buffers == .activations ? 0 : 1, activations: buffers == .weights ? 0 : 1)
      return try tuned(
        PAS(integers, errors: shared, drawnRates: choice.drawnRates), errors: shared,
        averages: true)
    }
  }

  /// The clipped network of a seed, its biases moved by what the multiplier adds on training examples.
  private func biasCorrected(
    _ seed: UInt64, _ multiplier: EvaluationInputs.Multiplier
  ) throws -> EvaluatedNetwork {
    let network = try baseline(.weightClipping, seed, multiplier.quantization)
    let count = min(EvaluationInputs.stimulusImages, inputs.training.count)
    let words = network.integers.words(of: inputs.training.selecting(Array(0..<count)))
    return EvaluatedNetwork(
      float: network.float,
      integers: network.integers.correctingBias(
        for: multiplier.table, inputs: words, count: count))
  }

  private func baseline(
    _ kind: BaselineKind, _ seed: UInt64, _ words: QuantizationSpec
  ) throws -> EvaluatedNetwork {
    EvaluatedNetwork(
      float: try inputs.folded(baselines[kind, seed]), integers: quantized(kind, seed, words))
  }

  private func act(_ integers: IntegerPass, _ errors: HardwareErrors) -> Act {
    Act(
      integers, strength: inputs.setup.training.actStrength,
      bitErrorRate: errors.weightBitErrorRate)
  }

  /// Fine-tunes the clipped network of a seed, for as many passes as every method has, or fewer where
  /// these are no whole epochs.
  private func tune(
    _ seed: UInt64, _ method: some GradientMethod, averageDecay: Float?
  ) throws -> Network {
    let choice = inputs.setup.training
    let settings = NetworkTrainingSettings(
      epochs: max(1, 2 * choice.pasEpochs / method.passes), batchSize: choice.batchSize,
      optimizer: .adam, learningRate: choice.pasLearningRate, schedule: .linear,
      weightClip: choice.weightClip, averageDecay: averageDecay)
    let start = try inputs.folded(baselines[.pasStart, seed])
    let trainer = try inputs.trainer(
      start.topology, settings, seed: seed, method: method, stage: .fineTuning)
    return try trainer.train(from: start).network
  }
}
