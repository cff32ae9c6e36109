import ErrorTables
import Foundation
import Networks
import QuantizedNetworks
import Randomness

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
/// The last part of a training may be the only one through the multiplier's products: what comes before
/// then runs through exact products, with the same draws.
///
/// Step t draws from the stream (seed, `.trainingMemoryFaults`, t) the operating point, where there are
/// several, or the rate, if it does; then the faults of the weights, then those of the activations; and
/// timing errors under the key (seed, `.trainingTimingErrors`, t, layer).
public struct PAS: GradientMethod {
  public var passes: Int { hasCleanPass ? 2 : 1 }
  public var dependsOnProgress: Bool { before != nil }
  /// The operating points that a step draws one of; at least one.
  public let points: [TrainingPoint]
  /// Rates of wrong bits that a step draws from, within (0, 1]; nil: those of its point. A buffer whose
  /// rate is 0 there stays without errors.
  public let drawnRates: ClosedRange<Double>?
  /// The range of the activation buffer where rates are drawn; nil: as that of the weights.
  public let drawnActivationRates: ClosedRange<Double>?
  public let hasCleanPass: Bool
  let integers: IntegerPass
  /// What steps before the last products run through, and the share of the training's steps that these
  /// begin at; nil: all steps run through `integers`.
  private let before: (products: IntegerPass, end: Double)?
  /// One for each point; none where steps draw their rates.
  private let skips: [Skips]

  /// What finds the faults of a point, at rates that hold for all of its steps.
  private struct Skips: Sendable {
    let weights: GeometricSkips?
    let activations: GeometricSkips?

    init(_ point: TrainingPoint) {
      let errors = point.errors
      weights = errors.weightFaults.skips(bitErrorRate: errors.weightBitErrorRate)
      activations = errors.activationFaults.skips(bitErrorRate: errors.activationBitErrorRate)
    }
  }

  /// Trains for one operating point.
  ///
  /// - Parameter lastProducts: how much of the training, at the end, runs through the multiplier's
  ///   products, and what comes before through exact ones of the same words; nil: all of it.
  /// - Parameter chips: that capture the products of perturbed passes; nil: timing errors are drawn
  ///   from those of `errors`.
  /// - Precondition: no chips with last products: what they capture are the multiplier's.
  public init(
    _ integers: IntegerPass, errors: HardwareErrors, drawnRates: ClosedRange<Double>? = nil,
    drawnActivationRates: ClosedRange<Double>? = nil, hasCleanPass: Bool = true,
    lastProducts: NetworkTrainingSettings.Part? = nil, chips: (any CapturingChips)? = nil
  ) {
    for range in [drawnRates, drawnActivationRates].compactMap({ $0 }) {
      precondition(range.lowerBound > 0 && range.upperBound <= 1, "a rate outside (0, 1]")
    }
    self.integers = integers
    points = [TrainingPoint(errors: errors, chips: chips)]
    self.drawnRates = drawnRates
    self.drawnActivationRates = drawnActivationRates
    self.hasCleanPass = hasCleanPass
    before = Self.before(lastProducts, of: points, integers)
    skips = drawnRates == nil ? points.map(Skips.init) : []
  }

  /// Trains for several operating points; for one of them as for that alone.
  ///
  /// - Parameter lastProducts: as for one point.
  /// - Precondition: at least one point; no chips with last products.
  public init(
    _ integers: IntegerPass, drawing points: [TrainingPoint], hasCleanPass: Bool = true,
    lastProducts: NetworkTrainingSettings.Part? = nil
  ) {
    precondition(!points.isEmpty, "no operating point")
    self.integers = integers
    self.points = points
    self.hasCleanPass = hasCleanPass
    (drawnRates, drawnActivationRates) = (nil, nil)
    before = Self.before(lastProducts, of: points, integers)
    skips = points.map(Skips.init)
  }

