import Quantities

/// A question that a technology's data cannot answer.
public enum TechnologyError: Error, Equatable, CustomStringConvertible {
  /// The supply is outside the range that a law was fitted on.
  case outsideFittedRange(law: String, supply: Voltage, range: ClosedRange<Double>)
  /// A gate of the typical die is slower than timed simulation reaches.
  case tooSlow(gate: String, supply: Voltage)
  /// The clock period is shorter than one gate of the typical die takes.
  case clockTooShort(period: Delay, gate: String, delay: Delay, supply: Voltage)
  /// The technology has no data for an output of a library cell.
  case unknownGate(String, known: [String])

  public var description: String {
    switch self {
    case .outsideFittedRange(let law, let supply, let range):
      "\(supply.value) V is outside \(range.lowerBound)…\(range.upperBound) V, "
        + "where the \(law) was fitted: choose a supply inside"
    case .tooSlow(let gate, let supply):
      "'\(gate)' takes more than 0.1 ms at \(supply.value) V: choose a higher supply"
    case .clockTooShort(let period, let gate, let delay, let supply):
      "a clock period of \(period) is shorter than '\(gate)' takes at \(supply) (\(delay)): "
        + "choose a longer period or a higher supply"
    case .unknownGate(let gate, let known):
      "the technology has no data for '\(gate)': it knows \(known.joined(separator: ", "))"
    }
  }
}
