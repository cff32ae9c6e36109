import ErrorTables
import Files
import Foundation
import LogicSimulation
import Netlists
import Synchronization

/// A folder of what dies capture wrong of all operand transitions, a file a die, each under the hash of
/// all that it follows from.
///
/// A file that is damaged, cut off, of another die or version is never used: it is noted, made anew and
/// replaced by renaming, so that nobody reads half of one.
public final class TransitionCache: Sendable {
  public let folder: String
  private let note: @Sendable (String) -> Void
  /// Two threads may make the same file.
  private let writing = Mutex(())

  /// Changes whenever the same netlist, delays and capture step would give another table.
  private static let version = "transition table 1"

  /// - Parameter note: is given one line for each file that is made anew: where, and why.
  /// - Throws: `InputError` 73 if the folder cannot be made.
  public init(folder: String, note: @escaping @Sendable (String) -> Void) throws {
    try OutputFile.makeFolder(folder)
    self.folder = folder
    self.note = note
  }

  /// What a die of a multiplier captures wrong: read from the folder, or made and put there.
  ///
  /// - Parameters: as `StationaryMultiplier.table`; `settled` are the products after everything has
  ///   settled, of bytes, the second one held.
  /// - Throws: `InputError` 66 if the folder's file cannot be read, 73 or 74 if it cannot be written, 75
  ///   if stopped.
  public func wrongProducts(
    of multiplier: StationaryMultiplier, delays: [Int32], captureStep: Int32, pulses: PulseRule,
    settled: ProductTable, jobs: Int,
    stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> WrongProducts {
    let key = Self.key(multiplier, delays: delays, captureStep: captureStep, pulses: pulses)
    let products = settled.products.map(\.littleEndian).withUnsafeBytes { Array($0) }
    let identity = Digest(of: Array(key.description.utf8) + products)
    let path = "\(folder)/\(identity).wrong"
    if FileManager.default.fileExists(atPath: path) {
      do {
        return try WrongProducts(
          contentsOf: path, identity: identity, stationaryWidth: multiplier.stationaryWidth,
          movingWidth: multiplier.movingWidth, remedy: "it is made anew")
      } catch let error as InputError where error.status == .badData {
        note("\(path): \(error.message)")
      }
    }
    let made = WrongProducts(
      try multiplier.table(
        delays: delays, captureStep: captureStep, pulses: pulses, jobs: jobs,
        stopRequested: stopRequested), settled: settled)
    try writing.withLock { _ in try made.write(to: path, identity: identity) }
    return made
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
