import Datasets
import ErrorTables
import Files
import NetworkEvaluation
import Networks
import QuantizedNetworks
import TableArithmetic
import Training

/// The hardware that a network is trained for, as it was read.
struct TrainHardware: Sendable {
  let multiplier: ModelMultiplier?
  let chips: (hardware: ModelHardware, files: (accelerator: String, technology: String))?
  /// In place of the memory's law.
  let bitErrorRate: Double?
  /// Where that rate holds, or drawn ones do.
  let buffers: EvaluationSetup.FaultyBuffers
  /// Dies that the elements of training draw from where they capture products; nil: errors of products
  /// are drawn from counted tables.
  let trainingVariants: Int?
  /// By the keys of `training.yaml`.
  let entries: [(key: String, value: String)]

  /// Training examples whose operands timing errors are counted on, at most.
  private static let examples = 32

  var accumulator: AccumulatorSpec {
    chips?.hardware.accelerator.accumulator ?? InferenceHardware().accumulator
  }

  /// Whether the noise of weights is reported: where a rate of their wrong bits is known, or a method
  /// weighs noise.
  func reportsSensitivity(of method: TrainingMethod) -> Bool {
    method.usesPenalty || (buffers != .activations && (bitErrorRate != nil || chips != nil))
  }

  /// What a network feels.
  struct Point: Sendable {
    /// For the method.
    let errors: HardwareErrors
    /// That capture products in the place of drawn errors, if any do.
    let captured: TrainingChips?
    /// The rate of wrong bits of weights; nil where none is given.
    let weightBitErrorRate: Double?
    /// The errors of captured products; nil where none were counted.
    let timing: ProductErrorModel?
    /// What was found, by the keys of `training.yaml`.
    let entries: [(key: String, value: String)]
  }

  /// Refuses a network that does not fit, before anything long begins.
  ///
  /// - Throws: `InputError` 65 as `ModelHardware.checkFits`, and if the memory's law does not answer.
  func check(_ network: IntegerNetwork) throws {
    guard let (hardware, files) = chips else { return }
    try hardware.checkFits(network, multiplier, file: files.accelerator)
    if bitErrorRate == nil { _ = try hardware.memoryErrors(file: files.technology) }
  }

  /// Refuses a penalty that would be 0, where that is known before errors are counted.
  ///
  /// - Throws: `InputError` 64.
  func checkNoise(_ method: TrainingMethod) throws {
    let areWeightsWrong = buffers != .activations && bitErrorRate ?? 0 > 0
    guard
      !method.usesPenalty || chips != nil || areWeightsWrong
        || !(multiplier?.table.isExact ?? true)
    else { throw noNoise(method) }
  }

  private func noNoise(_ method: TrainingMethod) -> InputError {
    let what =
      "--method \(method.rawValue): its penalty would be 0, since no bit of a weight is wrong"
    guard let chips else {
      return InputError(
        .usage,
        "\(what) and products are exact: give --bit-error-rate above 0 for weights, an approximate "
          + "--multiplier, or --hardware")
    }
    return InputError(
      .badData, at: SourceLocation(file: chips.files.accelerator),
      "\(what) and no product errs at these supplies: lower --supply or --memory-supply, or give "
        + "another --multiplier")
  }

  /// The errors of the point; timing errors are counted on the operands of a network.
  ///
  /// - Parameters:
  ///   - start: where training begins.
  ///   - training: the training part: no example of the test is looked at.
  /// - Throws: `InputError` 65 if the network does not fit the hardware, the technology cannot answer
  ///   at a supply, or nothing errs that act's penalty would weigh.
  func point(
    for start: Network, _ method: TrainingMethod, spec: QuantizationSpec, training: Dataset,
    work: ChunkedWork
  ) throws -> Point {
    var timing: ProductErrorModel?
    var entries: [(key: String, value: String)] = []
    var (law, captured): (Double?, TrainingChips?)
    if let (hardware, files) = chips, bitErrorRate == nil {
      let memory = try hardware.memoryErrors(file: files.technology)
      law = memory.rate
      entries += [
        ("bit_error_rate", CellValue.real(memory.rate).formatted),
        ("extrapolated", "\(memory.isExtrapolated)"),
      ]
      if let probability = hardware.technology.rejectedMemoryLawProbability {
        entries.append(("memory_law_probability", CellValue.real(probability).formatted))
      }
    }
    if let (hardware, files) = chips, let multiplier, method.usesTimingErrors {
      let few = training.selecting(Array(0..<min(Self.examples, training.count)))
      let model = try ModelUnderTest(
        network: start, training: training, test: few,
        ranges: .calibration(examples: IntegerPass.calibrationExamples), spec: spec,
        file: start.topology.name, work: work)
      let found = try hardware.errors(model, multiplier, files: files)
      timing = found.products
      entries += [
        ("clock_period_ns", CellValue.real(found.clockPeriod.in(.nano)).formatted),
        ("product_error_rate", CellValue.real(found.timing.proportion.value).formatted),
      ]
      if trainingVariants == nil {
        entries.append(("product_error_model", TimingErrorChoice.standard.drawing.rawValue))
      }
      if let trainingVariants {
        captured = try hardware.trainingChips(
          multiplier, clockPeriod: found.clockPeriod, variants: trainingVariants,
          file: files.technology)
      }
    }
    let known = bitErrorRate ?? law
    // The recipe draws its rates: only which buffers err matters.
    let rate = method == .axtrain ? 1 : known ?? 0
    let (weights, activations) = (buffers != .activations, buffers != .weights)
    let errors = HardwareErrors(
      timing: timing ?? ProductErrorModel.none, weightBitErrorRate: weights ? rate : 0,
      activationBitErrorRate: activations ? rate : 0)
    if method.usesPenalty {
      let noise = PenaltyNoise.sources(multiplier?.table ?? .exact(spec), errors)
      guard !noise.isEmpty else { throw noNoise(method) }
      // What every training before had is left out.
      if noise != [.weightBits] { entries.append(("penalty_noise", PenaltyNoise.text(of: noise))) }
    }
    return Point(
      errors: errors, captured: captured,
      weightBitErrorRate: weights ? known : nil, timing: timing, entries: entries)
  }
}
