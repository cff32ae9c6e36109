import Accelerators
import Files
import Quantities
import Technology

extension EvaluationInputs {
  /// Whether the technology answers at every supply of some points, and at those that their trainings
  /// draw: asked before anything is trained or simulated.
  ///
  /// - Throws: `InputError` 65 that names the rail.
  public func checkSupplies(of points: [DesignPoint]) throws {
    var asked: Set<[Voltage]> = []
    for point in points {
      try check(point, as: "", &asked)
      for supply in setup.drawnSupplies(of: point) {
        try check(point.movingLogic(to: supply), as: "drawn_supplies: ", &asked)
      }
    }
  }

  private func check(
    _ point: DesignPoint, as place: String, _ asked: inout Set<[Voltage]>
  ) throws {
    guard asked.insert([point.logicSupply, point.memorySupply]).inserted else { return }
    _ = try MemoryErrors(self, point, place)
    var rail = "memory"
    do throws(TechnologyError) {
      _ = try technology.bitCellLeakage(at: point.memorySupply)
      rail = "logic"
      for gate in EnergyModel.gates { _ = try technology.model(of: gate, at: point.logicSupply) }
    } catch {
      throw InputError(
        .badData, at: SourceLocation(file: setup.technology),
        "\(place)\(rail) rail: \(error)")
    }
  }
}
