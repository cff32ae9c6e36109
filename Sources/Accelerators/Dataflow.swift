/// Which operand stays in the processing elements, and how the others move through the array.
public enum Dataflow: String, CaseIterable, Sendable {
  /// Weights stay, the sum runs along the rows: `WeightStationaryArray`.
  case weightStationary = "weight_stationary"
  /// Sums stay, M lies along the rows, N along the columns: `OutputStationaryArray`.
  case outputStationary = "output_stationary"
  /// Activations stay, the sum runs along the rows: `InputStationaryArray`.
  case inputStationary = "input_stationary"
}

/// What a cycle count counts.
public enum CycleConvention: String, CaseIterable, Sendable {
  /// What the registers of the array take: fill, drain, and the bank's tiles.
  case physical
  /// The formulas of SCALE-Sim 3, for comparison.
  case scalesim
}
