import Files
import NetworkEvaluation
import QuantizedNetworks
import TableArithmetic
import Training

/// The hardware that a network is trained for, as it was read.
struct TrainHardware: Sendable {
  let multiplier: ModelMultiplier?
  let chips: (hardware: ModelHardware, files: (accelerator: String, technology: String))?
  /// The same chips at each of the supplies that a step draws one of, rising; empty: steps draw none.
  let drawn: [ModelHardware]
  /// In place of the memory's law.
  let bitErrorRate: Double?
  /// How many times the rates of wrong bits training has, 1 … 100, up to a rate of 0.5.
  let rateFactor: Double
  /// Where that rate holds, or drawn ones do.
  let buffers: EvaluationSetup.FaultyBuffers
  /// Dies that the elements of training draw from where they capture products; nil: errors of products
  /// are drawn from counted tables.
  let trainingVariants: Int?
  /// By the keys of `training.yaml`.
  let entries: [(key: String, value: String)]

  var accumulator: AccumulatorSpec {
    chips?.hardware.accelerator.accumulator ?? InferenceHardware().accumulator
  }

  /// Whether the noise of weights is reported: where a rate of their wrong bits is known, or a method
  /// weighs noise.
  func reportsSensitivity(of method: TrainingMethod) -> Bool {
    method.usesPenalty || (buffers != .activations && (bitErrorRate != nil || chips != nil))
  }

  /// Refuses a network that does not fit, before anything long begins.
  ///
  /// - Throws: `InputError` 65 as `ModelHardware.checkFits`, if the memory's law does not answer, and
  ///   where a method sees timing errors as `ModelHardware.clockPeriod`.
  func check(_ network: IntegerNetwork, _ method: TrainingMethod) throws {
    guard let (hardware, files) = chips else { return }
    try hardware.checkFits(network, multiplier, file: files.accelerator)
    for point in operatingPoints {
      _ = try point.memoryErrors(file: files.technology)
      if let multiplier, method.usesTimingErrors {
        _ = try point.clockPeriod(multiplier, file: files.technology)
      }
    }
  }

  /// One a drawn supply, or that of the chips; none without chips.
  var operatingPoints: [ModelHardware] {
    drawn.isEmpty ? chips.map { [$0.hardware] } ?? [] : drawn
  }

  /// Refuses a penalty that would be 0, where that is known before errors are counted.
  ///
  /// - Throws: `InputError` 64.
  func checkNoise(_ method: TrainingMethod) throws {
    let areWeightsWrong = buffers != .activations && bitErrorRate ?? 0 > 0
    // Those of a memory's law, and products that are late, are counted later.
    let mayErr = chips.map { multiplier != nil || $0.hardware.memorySupply != nil } ?? false
    guard
      !method.usesPenalty || mayErr || areWeightsWrong || !(multiplier?.table.isExact ?? true)
    else { throw noNoise(method) }
  }

  func noNoise(_ method: TrainingMethod) -> InputError {
    let what =
      "--method \(method.rawValue): its penalty would be 0, since no bit of a weight is wrong"
    guard let chips else {
      return InputError(
        .usage,
        "\(what) and products are exact: give --bit-error-rate above 0 for weights, an approximate "
          + "--multiplier, or --hardware")
    }
    guard multiplier != nil else {
      return InputError(
        .usage,
        "\(what) and products are exact: name a --multiplier, or "
          + (bitErrorRate != nil
            ? "give --bit-error-rate above 0 for weights" : "lower the memory's supply"))
    }
    return InputError(
      .badData, at: SourceLocation(file: chips.files.accelerator),
      "\(what) and no product errs at these supplies: lower --supply or --memory-supply, or give "
        + "another --multiplier")
  }
}
