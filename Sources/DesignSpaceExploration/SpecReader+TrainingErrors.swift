import Accelerators
import Files
import NetworkEvaluation
import Quantities

extension SpecReader {
  /// `drawn_supplies: [V, …]`, rising; empty where the spec has none.
  func drawnSupplies(_ fields: StrictYAML.Record) throws -> [Voltage] {
    guard let node = fields.optional("drawn_supplies") else { return [] }
    for key in ["drawn_rates", "drawn_activation_rates"] {
      guard let rates = fields.optional(key) else { continue }
      throw InputError(
        .badData, at: rates.location,
        "\(key) and drawn_supplies exclude each other, since a drawn supply has its rates: leave one out"
      )
    }
    let supplies: [Voltage] = try node.distinctValues(
      "drawn_supplies need", atMost: EvaluationSetup.TrainingChoice.maximumDrawnSupplies
    ) { try $0.quantity(in: Self.supplies) }
    return supplies.sorted()
  }

  /// `training_rate_factor`; 1 where the spec has none.
  func rateFactor(_ fields: StrictYAML.Record) throws -> Double {
    try fields.optional("training_rate_factor")?.number(in: 1...100) ?? 1
  }

  /// Refuses a rail of the memory that meets the logic's where drawn supplies move only one of them.
  ///
  /// - Parameters:
  ///   - node: of the memory's supplies.
  ///   - memory: nil where it follows the logic.
  func checkRails(
    _ node: StrictYAML, memory: [Voltage?], logic: [Voltage], drawn: [Voltage]
  ) throws {
    guard !drawn.isEmpty, memory.contains(nil),
      let meeting = logic.first(where: { memory.contains($0) })
    else { return }
    throw InputError(
      .badData, at: node.location,
      "follows_logic and \(meeting) are one point where the logic has \(meeting), but two trainings "
        + "with drawn_supplies: leave one out")
  }
}
