/// The columns of `axtrain simulate` that fit a terminal.
enum SimulationSummary {
  /// Columns with their titles.
  static func columns(
    hasEnergy: Bool, hasValues: Bool
  ) -> KeyValuePairs<String, String> {
    switch (hasEnergy, hasValues) {
    case (false, false):
      [
        "layer": "layer", "m": "m", "k": "k", "n": "n", "compute_cycles": "compute",
        "stall_cycles": "stall", "total_cycles": "cycles", "utilization": "utilization",
        "dram_read_bits": "DRAM in",
      ]
    case (true, false):
      [
        "layer": "layer", "m": "m", "k": "k", "n": "n", "total_cycles": "cycles",
        "utilization": "utilization", "on_chip_energy": "on chip", "total_energy": "with DRAM",
        "energy_unit": "unit",
      ]
    case (false, true):
      [
        "layer": "layer", "groups": "times", "total_cycles": "cycles",
        "utilization": "utilization", "images": "images", "accuracy_percent": "accuracy %",
      ]
    case (true, true):
      [
        "layer": "layer", "groups": "times", "total_cycles": "cycles",
        "on_chip_energy": "on chip", "total_energy": "with DRAM", "energy_unit": "unit",
        "images": "images", "accuracy_percent": "accuracy %",
      ]
    }
  }
}
