import Foundation

/// The cross-entropy of softmax(scale · logits) with smoothed labels, straight from its definition in
/// double precision: what the trainer's loss and gradients are compared with.
public enum NaiveSmoothedLoss {
  /// −(1/M)·Σₘ Σₖ t[m,k]·ln p[m,k], t = (1 − smoothing)·onehot + smoothing/K.
  public static func mean(
    logits: [[Double]], labels: [UInt8], scale: Double, smoothing: Double
  ) -> Double {
    var loss = 0.0
    for (row, label) in zip(logits, labels) {
      let total = row.reduce(0) { $0 + exp(scale * $1) }
      for (index, logit) in row.enumerated() {
        let target =
          smoothing / Double(row.count) + (index == Int(label) ? 1 - smoothing : 0)
        loss -= target * log(exp(scale * logit) / total)
      }
    }
    return loss / Double(labels.count)
  }
}
