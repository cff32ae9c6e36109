import Foundation
import Networks

/// The derivative of `ClassificationLoss`'s gradients along a direction in which logits and scale
/// move, marked by a dot.
///
/// With q = s·z: q̇ = s·ż + ṡ·z, ṗ = p∘(q̇ − Σₖ p·q̇).
struct ClassificationLossTangent {
  /// Of ∂L/∂z: (ṡ·(p − t) + s·ṗ)/M.
  let gradient: Tensor
  /// Of ∂L/∂s: Σ (ż·(p − t) + z·ṗ)/M.
  let scaleGradient: Float

  /// - Parameters:
  ///   - logits, labels, scale, smoothing: as of `ClassificationLoss`.
  ///   - logitTangent: ż, of the shape of the logits; nil: 0.
  ///   - scaleTangent: ṡ; 0 for a scale that does not move.
  init(
    logits: Tensor, logitTangent: consuming Tensor?, labels: [UInt8], scale: Float,
    scaleTangent: Float = 0, smoothing: Float = 0
  ) {
    let (count, classes) = (logits.count, logits.shape.count)
    precondition(count == labels.count && count > 0, "one label a row")
    precondition(labels.allSatisfy { Int($0) < classes }, "a label is no class")
    precondition((0..<1).contains(smoothing), "smoothing outside [0, 1)")
    var tangent =
      logitTangent
      ?? Tensor(
        count: count, shape: logits.shape,
        values: [Float](repeating: 0, count: logits.values.count))
    precondition(tangent.values.count == logits.values.count, "a tangent of other logits")
    let (weight, share) = (1 / Double(count), Double(smoothing) / Double(classes))
    let (s, rate) = (Double(scale), Double(scaleTangent))
    var scaleSum = 0.0
    var (terms, moves) = (
      [Double](repeating: 0, count: classes), [Double](repeating: 0, count: classes)
    )
    for (row, label) in labels.enumerated() {
      let first = row * classes
      var (largest, sum, mean) = (-Double.infinity, 0.0, 0.0)
      for index in 0..<classes {
        let (logit, moved) = (
          Double(logits.values[first + index]), Double(tangent.values[first + index])
        )
        terms[index] = s * logit
        moves[index] = s * moved + rate * logit
        largest = max(largest, terms[index])
      }
      for index in 0..<classes {
        terms[index] = exp(terms[index] - largest)
        sum += terms[index]
      }
      for index in 0..<classes {
        terms[index] /= sum
        mean += terms[index] * moves[index]
      }
      for index in 0..<classes {
        let wanted = share + (index == Int(label) ? 1 - Double(smoothing) : 0)
        let difference = terms[index] - wanted
        let change = terms[index] * (moves[index] - mean)
        let (logit, moved) = (
          Double(logits.values[first + index]), Double(tangent.values[first + index])
        )
        scaleSum += (moved * difference + logit * change) * weight
        tangent.values[first + index] = Float((rate * difference + s * change) * weight)
      }
    }
    gradient = tangent
    scaleGradient = Float(scaleSum)
  }
}
