import ErrorTables
import Networks
import QuantizedNetworks
import Training

extension NetworkEvaluator {
  /// Has the command of method external fine-tune the clipped network of a seed.
  ///
  /// - Throws: as `ExternalTrainer.train`.
  func trainedExternally(
    _ multiplier: EvaluationInputs.Multiplier, _ errors: HardwareErrors,
    _ conditions: ExternalTask.Conditions, _ seed: UInt64
  ) throws -> Network {
    guard let trainer, let trainingFiles else {
      preconditionFailure("a point of method external without a trainer")
    }
    let start = try inputs.folded(baselines.network(.pasStart, seed))
    let spec = multiplier.quantization
    let calibration = try IntegerNetwork.quantizing(at: nil) {
      try Calibration(
        of: start, on: inputs.training, examples: IntegerPass.calibrationExamples,
        rule: spec.activationRange)
    }
    return try trainer.train(
      ExternalTask(
        seed: seed, start: start, ranges: ActivationRanges(calibration, spec: spec),
        multiplier: multiplier, accumulator: inputs.accelerator.accumulator, errors: errors,
        conditions: conditions, choice: inputs.setup.training, data: trainingFiles)
    ) { _ = try inputs.quantized($0, spec) }
  }
}
