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
/// ranges of activations are measured anew before each epoch, in floating point.
///
/// Bits go wrong at the hardware's rates; or at a rate that each step draws anew, log-uniformly from a
/// range, so that one network serves many voltages. Each buffer may have a range of its own: both rates
/// then stand at the same place of their ranges, as those of two buffers on one rail rise together.
///
/// Step t draws from the stream (seed, `.trainingMemoryFaults`, t) the rate, if it does, then the faults
/// of the weights, then those of the activations; and timing errors under the key (seed,
/// `.trainingTimingErrors`, t, layer).
public struct PAS: GradientMethod {
  public let passes = 2
  public let errors: HardwareErrors
  /// Rates of wrong bits that a step draws from, within (0, 1]; nil: those of `errors`. A buffer whose
  /// rate is 0 there stays without errors.
  public let drawnRates: ClosedRange<Double>?
  /// The range of the activation buffer where rates are drawn; nil: as that of the weights.
  public let drawnActivationRates: ClosedRange<Double>?
  /// What captures the products of perturbed passes; nil: timing errors are drawn from those of
  /// `errors`.
  public let chips: (any CapturingChips)?
  let integers: IntegerPass
  /// Of the rates of `errors`, where these hold for all steps.
  private let weightSkips: GeometricSkips?
  private let activationSkips: GeometricSkips?

  public init(
    _ integers: IntegerPass, errors: HardwareErrors, drawnRates: ClosedRange<Double>? = nil,
    drawnActivationRates: ClosedRange<Double>? = nil, chips: (any CapturingChips)? = nil
  ) {
    for range in [drawnRates, drawnActivationRates].compactMap({ $0 }) {
      precondition(range.lowerBound > 0 && range.upperBound <= 1, "a rate outside (0, 1]")
    }
    self.integers = integers
    self.errors = errors
    self.drawnRates = drawnRates
    self.drawnActivationRates = drawnActivationRates
    self.chips = chips
    let areFixed = drawnRates == nil
    weightSkips =
      areFixed ? errors.weightFaults.skips(bitErrorRate: errors.weightBitErrorRate) : nil
    activationSkips =
      areFixed ? errors.activationFaults.skips(bitErrorRate: errors.activationBitErrorRate) : nil
  }

  /// What the steps of an epoch share.
  public struct Epoch: Sendable {
    let ranges: ActivationRanges
    /// The network that begins the epoch: those of its steps fill as many words.
    let network: IntegerNetwork
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
    // Errors do not depend on weights: they are drawn beside the quantization.
    let ((quantized, words), hardware) = work.both { () -> (IntegerNetwork, [UInt8]) in
      let quantized = integers.quantized(master, epoch.ranges, work: inner)
      return (quantized, batch.words(for: quantized, work: inner))
    } and: {
      self.hardware(epoch.network, batch)
    }
    let (clean, perturbed) = work.both {
      integers.run(
        master, quantized, on: InferenceHardware(accumulator: integers.accumulator), words: words,
        batch: batch, work: inner)
    } and: {
      integers.run(
        master, quantized, on: hardware, words: words, batch: batch,
        array: chips?.array(seed: batch.seed, step: batch.step), work: inner)
    }
    gradient.setMean(of: clean.gradient, and: perturbed.gradient)
    return ((clean.loss + perturbed.loss) / 2, clean.correct)
  }

  /// The hardware of a step's perturbed pass. The activation buffer holds the whole batch.
  ///
  /// - Parameter network: one of as many words.
  func hardware(_ network: IntegerNetwork, _ batch: TrainingBatch) -> InferenceHardware {
    var stream = RandomStream(
      seed: batch.seed, purpose: .trainingMemoryFaults, index: UInt64(batch.step))
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
      bitErrorRate: rates.weights, encoding: .offsetBinary, skips: weightSkips, stream: &stream)
    let activations = errors.activationFaults.freshFaults(
      words: batch.labels.count
        * network.widestInput(alignedTo: errors.activationFaults.alignment),
      bitErrorRate: rates.activations, encoding: .unsigned, skips: activationSkips,
      stream: &stream)
    return InferenceHardware(
      accumulator: integers.accumulator, timing: errors.timing, timingSeed: batch.seed,
      timingIndex: UInt64(batch.step), timingPurpose: .trainingTimingErrors, weightBuffer: weights,
      activationBuffer: activations)
  }
}
