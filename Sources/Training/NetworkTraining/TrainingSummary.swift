import Files
import Fitting

/// The table that `axtrain train` prints: a row a seed.
public enum TrainingSummary {
  public static let columns = [
    ColumnDefinition("seed", "Of weights, batch order, dropout, shifts and validation part."),
    ColumnDefinition(
      "epochs_run", "Runs through the training examples; those of `start` are not counted."),
    ColumnDefinition(
      "result_epoch",
      "The epoch whose weights are kept: of the lowest validation loss, or the last."),
    ColumnDefinition("test_examples", "Examples of the test part."),
    ColumnDefinition("accuracy_percent", "Of the kept weights on the test part, 0 to 100."),
    ColumnDefinition(
      "accuracy_low_percent", "Lower end of its 95 % interval over test examples (Wilson)."),
    ColumnDefinition("accuracy_high_percent", "Upper end of that interval."),
    ColumnDefinition(
      "images_per_second",
      "Training examples a second of wall-clock time in this run, evaluations and checkpoints "
        + "included; empty where nothing was left to train."),
    ColumnDefinition("folder", "Where the model, history and curves are."),
  ]

  /// - Parameters:
  ///   - state: after at least one epoch.
  ///   - imagesPerSecond: nil if no epoch was run.
  public static func row(
    seed: UInt64, state: NetworkTrainingState, imagesPerSecond: Double?, folder: String
  ) -> [CellValue] {
    guard let record = state.resultRecord else {
      preconditionFailure("a training of no epoch has no result")
    }
    let proportion = Proportion(successes: record.test.correct, trials: record.test.count)
    let interval = proportion.wilson95
    return [
      // A table's integers are signed.
      .text("\(seed)"), .integer(state.epoch), .integer(record.epoch),
      .integer(record.test.count), .real(100 * proportion.value),
      .real(100 * interval.lowerBound), .real(100 * interval.upperBound),
      imagesPerSecond.map { .real($0) } ?? .missing, .text(folder),
    ]
  }

  /// The mean accuracy of several seeds in percent, and half of its 95 % interval by Student's t; nil
  /// of fewer than two.
  public static func mean(of states: [NetworkTrainingState]) -> (mean: Double, half: Double)? {
    let accuracies = states.compactMap(\.resultRecord?.test.accuracyPercent)
    guard accuracies.count >= 2 else { return nil }
    let variance = SampleVariance(accuracies)
    let t = Normal.studentTwoSided95(degreesOfFreedom: Double(accuracies.count - 1))
    return (
      accuracies.reduce(0, +) / Double(accuracies.count), t * variance.ofMean.squareRoot()
    )
  }
}
