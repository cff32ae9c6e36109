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
    /// Nil where the method sees no errors.
    let errors: HardwareErrors?
  }

  /// The networks that a point is evaluated with, one a training seed: trained for these errors where
  /// the method asks for it.
  func networks(
    for point: DesignPoint, errors: HardwareErrors
  ) throws -> [IntegerNetwork] {
    let seeds = inputs.setup.training.seeds
    // Points that wait for the same networks at the same time train different ones.
    let first = (positions[point] ?? 0) % seeds.count
    var networks: [UInt64: IntegerNetwork] = [:]
    for index in seeds.indices {
      let seed = seeds[(first + index) % seeds.count]
      networks[seed] = try network(for: point, errors: errors, seed: seed)
    }
    return seeds.compactMap { networks[$0] }
  }

  private func network(
    for point: DesignPoint, errors: HardwareErrors, seed: UInt64
  ) throws -> IntegerNetwork {
    let choice = inputs.setup.training
    let integers = IntegerPass(
      multiplier: inputs.multipliers[point.multiplier].table, spec: inputs.quantization,
      accumulator: inputs.accelerator.accumulator, calibration: inputs.training)
    func tuned(
      _ method: some GradientMethod, seesMultiplier: Bool = true, errors: HardwareErrors? = nil,
      averages: Bool = false
    ) throws -> IntegerNetwork {
      let key = TuningKey(
        method: point.method, seed: seed, multiplier: seesMultiplier ? point.multiplier : nil,
        errors: errors)
      return try self.tuned.value(for: key) {
        try tune(seed, method, averageDecay: averages ? choice.averageDecay : nil)
      }
    }
    switch point.method {
    case .conventional: return quantized(.conventional, seed)
    case .weightClipping: return quantized(.weightClipping, seed)
    case .quantizationAware: return try tuned(QuantizationAware(integers))
    case .sharpnessAware:
      return try tuned(
        SharpnessAware(radius: choice.sharpnessRadius), seesMultiplier: false, averages: true)
    case .pas: return try tuned(PAS(integers, errors: errors), errors: errors)
    case .act:
      let seen = HardwareErrors(weightBitErrorRate: errors.weightBitErrorRate)
      return try tuned(act(integers, errors), seesMultiplier: false, errors: seen)
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

  private func act(_ integers: IntegerPass, _ errors: HardwareErrors) -> Act {
    Act(
      integers, strength: inputs.setup.training.actStrength,
      bitErrorRate: errors.weightBitErrorRate)
  }

  /// Fine-tunes the clipped network of a seed, for as many passes as every method has, or fewer where
  /// these are no whole epochs.
  private func tune(
    _ seed: UInt64, _ method: some GradientMethod, averageDecay: Float?
  ) throws -> IntegerNetwork {
    let choice = inputs.setup.training
    let settings = NetworkTrainingSettings(
      epochs: max(1, 2 * choice.pasEpochs / method.passes), batchSize: choice.batchSize,
      optimizer: .adam, learningRate: choice.pasLearningRate, schedule: .linear,
      weightClip: choice.weightClip, averageDecay: averageDecay)
    let start = try inputs.folded(baselines[.pasStart, seed])
    let trainer = try inputs.trainer(
      start.topology, settings, seed: seed, method: method, stage: .fineTuning)
    return try inputs.quantized(trainer.train(from: start).network)
  }
}
