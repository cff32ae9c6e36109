import Foundation
import Networks
import QuantizedNetworks

/// The cross-entropy of softmax probabilities: L = −(1/M)·Σₘ ln softmax(s·z[m])[label[m]].
public enum SoftmaxCrossEntropy {
  /// The mean loss of a batch and its gradient, ∂L/∂z = s·(softmax(s·z) − onehot) / M.
  ///
  /// - Parameters:
  ///   - logits: M × N; not empty.
  ///   - labels: M classes below N.
  ///   - scale: s, positive.
  public static func lossAndGradient(
    logits: FloatMatrix, labels: ArraySlice<UInt8>, scale: Float
  ) -> (loss: Double, gradient: FloatMatrix) {
    precondition(logits.rows == labels.count && !labels.isEmpty, "one label a row")
    precondition(labels.allSatisfy { Int($0) < logits.columns }, "a label is no class")
    var gradient = logits
    var loss = 0.0
    let weight = scale / Float(logits.rows)
    for (row, label) in labels.enumerated() {
      let start = row * logits.columns
      let positions = start..<start + logits.columns
      var largest = -Float.infinity
      for position in positions { largest = max(largest, scale * logits.values[position]) }
      var sum: Float = 0
      for position in positions {
        let term = exp(scale * logits.values[position] - largest)
        gradient.values[position] = term
        sum += term
      }
      for position in positions { gradient.values[position] *= weight / sum }
      let target = start + Int(label)
      gradient.values[target] -= weight
      loss += Double(log(sum) + largest - scale * logits.values[target])
    }
    return (loss / Double(logits.rows), gradient)
  }
}
