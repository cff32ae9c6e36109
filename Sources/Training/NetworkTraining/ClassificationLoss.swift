import Foundation
import Networks

/// The cross-entropy of softmax(s·z) with smoothed labels:
/// L = −(1/M)·Σₘ Σₖ t[m,k]·ln p[m,k], p = softmax(s·z), t = (1 − ε)·onehot + ε/K.
///
/// Source of the smoothing: Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, *Rethinking the Inception
/// architecture for computer vision*, CVPR 2016, section 7.
struct ClassificationLoss {
  /// The mean over the batch.
  private(set) var loss: Double
  /// Examples whose largest logit is that of their label; of equal logits the lowest class counts.
  let correct: Int
  /// ∂L/∂z = s·(p − t)/M.
  private(set) var gradient: Tensor
  /// ∂L/∂s = Σ z·(p − t)/M.
  private(set) var scaleGradient: Float

  /// - Parameters:
  ///   - logits: z, M × K; not empty.
  ///   - labels: M classes below K.
  ///   - scale: s.
  ///   - smoothing: ε, in [0, 1).
  init(logits: consuming Tensor, labels: [UInt8], scale: Float, smoothing: Float = 0) {
    let (count, classes) = (logits.count, logits.shape.count)
    precondition(count == labels.count && count > 0, "one label a row")
    precondition(labels.allSatisfy { Int($0) < classes }, "a label is no class")
    precondition((0..<1).contains(smoothing), "smoothing outside [0, 1)")
    var gradient = logits
    var (loss, scaleSum, correct) = (0.0, 0.0, 0)
    let (weight, share) = (1 / Float(count), smoothing / Float(classes))
    gradient.values.withUnsafeMutableBufferPointer { values in
      for (row, label) in labels.enumerated() {
        let row = UnsafeMutableBufferPointer(
          rebasing: values[row * classes..<(row + 1) * classes])
        let result = Self.differentiate(
          row, label: Int(label), scale: scale, smoothing: smoothing, share: share, weight: weight)
        loss += result.loss
        scaleSum += result.scaleGradient
        correct += result.isCorrect ? 1 : 0
      }
    }
    self.loss = loss / Double(count)
    self.correct = correct
    self.gradient = gradient
    scaleGradient = Float(scaleSum)
  }

  /// Puts the gradient of one example in the place of its logits.
  private static func differentiate(
    _ row: UnsafeMutableBufferPointer<Float>, label: Int, scale: Float, smoothing: Float,
    share: Float, weight: Float
  ) -> (loss: Double, scaleGradient: Double, isCorrect: Bool) {
    var (best, largest, total) = (0, -Float.infinity, 0.0)
    for index in row.indices {
      let value = scale * row[index]
      if row[index] > row[best] { best = index }
      largest = max(largest, value)
      total += Double(value)
    }
    var sum: Float = 0
    for value in row { sum += exp(scale * value - largest) }
    let logSum = log(sum) + largest
    // Σₖ t·(logSum − s·z) with Σ t = 1.
    let target = Double(1 - smoothing) * Double(scale * row[label]) + Double(share) * total
    let loss = Double(logSum) - target
    var scaleGradient = 0.0
    for index in row.indices {
      let logit = row[index]
      let wanted = share + (index == label ? 1 - smoothing : 0)
      let difference = (exp(scale * logit - largest) / sum - wanted) * weight
      scaleGradient += Double(logit) * Double(difference)
      row[index] = scale * difference
    }
    return (loss, scaleGradient, best == label)
  }

  /// Keeps a share of a gradient and adds to it.
  mutating func values(at place: Int, add change: Float, keeping kept: Float) {
    gradient.values[place] = kept * gradient.values[place] + change
  }

  /// Takes in a share of another loss.
  mutating func mix(loss other: Double, scaleGradient otherScale: Float, share: Float) {
    loss = Double(1 - share) * loss + Double(share) * other
    scaleGradient = (1 - share) * scaleGradient + share * otherScale
  }
}