  private static func before(
    _ last: NetworkTrainingSettings.Part?, of points: [TrainingPoint], _ integers: IntegerPass
  ) -> (products: IntegerPass, end: Double)? {
    guard let last else { return nil }
    precondition(points.allSatisfy { $0.chips == nil }, "chips have products")
    // The same quotient as that of the first step of these and the steps of whole epochs.
    return (integers.exact, Double(last.denominator - last.numerator) / Double(last.denominator))
  }

  /// What the steps of an epoch share.
  public struct Epoch: Sendable {
    let ranges: ActivationRanges
    /// The network that begins the epoch: those of its steps fill as many words.
    let network: IntegerNetwork
  }

  public func inFloatingPoint(_ network: Network) -> Network {
    integers.correction.removed(from: network)
  }

  public func epoch(from network: Network, work: ChunkedWork) throws -> Epoch {
    let ranges = try integers.ranges(of: network, work: work)
    return Epoch(ranges: ranges, network: integers.quantized(network, ranges, work: work))
  }

  public func gradient(
    of batch: TrainingBatch, in epoch: Epoch, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    let (master, inner) = (network, ChunkedWork(threads: max(1, work.threads / 2)))
    let integers = before.flatMap { batch.progress < $0.end ? $0.products : nil } ?? self.integers
    // Errors do not depend on weights: they are drawn beside the quantization.
    let ((quantized, words), hardware) = work.both { () -> (IntegerNetwork, [UInt8]) in
      let quantized = integers.quantized(master, epoch.ranges, work: inner)
      return (quantized, batch.words(for: quantized, work: inner))
    } and: {
      self.hardware(epoch.network, batch)
    }
    let chips = drawn(batch).point.chips
    func perturbed(_ work: ChunkedWork) -> IntegerPass.Result {
      integers.run(
        master, quantized, on: hardware, words: words, batch: batch,
        array: chips?.array(seed: batch.seed, step: batch.step), work: work)
    }
    guard hasCleanPass else {
      let result = perturbed(work)
      gradient = result.gradient
      return (result.loss, result.correct)
    }
    let (clean, noisy) = work.both {
      integers.run(
        master, quantized, on: InferenceHardware(accumulator: integers.accumulator), words: words,
        batch: batch, work: inner)
    } and: {
      perturbed(inner)
    }
    gradient.setMean(of: clean.gradient, and: noisy.gradient)
    return ((clean.loss + noisy.loss) / 2, clean.correct)
  }

  /// The operating point of a step, its place, and the step's stream behind that draw.
  func drawn(_ batch: TrainingBatch) -> (point: TrainingPoint, index: Int, stream: RandomStream) {
    var stream = RandomStream(
      seed: batch.seed, purpose: .trainingMemoryFaults, index: UInt64(batch.step))
    // One point takes no number: its steps are those of a training for it alone.
    guard points.count > 1 else { return (points[0], 0, stream) }
    let index = Int(stream.nextUniform() * Double(points.count))
    return (points[index], index, stream)
  }

  /// The hardware of a step's perturbed pass. The activation buffer holds the whole batch.
  ///
  /// - Parameter network: one of as many words.
  func hardware(_ network: IntegerNetwork, _ batch: TrainingBatch) -> InferenceHardware {
    let step = drawn(batch)
    let (errors, skips) = (step.point.errors, drawnRates == nil ? skips[step.index] : nil)
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
      bitErrorRate: rates.weights, encoding: .offsetBinary, skips: skips?.weights, stream: &stream)
    let activations = errors.activationFaults.freshFaults(
      words: batch.labels.count
        * network.widestInput(alignedTo: errors.activationFaults.alignment),
      bitErrorRate: rates.activations, encoding: .unsigned, skips: skips?.activations,
      stream: &stream)
    return InferenceHardware(
      accumulator: integers.accumulator, timing: errors.timing, timingSeed: batch.seed,
      timingIndex: UInt64(batch.step), timingPurpose: .trainingTimingErrors, weightBuffer: weights,
      activationBuffer: activations)
  }
}
