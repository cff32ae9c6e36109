import Reporting
import Technology

extension TechnologyNode {
  /// Says on standard error which laws are taken though they do not follow their data.
  func notePoorFits() {
    for note in poorFitNotes { Terminal.note("note: \(note)") }
  }
}
