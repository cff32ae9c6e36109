import Files

/// How an epoch of a training went. Losses are means over examples.
public struct EpochRecord: Hashable, Sendable {
  /// Counts of examples that were classified, and of those that were right.
  public struct Score: Hashable, Sendable {
    public let loss: Double
    public let correct: Int
    public let count: Int

    /// In 0 … 100.
    public var accuracyPercent: Double { 100 * Double(correct) / Double(count) }
  }

  /// From 1.
  public let epoch: Int
  /// That of the epoch's first step.
  public let learningRate: Double
  /// λ of act's penalty at that step; nil where none is scheduled.
  public let actStrength: Double?
  /// Over the batches as they were trained on: before each step, smoothed and shifted.
  public let training: Score
  /// After the epoch, without smoothing; nil where nothing is kept for validation.
  public let validation: Score?
  /// After the epoch, without smoothing.
  public let test: Score

  /// The columns of `history.csv`.
  public static let columns = [
    ColumnDefinition("epoch", "Runs through the training examples so far, from 1."),
    ColumnDefinition("learning_rate", "Of the epoch's first step."),
    ColumnDefinition(
      "training_loss",
      "Mean cross-entropy in nats of the examples as they were trained on: before each step, with "
        + "smoothed labels, shifts and dropout."),
    ColumnDefinition("training_accuracy_percent", "Of the same outputs, 0 to 100."),
    ColumnDefinition(
      "validation_loss",
      "Mean cross-entropy of the validation part after the epoch; empty where there is none."),
    ColumnDefinition("validation_accuracy_percent", "Of the validation part, 0 to 100."),
    ColumnDefinition("test_loss", "Mean cross-entropy of the test part after the epoch."),
    ColumnDefinition("test_accuracy_percent", "Of the test part, 0 to 100."),
  ]

  /// The column that follows `learning_rate` where λ of act's penalty is scheduled.
  public static let strengthColumns = [
    ColumnDefinition(
      "act_strength", "λ of act's penalty at the epoch's first step; only where it is scheduled.")
  ]

  /// The epochs as rows under `columns`, with `strengthColumns` where λ is scheduled.
  public static func table(_ history: [EpochRecord]) -> ResultTable {
    let isScheduled = history.contains { $0.actStrength != nil }
    return ResultTable(
      columns: columns.prefix(2) + (isScheduled ? strengthColumns : []) + columns.dropFirst(2),
      rows: history.map { record in
        let strength: [CellValue] =
          isScheduled ? [record.actStrength.map { .real($0) } ?? .missing] : []
        return [.integer(record.epoch), .real(record.learningRate)] + strength + [
          .real(record.training.loss), .real(record.training.accuracyPercent),
          record.validation.map { .real($0.loss) } ?? .missing,
          record.validation.map { .real($0.accuracyPercent) } ?? .missing,
          .real(record.test.loss), .real(record.test.accuracyPercent),
        ]
      })
  }
}
