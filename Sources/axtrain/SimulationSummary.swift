/// The columns of `axtrain simulate` that fit a terminal.
enum SimulationSummary {
  /// What energies come from.
  enum Energy {
    case table
    case gates
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
        "dram_read_bits": "DRAM in",
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
        "multiplier_pj": "multipliers pJ", "on_chip_pj": "on chip pJ", "total_pj": "with DRAM pJ",
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
        "total_pj": "with DRAM pJ", "images": "images", "accuracy_percent": "accuracy %",
      ]
    }
  }
}
