import Datasets
import ErrorTables
import Files
import Networks
import QuantizedNetworks
import TableArithmetic

/// What the methods share that run forward in the hardware's integers: quantization, multiplier,
/// accumulator, and passes with the straight-through gradient.
public struct IntegerPass: Sendable {
  public let multiplier: EncodedMultiplier
  public let spec: QuantizationSpec
  public let accumulator: AccumulatorSpec
  let calibration: Dataset
  /// Examples, at most, that the activations of products are counted on.
  let operandExamples: Int
  /// What biases of the networks that it runs take back from the start on.
  public let correction: BiasCorrection

  /// Examples that ranges of activations are measured on.
  public static let calibrationExamples = 4_096
  /// Those, at most, that the activations of products are counted on unless given, and a multiplier's
  /// mean error.
  public static let operandExamples = 512

  /// - Parameters:
  ///   - calibration: the training part; its first `calibrationExamples` are used.
  ///   - operandExamples: of these, those at most that the activations of products are counted on.
  ///   - correction: of the network that training begins with.
  /// - Precondition: a multiplier for the words of the specification; at least one example.
  public init(
    multiplier: EncodedMultiplier, spec: QuantizationSpec, accumulator: AccumulatorSpec,
    calibration: Dataset, operandExamples: Int = Self.operandExamples,
    correction: BiasCorrection = .none
  ) {
    precondition(operandExamples > 0, "no examples")
    self.multiplier = multiplier
    self.spec = spec
    self.accumulator = accumulator
    self.calibration = calibration
    self.operandExamples = operandExamples
    self.correction = correction
  }

  /// The same through exact products of the same words, for networks that take nothing back.
  var exact: IntegerPass {
    IntegerPass(
      multiplier: .exact(spec), spec: spec, accumulator: accumulator, calibration: calibration,
      operandExamples: operandExamples)
  }

  /// The same for networks that begin with corrected biases.
  public func taking(_ correction: BiasCorrection) -> IntegerPass {
    IntegerPass(
      multiplier: multiplier, spec: spec, accumulator: accumulator, calibration: calibration,
      operandExamples: operandExamples, correction: correction)
  }

  /// The ranges of a network's activations, in floating point, where its biases take nothing back.
  ///
  /// - Throws: `InputError` 65 if a layer has no integer form, or outputs that are not finite.
  func ranges(of network: Network, work: ChunkedWork) throws -> ActivationRanges {
    do {
      let ranges = ActivationRanges(
        try Calibration(
          of: correction.removed(from: network), on: calibration,
          examples: Self.calibrationExamples, rule: spec.activationRange,
          work: work), spec: spec)
      _ = try IntegerNetwork(quantizing: network, spec: spec, ranges: ranges)
      return ranges
    } catch let error as QuantizationError {
      throw InputError(.badData, "training in integers: \(error.layer): \(error.reason)")
    }
  }

  /// - Precondition: a finite network that `ranges` is of.
  func quantized(
    _ network: Network, _ ranges: ActivationRanges, work: ChunkedWork
  ) -> IntegerNetwork {
    do {
      return try IntegerNetwork(quantizing: network, spec: spec, ranges: ranges, work: work)
    } catch {
      preconditionFailure("the epoch's network was quantized: \(error)")
    }
  }

  /// The first examples as words of a network, at most so many.
  func words(for network: IntegerNetwork, examples: Int) -> (words: [UInt8], count: Int) {
    let count = min(examples, calibration.count)
    return (network.words(of: calibration.selecting(Array(0..<count))), count)
  }

  /// The noise that wrong products give the weights of each layer; empty where products are right.
  func productNoise(
    of network: IntegerNetwork, timing: ProductErrorModel, work: ChunkedWork
  ) -> [ProductNoise] {
    guard timing.meanSquare > 0 || !multiplier.isExact else { return [] }
    let (words, count) = words(for: network, examples: operandExamples)
    return network.productNoise(
      of: multiplier, timing: timing.meanSquare, inputs: words, count: count, work: work)
  }

  /// What a pass gave.
  struct Result: Sendable {
    let loss: Double
    let correct: Int
    let gradient: [Float]
  }

  /// One pass forward and backward.
  ///
  /// - Parameters:
  ///   - network: the float network that was quantized.
  ///   - words: of the batch.
  ///   - slopes: of the multiplier; nil: straight through, as if products were exact.
  ///   - teacher: whose logits are learned beside the labels, if any.
  ///   - array: that multiplies, in the place of the multiplier's table and the hardware's timing
  ///     errors; nil: these.
  func run(
    _ network: Network, _ integers: IntegerNetwork, on hardware: InferenceHardware,
    words: [UInt8], batch: TrainingBatch, slopes: ProductSlopes? = nil, teacher: Teacher? = nil,
    array: ((ArrayProduct) -> [Int32])? = nil, work: ChunkedWork
  ) -> Result {
    let pass = StraightThrough(
      network,
      inference: IntegerInference(integers, multiplier: multiplier, hardware: hardware),
      inputs: words, count: batch.labels.count, multiply: array, work: work)
    var loss = ClassificationLoss(
      logits: pass.logits, labels: batch.labels, scale: network.logitScale,
      smoothing: batch.labelSmoothing)
    if let teacher {
      loss.learn(from: teacher, logits: pass.logits, scale: network.logitScale)
    }
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    if let slopes {
      pass.backward(loss.gradient, slopes: slopes, into: &gradient, work: work)
    } else {
      pass.backward(loss.gradient, into: &gradient, work: work)
    }
    if network.topology.learnsLogitScale { gradient[gradient.count - 1] = loss.scaleGradient }
    return Result(loss: loss.loss, correct: loss.correct, gradient: gradient)
  }
}
