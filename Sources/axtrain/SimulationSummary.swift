import Accelerators
import Quantities

/// The columns of `axtrain simulate` that fit a terminal.
enum SimulationSummary {
  /// What energies come from.
  enum Energy {
    case table
    case gates
  }

  /// What all rows share: of one design point, or of several without array and dataflow.
  static func heading(
    _ spec: AcceleratorSpec?, _ convention: CycleConvention, energyTable: EnergyTable?,
    supply: Voltage? = nil
  ) -> String {
    var parts = ["convention \(convention.rawValue)"]
    if let spec {
      parts.insert(
        "\(spec.rows) × \(spec.columns) elements, "
          + spec.dataflow.rawValue.replacing("_", with: " "), at: 0)
    }
    if let energyTable { parts.append("energies of \(energyTable.name)") }
    if let supply { parts.append("energies of gates at \(supply)") }
    return parts.joined(separator: ", ")
  }

  /// Columns with their titles.
  static func columns(
    _ energy: Energy?, hasValues: Bool
  ) -> KeyValuePairs<String, String> {
    switch (energy, hasValues) {
    case (nil, false):
      [
        "layer": "layer", "m": "m", "k": "k", "n": "n", "compute_cycles": "compute",
        "stall_cycles": "stall", "total_cycles": "cycles", "utilization": "utilization",
        "dram_read_bits": "DRAM bits in",
      ]
    case (.table, false):
      [
        "layer": "layer", "m": "m", "k": "k", "n": "n", "total_cycles": "cycles",
        "utilization": "utilization", "on_chip_energy": "on chip", "total_energy": "with DRAM",
        "energy_unit": "unit",
      ]
    case (.gates, false):
      [
        "layer": "layer", "m": "m", "k": "k", "n": "n", "total_cycles": "cycles",
        "multiplier_pj": "multipliers pJ", "on_chip_pj": "on chip pJ", "total_pj": "total pJ",
      ]
    case (nil, true):
      [
        "layer": "layer", "groups": "times", "total_cycles": "cycles",
        "utilization": "utilization", "images": "images", "accuracy_percent": "accuracy %",
      ]
    case (.table, true):
      [
        "layer": "layer", "groups": "times", "total_cycles": "cycles",
        "on_chip_energy": "on chip", "total_energy": "with DRAM", "energy_unit": "unit",
        "images": "images", "accuracy_percent": "accuracy %",
      ]
    case (.gates, true):
      [
        "layer": "layer", "groups": "times", "total_cycles": "cycles", "on_chip_pj": "on chip pJ",
        "total_pj": "total pJ", "images": "images", "accuracy_percent": "accuracy %",
      ]
    }
  }
}
