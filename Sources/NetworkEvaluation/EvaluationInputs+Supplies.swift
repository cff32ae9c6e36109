import Accelerators
import Characterization
import Files
import Quantities
import Technology

extension EvaluationInputs {
  /// Whether the technology answers at every supply of some points, and at those that their trainings
  /// draw: asked before anything is trained or simulated.
  ///
  /// - Parameter place: where the sweep has a point's supply of the logic or the memory, or the supplies
  ///   that its training draws.
  /// - Throws: `InputError` 65 there, which names the rail, or at the technology if it is at fault.
  public func checkSupplies(of points: [DesignPoint], at place: SupplyPlace) throws {
    var asked: Set<[Voltage]> = []
    for point in points {
      try check(point, &asked, as: "") { place(point, $0, false) }
      for supply in setup.drawnSupplies(of: point) {
        try check(point.movingLogic(to: supply), &asked, as: "drawn_supplies: ") {
          place(point, $0, true)
        }
      }
    }
  }

  /// Where the sweep has a supply of a point, of the memory or of the logic, or where it lists those that
  /// the point's training draws.
  public typealias SupplyPlace = (
    _ point: DesignPoint, _ isMemory: Bool, _ isDrawn: Bool
  ) -> SourceLocation?

  /// Whether every gate of each point's multiplier switches within the clock period, at its supply and at
  /// those that its training draws: products of all points are captured. Asked before anything is trained
  /// or simulated.
  ///
  /// - Parameter place: where the sweep has a point's supply, or the supplies that its training draws.
  /// - Throws: `InputError` 65 there, or at the technology if it cannot answer.
  public func checkClocks(
    of points: [DesignPoint], at place: (_ point: DesignPoint, _ isDrawn: Bool) -> SourceLocation?
  ) throws {
    var asked: Set<NetworkEvaluator.TransitionKey> = []
    for point in points {
      let drawn = setup.drawnSupplies(of: point)
      for (index, supply) in ([point.logicSupply] + drawn).enumerated() {
        let key = NetworkEvaluator.TransitionKey(
          multiplier: point.multiplier, supply: supply, clock: point.clock)
        guard asked.insert(key).inserted else { continue }
        do throws(TechnologyError) {
          let period = try clockPeriod(
            multiplier: point.multiplier, clock: point.clock, supply: supply)
          try DieDelays(
            multipliers[point.multiplier].netlist, technology: technology, supply: supply
          ).check(clockPeriod: period)
        } catch {
          throw error.refusal(
            of: multipliers[point.multiplier].name, technology: setup.technology,
            at: place(point, index > 0))
        }
      }
    }
  }

  private func check(
    _ point: DesignPoint, _ asked: inout Set<[Voltage]>, as prefix: String,
    at place: (_ isMemory: Bool) -> SourceLocation?
  ) throws {
    guard asked.insert([point.logicSupply, point.memorySupply]).inserted else { return }
    _ = try MemoryErrors(self, point, as: prefix, at: place(true))
    var isMemory = true
    do throws(TechnologyError) {
      if setup.modelsMemory { _ = try technology.bitCellLeakage(at: point.memorySupply) }
      isMemory = false
      for gate in EnergyModel.gates { _ = try technology.model(of: gate, at: point.logicSupply) }
    } catch {
      throw InputError(
        .badData,
        at: error.location(ofSupply: place(isMemory), technology: setup.technology),
        "\(prefix)\(isMemory ? "memory" : "logic") rail: \(error)")
    }
  }
}
