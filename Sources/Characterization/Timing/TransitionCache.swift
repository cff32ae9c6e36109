import ErrorTables
import Files
import Foundation
import LogicSimulation
import Netlists

/// A folder of transition tables, each under the hash of all that it follows from.
///
/// A file that is damaged, cut off or of another version is never used: it is noted, made anew and
/// replaced by renaming, so that nobody reads half a table.
public struct TransitionCache: Sendable {
  public let folder: String
  private let note: @Sendable (String) -> Void

  /// Changes whenever the same netlist, delays and capture step would give another table.
  private static let version = "transition table 1"

  /// - Parameter note: is given one line for each file that is made anew: where, and why.
  /// - Throws: `InputError` 73 if the folder cannot be made.
  public init(folder: String, note: @escaping @Sendable (String) -> Void) throws {
    try OutputFile.makeFolder(folder)
    self.folder = folder
    self.note = note
  }

  /// The table of a multiplier: mapped from the folder, or made and put there.
  ///
  /// - Parameters: as `StationaryMultiplier.table`.
  /// - Throws: `InputError` 66 if the folder's file cannot be read, 73 or 74 if it cannot be written, 75
  ///   if stopped.
  public func table(
    of multiplier: StationaryMultiplier, delays: [Int32], captureStep: Int32, pulses: PulseRule,
    jobs: Int, stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> TransitionTable {
    let key = Self.key(multiplier, delays: delays, captureStep: captureStep, pulses: pulses)
    let path = "\(folder)/\(key).npy"
    func mapped() throws -> TransitionTable {
      try TransitionTable(
        mapping: path, stationaryWidth: multiplier.stationaryWidth,
        movingWidth: multiplier.movingWidth, remedy: "it is made anew")
    }
    if FileManager.default.fileExists(atPath: path),
      FileManager.default.fileExists(atPath: path + ".sha256")
    {
      do {
        return try mapped()
      } catch let error as InputError where error.status == .badData {
        note("\(path): \(error.message)")
      }
    }
    try multiplier.table(
      delays: delays, captureStep: captureStep, pulses: pulses, jobs: jobs,
      stopRequested: stopRequested
    ).write(to: path)
    return try mapped()
  }

  /// The hash of the gates and their connections, the delays, the capture step and the pulse rule.
  package static func key(
    _ multiplier: StationaryMultiplier, delays: [Int32], captureStep: Int32, pulses: PulseRule
  ) -> Digest {
    let simulator = multiplier.simulator
    var text = "\(version)\n\(pulses.rawValue) \(captureStep)\n"
    text += "\(multiplier.stationaryWidth) \(multiplier.movingWidth)\n"
    text += "\(simulator.inputNets)\n\(simulator.outputNets)\n"
    for (gate, delay) in zip(simulator.netlist.gates, delays) {
      let inputs = gate.inputs.map { String($0.index) }.joined(separator: ",")
      text += "\(gate.truthTable) \(inputs) \(gate.output.index) \(delay)\n"
    }
    return Digest(of: text)
  }
}
