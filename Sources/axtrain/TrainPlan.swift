import Datasets
import ErrorTables
import Files
import NetworkEvaluation
import Networks
import QuantizedNetworks
import Training

/// What all seeds of one `axtrain train` share, resolved and checked.
struct TrainPlan: Sendable {
  let method: TrainingMethod
  let methodSettings: MethodSettings
  /// The method and its settings, by the keys of `training.yaml`.
  let methodEntries: [(key: String, value: String)]
  /// Of the training with clipping before the method, where the recipe is without clipping without it;
  /// nil where the method begins at once.
  let clipping: NetworkTrainingSettings?
  /// Of the method.
  let settings: NetworkTrainingSettings
  /// Of the network that training begins with.
  let topology: NetworkTopology
  /// A trained network to begin with, and the hash of its weights.
  let start: (network: Network, digest: String)?
  /// The biases that the method begins with.
  let startBiases: StartBiases
  /// Of method distillation.
  let teacher: TrainTeacher?
  let quantization: QuantizationSpec
  /// Training examples that ranges of activations are measured on.
  let calibrationExamples: Int
  let hardware: TrainHardware
  let data: TrainingData.Loaded

  /// Whether the result has a quantization that it was trained or judged by.
  var isQuantized: Bool {
    method.usesProducts || method.usesWeightNoise || hardware.bitErrorRate != nil
      || hardware.chips != nil
  }

  /// Epochs of a seed.
  var epochs: Int { (clipping?.epochs ?? 0) + settings.epochs }

  /// The products of stored words: exact where no multiplier is named.
  var multiplier: EncodedMultiplier {
    hardware.multiplier?.table
      ?? .exact(
        quantization.encoding, activationBits: quantization.activationBits,
        weightBits: quantization.weightBits)
  }

  /// The multiplier and quantization of training, and the examples of its ranges.
  var integers: IntegerPass {
    let training = data.parts.training
    return IntegerPass(
      multiplier: multiplier, spec: quantization, accumulator: hardware.accumulator,
      calibration: calibrationExamples < training.count
        ? training.selecting(Array(0..<calibrationExamples)) : training)
  }

  /// How a step finds its gradient under the errors of a point, or of each drawn supply.
  ///
  /// - Parameter correction: of the network that training begins with.
  /// - Precondition: at least one point, and no more without drawn supplies.
  func gradientMethod(
    _ points: [TrainingPoint] = [TrainingPoint(errors: HardwareErrors())],
    correction: BiasCorrection = .none
  ) -> any GradientMethod {
    let integers = integers.taking(correction)
    if let teacher {
      return Distillation(
        integers, teacher: teacher.network, temperature: teacher.choice.temperature,
        share: teacher.choice.share)
    }
    return method.gradientMethod(
      methodSettings, integers: integers, errors: points[0].errors,
      drawsTiming: hardware.trainingVariants == nil, chips: points[0].chips,
      drawnPoints: hardware.drawn.isEmpty ? [] : points)
  }

  /// The network that the method begins with, of one that was trained before: without batch
  /// normalization and dropout, where it fine-tunes.
  ///
  /// - Throws: `InputError` 65 at a batch normalization that no layer can take.
  func begun(with network: Network) throws -> Network {
    method.isFineTuning ? try Self.folded(network) : network
  }

  /// That network with corrected biases, where the plan asks for them; nil where it does not.
  ///
  /// - Throws: as `IntegerPass.correctingBiases`.
  func corrected(
    _ begun: Network?, work: ChunkedWork
  ) throws -> IntegerPass.CorrectedStart? {
    guard startBiases == .corrected, let begun else { return nil }
    return try integers.correctingBiases(
      of: begun, weightClip: settings.weightClip, on: data.parts.training, work: work)
  }

  /// A network without batch normalization and dropout.
  ///
  /// - Throws: `InputError` 65 at a batch normalization that no layer can take.
  static func folded(_ network: Network) throws -> Network {
    do {
      return try network.foldingBatchNormalization()
    } catch {
      throw InputError(
        .badData, "layers.\(error.path.joined(separator: ".")), \(error.layer): \(error.reason)")
    }
  }

  /// The key and value of every setting of the quantization.
  var quantizationEntries: [(key: String, value: String)] {
    isQuantized ? quantization.entries(calibrationExamples: calibrationExamples) : []
  }
}

extension QuantizationSpec {
  /// By the keys of `training.yaml`.
  func entries(calibrationExamples: Int) -> [(key: String, value: String)] {
    [
      ("encoding", encoding.rawValue), ("weight_bits", "\(weightBits)"),
      ("activation_bits", "\(activationBits)"),
      ("weight_granularity", weightGranularity.rawValue),
      ("weight_scheme", weightScheme.rawValue),
      ("activation_scheme", activationScheme.rawValue),
      ("weight_range", weightRange.text), ("activation_range", activationRange.text),
      ("calibration", "\(calibrationExamples)"),
    ]
  }
}
