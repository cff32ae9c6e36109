import ErrorTables
import Networks
import QuantizedNetworks

/// AxTrain-act: trains in floating point for weights whose noise moves the loss little: the loss's
/// gradient plus that of `SensitivityPenalty`. Our reconstruction of the active method of He et al.,
/// ISLPED 2018.
///
/// The squared deviations are the sum of what errs, each by itself. The memory's errors: a weight of m
/// bits and step Δ whose bits are inverted independently with probability p has a noise of variance
/// p(1 − p)·Δ²·(4ᵐ − 1)/3 in offset words, whatever its value; biases are not stored there. The
/// multiplier's errors and those of timing: `ProductNoise`. Steps, words and activations follow from
/// the weights at the beginning of each epoch. Not modelled: the mean of the memory's noise,
/// protection, errors of stored activations.
///
/// A step runs forward and backward once, and both along the direction of the penalty. That on outputs
/// takes another backward pass, along a fresh `OutputProjection`.
public struct Act: GradientMethod {
  public var passes: Int {
    switch penalty {
    case .loss: 3
    case .outputs: 4
    }
  }
  public let penalty: ActPenalty
  /// λ of the penalty, at least 0.
  public let strength: Float
  /// How λ changes over the training.
  public let schedule: StrengthSchedule
  /// p, in [0, 1].
  public let bitErrorRate: Double
  /// Errors of captured products.
  public let timing: ProductErrorModel
  private let integers: IntegerPass

  public init(
    _ integers: IntegerPass, penalty: ActPenalty = .loss, strength: Float,
    schedule: StrengthSchedule = .constant, bitErrorRate: Double,
    timing: ProductErrorModel = .none
  ) {
    precondition(strength >= 0 && strength.isFinite, "a strength outside its range")
    precondition((0...1).contains(bitErrorRate), "a rate outside [0, 1]")
    self.penalty = penalty
    self.strength = strength
    self.schedule = schedule
    self.bitErrorRate = bitErrorRate
    self.timing = timing
    self.integers = integers
  }

  public func scheduledStrength(at progress: Double) -> Float? {
    schedule == .constant ? nil : strength * Float(schedule.factor(at: progress))
  }

  public func epoch(from network: Network, work: ChunkedWork) throws -> SensitivityPenalty {
    penalty(
      of: network,
      quantized: integers.quantized(
        network, try integers.ranges(of: network, work: work), work: work), work: work)
  }

  /// The penalty of a network, given it in integers too.
  func penalty(
    of network: Network, quantized: IntegerNetwork, work: ChunkedWork
  ) -> SensitivityPenalty {
    SensitivityPenalty(
      strength: strength,
      deviations: quantized.weightDeviations(
        bitErrorRate: bitErrorRate,
        products: integers.productNoise(of: quantized, timing: timing, work: work), of: network))
  }

  public func gradient(
    of batch: TrainingBatch, in penalty: SensitivityPenalty, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    let (loss, correct, added, penaltyGradient) = parts(
      of: batch, in: penalty, network: &network, into: &gradient, work: work)
    gradient.add(penaltyGradient)
    return (loss + added, correct)
  }

  /// The loss and its gradient, the penalty and its gradient.
  func parts(
    of batch: TrainingBatch, in epoch: SensitivityPenalty, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int, penalty: Double, penaltyGradient: [Float]) {
    let noise = scheduledStrength(at: batch.progress).map(epoch.replacingStrength) ?? epoch
    let mode = ForwardMode.training(seed: batch.seed, step: batch.step)
    let (logits, memories) = network.forward(batch.inputs(work: work), mode: mode, work: work)
    let loss = ClassificationLoss(
      logits: logits, labels: batch.labels, scale: network.logitScale,
      smoothing: batch.labelSmoothing)
    let added: (penalty: Double, gradient: [Float])
    switch penalty {
    case .loss:
      let traces = network.tracedBackward(
        loss.gradient, memories: memories, mode: mode, into: &gradient, work: work)
      if network.topology.learnsLogitScale { gradient[gradient.count - 1] = loss.scaleGradient }
      added = noise.gradient(
        gradient, network: network,
        pass: SensitivityPenalty.Pass(
          logits: logits, labels: batch.labels, smoothing: batch.labelSmoothing, traces: traces,
          mode: mode), work: work)
    case .outputs:
      network.backward(loss.gradient, memories: memories, mode: mode, into: &gradient, work: work)
      if network.topology.learnsLogitScale { gradient[gradient.count - 1] = loss.scaleGradient }
      let projection = OutputProjection.draw(
        count: logits.count, shape: logits.shape, seed: batch.seed, step: batch.step)
      added = noise.outputGradient(
        network: network,
        pass: SensitivityPenalty.OutputPass(
          projection: projection, logits: logits, memories: memories, mode: mode), work: work)
    }
    return (loss.loss, loss.correct, added.penalty, added.gradient)
  }
}

/// Act and pas together: the gradient of pas plus that of act's penalty.
public struct ActPAS: GradientMethod {
  public var passes: Int { act.passes + pas.passes }
  private let act: Act
  private let pas: PAS

  /// - Precondition: both quantize alike, and measure ranges on the same examples.
  public init(_ act: Act, _ pas: PAS) {
    self.act = act
    self.pas = pas
  }

  public func scheduledStrength(at progress: Double) -> Float? {
    act.scheduledStrength(at: progress)
  }

  /// What the steps of both share.
  public struct Epoch: Sendable {
    let act: SensitivityPenalty
    let pas: PAS.Epoch
  }

  public func epoch(from network: Network, work: ChunkedWork) throws -> Epoch {
    let passive = try pas.epoch(from: network, work: work)
    return Epoch(
      act: act.penalty(of: network, quantized: passive.network, work: work), pas: passive)
  }

  /// Of two threads act and pas have one each: neither waits for the other within the step.
  public func gradient(
    of batch: TrainingBatch, in epoch: Epoch, network: inout Network, into gradient: inout [Float],
    work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    let inner = ChunkedWork(threads: max(1, work.threads / 2))
    let (start, count) = (network, gradient.count)
    let (active, passive) = work.both {
      // That of the loss in floating point, which the penalty is made of.
      var clean = [Float](repeating: 0, count: count)
      return act.parts(
        of: batch, in: epoch.act, network: &network, into: &clean, work: inner)
    } and: {
      var start = start
      return pas.gradient(
        of: batch, in: epoch.pas, network: &start, into: &gradient, work: inner)
    }
    gradient.add(active.penaltyGradient)
    return (passive.loss + active.penalty, passive.correct)
  }
}
