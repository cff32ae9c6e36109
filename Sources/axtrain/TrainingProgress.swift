import DesignSpaceExploration
import Files
import Reporting
import Synchronization
import Training

/// The progress of one or more trainings: a line on a terminal, else a line an epoch.
final class TrainingProgress: Sendable {
  private let style: ProgressLine.Style
  private let line: ProgressLine
  private let epochs: Int
  private let total: Int
  private let counts = Mutex(SweepProgress(total: 0))

  init(_ style: ProgressLine.Style, epochs: Int, trainings: Int) {
    self.style = style
    self.epochs = epochs
    total = epochs * trainings
    line = ProgressLine("epochs", style: style)
  }

  /// - Parameter isFirst: whether the state was found, not computed now.
  func update(_ seed: UInt64, _ state: NetworkTrainingState, isFirst: Bool) {
    guard !style.isQuiet else { return }
    if style.isTerminal {
      let progress = counts.withLock { counts in
        counts.total = total
        counts.done += isFirst ? state.epoch : 1
        counts.reused += isFirst ? state.epoch : 0
        return counts
      }
      line.update(progress)
    } else if isFirst {
      Terminal.note(
        state.epoch == 0
          ? "seed \(seed): training" : "seed \(seed): going on after epoch \(state.epoch)")
    } else if let record = state.history.last {
      Terminal.note(Self.text(record, seed: seed, epochs: epochs))
    }
  }

  func finish() { line.finish() }

  private static func text(_ record: EpochRecord, seed: UInt64, epochs: Int) -> String {
    func percent(_ score: EpochRecord.Score) -> String {
      "\(CellValue.format(score.accuracyPercent, digits: 4)) %"
    }
    let validation = record.validation.map {
      ", validation \(percent($0)) (loss \(CellValue.format($0.loss, digits: 4)))"
    }
    return "seed \(seed), epoch \(record.epoch)/\(epochs): loss "
      + "\(CellValue.format(record.training.loss, digits: 4)), training "
      + "\(percent(record.training))\(validation ?? ""), test \(percent(record.test))"
  }
}
