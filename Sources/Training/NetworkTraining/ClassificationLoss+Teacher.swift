import Foundation
import Networks

/// What a student learns beside its labels: another network's logits.
struct Teacher {
  /// M × K, already multiplied by the teacher's logit scale.
  let logits: Tensor
  /// T, positive.
  let temperature: Float
  /// α, in [0, 1].
  let share: Float
}

extension ClassificationLoss {
  /// (1 − α)·L + α·T²·KL(softmax(t/T) ‖ softmax(s·z/T)), the mean over the batch, t the teacher's
  /// logits.
  ///
  /// Source: Hinton, Vinyals, Dean, *Distilling the knowledge in a neural network*, arXiv 1503.02531,
  /// section 2.
  ///
  /// - Parameters:
  ///   - logits: z, those of this loss.
  ///   - scale: s.
  mutating func learn(from teacher: Teacher, logits: Tensor, scale: Float) {
    precondition(teacher.logits.values.count == logits.values.count, "a teacher of other classes")
    let (count, classes) = (logits.count, logits.shape.count)
    let (temperature, share) = (teacher.temperature, teacher.share)
    var (divergence, scaleSum) = (0.0, 0.0)
    for row in 0..<count {
      let places = row * classes..<(row + 1) * classes
      let wanted = Self.logSoftmax(places.map { teacher.logits.values[$0] / temperature })
      let given = Self.logSoftmax(places.map { scale * logits.values[$0] / temperature })
      for (index, place) in places.enumerated() {
        let target = exp(wanted[index])
        divergence += Double(target * (wanted[index] - given[index]))
        // T²·∂KL/∂z = T·s·(p − t).
        let slope = temperature * (exp(given[index]) - target) / Float(count)
        scaleSum += Double(logits.values[place] * slope)
        values(at: place, add: share * scale * slope, keeping: 1 - share)
      }
    }
    let square = Double(temperature * temperature)
    mix(
      loss: square * divergence / Double(count), scaleGradient: Float(scaleSum), share: share)
  }

  private static func logSoftmax(_ values: [Float]) -> [Float] {
    let largest = values.max() ?? 0
    let sum = values.reduce(0) { $0 + exp($1 - largest) }
    return values.map { $0 - largest - log(sum) }
  }
}
