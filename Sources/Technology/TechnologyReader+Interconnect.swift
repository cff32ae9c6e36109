import Files
import Quantities

extension TechnologyReader.Reader {
  /// Femtofarads a micrometer: wires of any width and spacing have some tenths.
  private static let capacitances = 0.001...10.0
  private static let areas = 1e-4...1e4

  /// The wires; every cell that the technology knows needs a laid-out area.
  func interconnect(
    _ node: StrictYAML, gates: [String: TechnologyNode.GateModel]
  ) throws -> Interconnect {
    let record = try node.record([
      "signal_ff_per_um", "clock_ff_per_um", "utilization", "cell_areas_um2", "flip_flop_area_um2",
      "clock_gate_area_um2", "source",
    ])
    let list = try record["cell_areas_um2"]
    var areas: [String: Area] = [:]
    for entry in try list.entries() { areas[entry.key] = try area(entry.value) }
    let cells = Set(gates.keys.map { String($0.prefix { $0 != "." }) })
    for cell in cells.sorted() where areas[cell] == nil {
      throw InputError(
        .badData, at: list.location,
        "has no area of '\(cell)', of whose gates the technology has delays: add it")
    }
    func perMeter(_ key: String) throws -> Double {
      try record[key].number(in: Self.capacitances) * 1e-9
    }
    return Interconnect(
      signalCapacitance: try perMeter("signal_ff_per_um"),
      clockCapacitance: try perMeter("clock_ff_per_um"), cellAreas: areas,
      flipFlopArea: try area(record["flip_flop_area_um2"]),
      clockGateArea: try area(record["clock_gate_area_um2"]),
      utilization: try record["utilization"].number(in: 0.05...1),
      source: try record["source"].text())
  }

  private func area(_ node: StrictYAML) throws -> Area {
    Area(try node.number(in: Self.areas) * 1e-12)
  }
}
