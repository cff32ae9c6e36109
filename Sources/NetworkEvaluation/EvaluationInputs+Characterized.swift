import Accelerators
import Characterization
import ErrorTables
import Files
import Quantities

extension EvaluationInputs {
  /// Reads the folders of error tables that a setup names, by the multiplier that each is of.
  ///
  /// - Parameter shared: technology and cells, on which tables rest beside the netlist.
  /// - Throws: `InputError` 65 if a folder is of other files than the sweep's, of the dies that pas
  ///   trains on, or does not go with the fidelity.
  static func characterizedFolders(
    _ setup: EvaluationSetup, multipliers: [Multiplier], shared: [FileDigest]
  ) throws -> [Int: CharacterizedFolder] {
    var folders: [Int: CharacterizedFolder] = [:]
    for path in setup.characterized {
      let folder = try CharacterizedFolder(contentsOf: path)
      let place = SourceLocation(file: "\(path)/manifest.json")
      guard
        let index = multipliers.firstIndex(where: {
          $0.hasPlainBytes && folder.inputDigests.contains("\($0.file.digest)")
        })
      else {
        throw InputError(.badData, at: place, "is of none of the sweep's multipliers")
      }
      if let other = shared.first(where: { !folder.inputDigests.contains("\($0.digest)") }) {
        throw InputError(
          .badData, at: place,
          "does not rest on the sweep's \(other.path): run 'axtrain characterize' with it")
      }
      guard folders.updateValue(folder, forKey: index) == nil else {
        throw InputError(
          .badData, at: place, "is the second folder of \(multipliers[index].name): leave one out")
      }
      guard folder.seed != setup.characterization.seed else {
        throw InputError(
          .badData, at: place,
          "has the dies that pas trains on: characterize with another seed than "
            + "\(setup.characterization.seed)")
      }
      let choice = setup.timingErrors
      let isOfGrid = folder.steps == choice.steps && folder.pulses == choice.pulses
      guard choice.fidelity != .gate, choice.fidelity == .statistical || isOfGrid else {
        throw InputError(
          .badData, at: place,
          choice.fidelity == .gate
            ? "is not used by fidelity gate, which simulates every element: leave it out"
            : "has \(folder.steps) \(folder.pulses.rawValue) time steps, the sweep "
              + "\(choice.steps) \(choice.pulses.rawValue): characterize with these")
      }
      if choice.fidelity == .transition, folder.transitionTableCount < choice.variants {
        throw InputError(
          .badData, at: place,
          "has transition tables of \(folder.transitionTableCount) dies, the sweep takes "
            + "\(choice.variants): characterize with --tables --dies \(choice.variants), or lower "
            + "'variants'")
      }
    }
    return folders
  }

  /// The folder that has a multiplier at a point of the sweep, and what it counted; nil if none has.
  ///
  /// - Throws: `InputError` 65 if it captured at another clock period.
  func characterized(
    multiplier: Int, supply: Voltage, clockPeriod: Delay
  ) throws -> (folder: CharacterizedFolder, point: TimingErrorTable.Point)? {
    guard let folder = characterized[multiplier],
      let point = try folder.point(at: supply, clockPeriod: clockPeriod)
    else { return nil }
    return (folder, point)
  }
}
