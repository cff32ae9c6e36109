import Networks
import QuantizedNetworks

/// As `QuantizationAware`, for the logits of a network on exact hardware beside the labels.
///
/// Source: Hinton, Vinyals, Dean, *Distilling the knowledge in a neural network*, arXiv 1503.02531. The
/// teacher's pass forward is not counted among the passes.
public struct Distillation: IntegerMethod {
  public let passes = 1
  let integers: IntegerPass
  private let teacher: Network
  /// T, positive.
  public let temperature: Float
  /// α, in [0, 1].
  public let share: Float

  /// - Parameter teacher: in floating point, of as many inputs and classes, without batch
  ///   normalization that is not folded; it may take the features in another shape.
  public init(_ integers: IntegerPass, teacher: Network, temperature: Float, share: Float) {
    precondition(temperature > 0 && temperature.isFinite, "a temperature is positive")
    precondition((0...1).contains(share), "a share outside [0, 1]")
    self.integers = integers
    self.teacher = teacher
    self.temperature = temperature
    self.share = share
  }

  public func gradient(
    of batch: TrainingBatch, in ranges: ActivationRanges, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    var inputs = batch.inputs(work: work)
    if inputs.shape != teacher.input {
      inputs = Tensor(count: inputs.count, shape: teacher.input, values: inputs.values)
    }
    var logits = teacher.logits(inputs, work: work)
    let scale = teacher.logitScale
    for index in logits.values.indices { logits.values[index] *= scale }
    return clean(
      batch, ranges, network,
      teacher: Teacher(logits: logits, temperature: temperature, share: share), into: &gradient,
      work: work)
  }
}
