import ErrorTables
import Foundation
import Networks
import QuantizedNetworks
import Randomness
import Synchronization

/// AxTrain-pas: trains a network through the arithmetic and the errors of the hardware that it will run
/// on. Our reconstruction of the passive method of He et al., ISLPED 2018.
///
/// Each step runs its batch twice through the integer inference that the accelerator computes: a clean
/// pass (product table only) and a perturbed one (fresh memory faults on weights and activations, and
/// timing errors, drawn from tables or captured by the elements of a chip). The straight-through
/// gradients of both are averaged, as in Stutz et al., MLSys 2021, and move float master weights. The
/// ranges of activations are measured anew before each epoch, in floating point. Without its clean pass
/// a step follows the perturbed one alone, with the same draws.
///
/// Bits go wrong at the hardware's rates; or at a rate that each step draws anew, log-uniformly from a
/// range, so that one network serves many voltages. Each buffer may have a range of its own: both rates
/// then stand at the same place of their ranges, as those of two buffers on one rail rise together. Or
/// each step draws one of several operating points, as a rule one a supply, each as likely as every
/// other, with all of its errors.
///
/// Step t draws from the stream (seed, `.trainingMemoryFaults`, t) the operating point, where there are
/// several, or the rate, if it does; then the faults of the weights, then those of the activations; and
/// timing errors under the key (seed, `.trainingTimingErrors`, t, layer).
public struct PAS: IntegerMethod {
  public var passes: Int { hasCleanPass ? 2 : 1 }
  /// The operating points that a step draws one of; at least one.
  public let points: [TrainingPoint]
  /// Rates of wrong bits that a step draws from, within (0, 1]; nil: those of its point. A buffer whose
  /// rate is 0 there stays without errors.
  public let drawnRates: ClosedRange<Double>?
  /// The range of the activation buffer where rates are drawn; nil: as that of the weights.
  public let drawnActivationRates: ClosedRange<Double>?
  public let hasCleanPass: Bool
  let integers: IntegerPass

  /// Trains for one operating point.
  ///
  /// - Parameter chips: that capture the products of perturbed passes; nil: timing errors are drawn
  ///   from those of `errors`.
  public init(
    _ integers: IntegerPass, errors: HardwareErrors, drawnRates: ClosedRange<Double>? = nil,
    drawnActivationRates: ClosedRange<Double>? = nil, hasCleanPass: Bool = true,
    chips: (any CapturingChips)? = nil
  ) {
    for range in [drawnRates, drawnActivationRates].compactMap({ $0 }) {
      precondition(range.lowerBound > 0 && range.upperBound <= 1, "a rate outside (0, 1]")
    }
    self.integers = integers
    points = [TrainingPoint(errors: errors, chips: chips)]
    self.drawnRates = drawnRates
    self.drawnActivationRates = drawnActivationRates
    self.hasCleanPass = hasCleanPass
  }

  /// Trains for several operating points; for one of them as for that alone.
  ///
  /// - Precondition: at least one point.
  public init(
    _ integers: IntegerPass, drawing points: [TrainingPoint], hasCleanPass: Bool = true
  ) {
    precondition(!points.isEmpty, "no operating point")
    self.integers = integers
    self.points = points
    self.hasCleanPass = hasCleanPass
    (drawnRates, drawnActivationRates) = (nil, nil)
  }

  public func gradient(
    of batch: TrainingBatch, in ranges: ActivationRanges, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    let quantized = integers.quantized(network, ranges, work: work)
    let words = batch.words(for: quantized, work: work)
    let master = network
    @Sendable func run(isClean: Bool, _ work: ChunkedWork) -> IntegerPass.Result {
      let hardware =
        isClean ? InferenceHardware(accumulator: integers.accumulator) : hardware(quantized, batch)
      let chips = isClean ? nil : drawn(batch).point.chips
      let array = chips?.array(seed: batch.seed, step: batch.step)
      return integers.run(
        master, quantized, on: hardware, words: words, batch: batch, array: array, work: work)
    }
    guard hasCleanPass else {
      let perturbed = run(isClean: false, work)
      gradient = perturbed.gradient
      return (perturbed.loss, perturbed.correct)
    }
    let results = Mutex<[Int: IntegerPass.Result]>([:])
    let inner = ChunkedWork(threads: max(1, work.threads / 2))
    work.forEachChunk(of: 2, size: 1) { index, _ in
      // Errors are drawn beside the clean pass.
      let result = run(isClean: index == 0, inner)
      results.withLock { $0[index] = result }
    }
    guard let clean = results.withLock({ $0[0] }), let perturbed = results.withLock({ $0[1] })
    else { preconditionFailure("a pass is missing") }
    gradient.withUnsafeMutableBufferPointer { mean in
      for index in mean.indices {
        mean[index] = (clean.gradient[index] + perturbed.gradient[index]) / 2
      }
    }
    return ((clean.loss + perturbed.loss) / 2, clean.correct)
  }

  /// The operating point of a step, and the step's stream behind that draw.
  func drawn(_ batch: TrainingBatch) -> (point: TrainingPoint, stream: RandomStream) {
    var stream = RandomStream(
      seed: batch.seed, purpose: .trainingMemoryFaults, index: UInt64(batch.step))
    // One point takes no number: its steps are those of a training for it alone.
    guard points.count > 1 else { return (points[0], stream) }
    let index = Int(stream.nextUniform() * Double(points.count))
    return (points[index], stream)
  }

  /// The hardware of a step's perturbed pass. The activation buffer holds the whole batch.
  func hardware(_ network: IntegerNetwork, _ batch: TrainingBatch) -> InferenceHardware {
    let step = drawn(batch)
    let errors = step.point.errors
    var stream = step.stream
    var rates = (weights: errors.weightBitErrorRate, activations: errors.activationBitErrorRate)
    if let range = drawnRates {
      let place = stream.nextUniform()
      func rate(in range: ClosedRange<Double>) -> Double {
        let (low, high) = (log(range.lowerBound), log(range.upperBound))
        return exp(low + (high - low) * place)
      }
      rates = (
        rates.weights > 0 ? rate(in: range) : 0,
        rates.activations > 0 ? rate(in: drawnActivationRates ?? range) : 0
      )
    }
    let weights = errors.weightFaults.freshFaults(
      words: network.weightWords(alignedTo: errors.weightFaults.alignment),
      bitErrorRate: rates.weights, encoding: .offsetBinary, stream: &stream)
    let activations = errors.activationFaults.freshFaults(
      words: batch.labels.count
        * network.widestInput(alignedTo: errors.activationFaults.alignment),
      bitErrorRate: rates.activations, encoding: .unsigned, stream: &stream)
    return InferenceHardware(
      accumulator: integers.accumulator, timing: errors.timing, timingSeed: batch.seed,
      timingIndex: UInt64(batch.step), timingPurpose: .trainingTimingErrors, weightBuffer: weights,
      activationBuffer: activations)
  }
}
