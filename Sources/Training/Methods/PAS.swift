import Datasets
import ErrorTables
import Files
import Networks
import QuantizedNetworks
import Randomness
import Synchronization
import TableArithmetic

/// AxTrain-pas: trains a network through the arithmetic and the errors of the hardware that it will run
/// on. Our reconstruction of the passive method of He et al., ISLPED 2018.
///
/// Each step runs its batch twice through the integer inference that the accelerator computes: a clean
/// pass (product table only) and a perturbed one (fresh memory faults on weights and activations, and
/// timing errors). The straight-through gradients of both are averaged, as in Stutz et al., MLSys 2021,
/// and move float master weights. The ranges of activations are measured anew before each epoch, in
/// floating point.
///
/// Step t draws memory faults from the stream (seed, `.trainingMemoryFaults`, t), those of the weights
/// first, and timing errors under the key (seed, `.trainingTimingErrors`, t, layer).
public struct PAS: GradientMethod {
  public let passes = 2
  public let multiplier: EncodedMultiplier
  public let spec: QuantizationSpec
  public let errors: HardwareErrors
  public let accumulator: AccumulatorSpec
  private let calibration: Dataset

  /// Examples that ranges of activations are measured on.
  public static let calibrationExamples = 4_096

  /// - Parameter calibration: the training part; its first `calibrationExamples` are used.
  /// - Precondition: a multiplier for the words of the specification.
  public init(
    multiplier: EncodedMultiplier, spec: QuantizationSpec, errors: HardwareErrors,
    accumulator: AccumulatorSpec, calibration: Dataset
  ) {
    self.multiplier = multiplier
    self.spec = spec
    self.errors = errors
    self.accumulator = accumulator
    self.calibration = calibration
  }

  public func epoch(from network: Network, work: ChunkedWork) throws -> ActivationRanges {
    do {
      let ranges = ActivationRanges(
        try Calibration(
          of: network, on: calibration, examples: Self.calibrationExamples,
          rule: spec.activationRange, work: work), spec: spec)
      _ = try IntegerNetwork(quantizing: network, spec: spec, ranges: ranges)
      return ranges
    } catch let error as QuantizationError {
      throw InputError(.badData, "training by pas: \(error.layer): \(error.reason)")
    }
  }

  public func gradient(
    of batch: TrainingBatch, in ranges: ActivationRanges, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    let integers: IntegerNetwork
    do {
      integers = try IntegerNetwork(quantizing: network, spec: spec, ranges: ranges)
    } catch {
      preconditionFailure("the epoch's network was quantized: \(error)")
    }
    let words = batch.words(for: integers, work: work)
    let hardware = [
      InferenceHardware(accumulator: accumulator), hardware(integers, batch),
    ]
    let passes = Mutex<[Int: Pass]>([:])
    let inner = ChunkedWork(threads: max(1, work.threads / 2))
    let constant = network
    work.forEachChunk(of: 2, size: 1) { index, _ in
      let pass = pass(constant, integers, hardware[index], words, batch, inner)
      passes.withLock { $0[index] = pass }
    }
    guard let clean = passes.withLock({ $0[0] }), let perturbed = passes.withLock({ $0[1] })
    else { preconditionFailure("a pass is missing") }
    gradient.withUnsafeMutableBufferPointer { mean in
      for index in mean.indices {
        mean[index] = (clean.gradient[index] + perturbed.gradient[index]) / 2
      }
    }
    return ((clean.loss + perturbed.loss) / 2, clean.correct)
  }

  private struct Pass: Sendable {
    let loss: Double
    let correct: Int
    let gradient: [Float]
  }

  /// One pass forward and backward.
  private func pass(
    _ network: Network, _ integers: IntegerNetwork, _ hardware: InferenceHardware,
    _ words: [UInt8], _ batch: TrainingBatch, _ work: ChunkedWork
  ) -> Pass {
    let pass = StraightThrough(
      network,
      inference: IntegerInference(integers, multiplier: multiplier, hardware: hardware),
      inputs: words, count: batch.labels.count, work: work)
    let loss = ClassificationLoss(
      logits: pass.logits, labels: batch.labels, scale: network.logitScale,
      smoothing: batch.labelSmoothing)
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    pass.backward(loss.gradient, into: &gradient, work: work)
    if network.topology.learnsLogitScale { gradient[gradient.count - 1] = loss.scaleGradient }
    return Pass(loss: loss.loss, correct: loss.correct, gradient: gradient)
  }

  /// The hardware of a step's perturbed pass. The activation buffer holds the whole batch.
  func hardware(_ network: IntegerNetwork, _ batch: TrainingBatch) -> InferenceHardware {
    var stream = RandomStream(
      seed: batch.seed, purpose: .trainingMemoryFaults, index: UInt64(batch.step))
    let weights = errors.weightFaults.freshFaults(
      words: network.weightWords(alignedTo: errors.weightFaults.alignment),
      bitErrorRate: errors.weightBitErrorRate, encoding: .offsetBinary, stream: &stream)
    let activations = errors.activationFaults.freshFaults(
      words: batch.labels.count
        * network.widestInput(alignedTo: errors.activationFaults.alignment),
      bitErrorRate: errors.activationBitErrorRate, encoding: .unsigned, stream: &stream)
    return InferenceHardware(
      accumulator: accumulator, timing: errors.timing, timingSeed: batch.seed,
      timingIndex: UInt64(batch.step), timingPurpose: .trainingTimingErrors, weightBuffer: weights,
      activationBuffer: activations)
  }
}
