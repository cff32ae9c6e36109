import Fitting
import Foundation

/// What is known of examples without looking at them: how frequent each class is.
struct Guess: Sendable, Hashable {
  /// Of the most frequent class, in (0, 1]: the accuracy of always naming it.
  let share: Double
  /// The entropy of the classes, in nats: the loss of always giving their frequencies, which no other
  /// constant answer is below.
  let loss: Double

  /// - Precondition: at least one label.
  init(labels: [UInt8]) {
    precondition(!labels.isEmpty, "nothing to guess")
    var counts = [Int](repeating: 0, count: 256)
    for label in labels { counts[Int(label)] += 1 }
    let shares = counts.filter { $0 > 0 }.map { Double($0) / Double(labels.count) }.sorted()
    share = shares.last ?? 1
    loss = shares.reduce(0) { $0 - $1 * log($1) }
  }

  /// Whether a network's loss is lower, or it is clearly more often right.
  func isClearlyBeaten(by score: EpochRecord.Score) -> Bool {
    score.loss < loss || isClearlyBeaten(correct: score.correct, of: score.count)
  }

  /// Whether a network is significantly more than twice as often right, or less than half as often
  /// wrong: the 95 % interval of Wilson lies above the lesser of 2·`share` and (1 + `share`)/2; of
  /// examples of one class, whether any is right.
  func isClearlyBeaten(correct: Int, of count: Int) -> Bool {
    isExceeded(min(2 * share, (1 + share) / 2), by: correct, of: count)
  }

  /// Whether the 95 % interval of Wilson lies above the share of the most frequent class; of examples of
  /// one class, whether any is right.
  func isBeaten(correct: Int, of count: Int) -> Bool {
    isExceeded(share, by: correct, of: count)
  }

  private func isExceeded(_ bound: Double, by correct: Int, of count: Int) -> Bool {
    share == 1
      ? correct > 0
      : Proportion(successes: correct, trials: count).wilson95.lowerBound > bound
  }
}
