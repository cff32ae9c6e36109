import DesignSpaceExploration
import Files
import Reporting
import Synchronization
import Training

/// The progress of one or more trainings: a line on a terminal, else a line an epoch.
final class TrainingProgress: Sendable {
  private let style: ProgressLine.Style
  private let line: ProgressLine
  private let total: Int
  private let counts = Mutex(SweepProgress(total: 0))

  /// - Parameter total: epochs of all trainings together.
  init(_ style: ProgressLine.Style, total: Int) {
    self.style = style
    self.total = total
    line = ProgressLine("epochs", style: style)
  }

  /// - Parameters:
  ///   - epochs: of this training.
  ///   - label: which of a seed's trainings this is; nil where there is one.
  ///   - isFirst: whether the state was found, not computed now.
  func update(
    _ seed: UInt64, _ state: NetworkTrainingState, epochs: Int, label: String?, isFirst: Bool
  ) {
    guard !style.isQuiet else { return }
    if style.isTerminal {
      let progress = counts.withLock { counts in
        counts.total = total
        counts.done += isFirst ? state.epoch : 1
        counts.reused += isFirst ? state.epoch : 0
        return counts
      }
      line.update(progress)
      return
    }
    let name = "seed \(seed)" + (label.map { ", \($0)" } ?? "")
    if isFirst {
      Terminal.note(
        state.epoch == 0
          ? "\(name): training" : "\(name): going on after epoch \(state.epoch)")
    } else if let record = state.history.last {
      Terminal.note(Self.text(record, name: name, epochs: epochs))
    }
  }

  func finish() { line.finish() }

  private static func text(_ record: EpochRecord, name: String, epochs: Int) -> String {
    func percent(_ score: EpochRecord.Score) -> String {
      "\(CellValue.format(score.accuracyPercent, digits: 4)) %"
    }
    let validation = record.validation.map {
      ", validation \(percent($0)) (loss \(CellValue.format($0.loss, digits: 4)))"
    }
    return "\(name), epoch \(record.epoch)/\(epochs): loss "
      + "\(CellValue.format(record.training.loss, digits: 4)), training "
      + "\(percent(record.training))\(validation ?? ""), test \(percent(record.test))"
  }
}
