import Files
import LogicSimulation
import Netlists

extension Netlist {
  /// - Parameter file: of the netlist, for the message.
  /// - Throws: `InputError` 65 if it has more gates than are simulated with delays.
  func checkIsTimed(file: String) throws {
    guard gates.count <= EventDrivenSimulator.maximumGates else {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "has \(gates.count) gates; at most \(EventDrivenSimulator.maximumGates) are simulated with "
          + "delays")
    }
  }
}
