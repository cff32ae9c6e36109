import DesignSpaceExploration
import Files
import Reporting
import Synchronization

/// The progress of a sweep: a line for each phase that prepares it, then the progress line.
final class PhaseProgress: Sendable {
  private struct State {
    var lastPhase = ""
    /// Made when the first point is done, so that it measures the time of points alone.
    var line: ProgressLine?
    var trainings: [String: ProgressLine] = [:]
  }

  private let style: ProgressLine.Style
  private let state = Mutex(State())

  init(_ style: ProgressLine.Style) { self.style = style }

  func update(_ phase: SweepPhase) {
    switch phase {
    case .training(_, let total): announce("training \(total) networks")
    case .characterizing(_, let total):
      announce("characterizing multipliers and adder: \(total) netlists and supplies")
    case .evaluating(let progress):
      let line = state.withLock { state in
        let line = state.line ?? ProgressLine("points", style: style)
        state.line = line
        return line
      }
      line.update(progress)
    case .trainingExternally(let progress):
      let line = state.withLock { state in
        let line =
          state.trainings[progress.training] ?? ProgressLine("external trainer", style: style)
        state.trainings[progress.training] = line
        return line
      }
      line.update(SweepProgress(done: progress.done, total: progress.total))
      if progress.done == progress.total { line.finish() }
    }
  }

  func finish() { state.withLock { $0.line }?.finish() }

  private func announce(_ text: String) {
    guard !style.isQuiet else { return }
    let isNew = state.withLock { state in
      defer { state.lastPhase = text }
      return state.lastPhase != text
    }
    if isNew { Terminal.note(text) }
  }
}
