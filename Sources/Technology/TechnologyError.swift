import Files
import Quantities

/// A part of a technology's file that not every question needs.
public enum TechnologyPart: String, CaseIterable, Sendable {
  case variation = "threshold_variation"
  case sram
  case dram
  case outputStage = "output_stage"
}

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
  /// The technology's file has no such part.
  case missingPart(TechnologyPart, technology: String)

  public var description: String {
    switch self {
    case .outsideFittedRange(let law, let supply, let range):
      "\(supply.value) V is outside \(range.lowerBound)…\(range.upperBound) V, "
        + "where the \(law) was fitted: choose a supply inside"
    case .tooSlow(let gate, let supply):
      "'\(gate)' takes more than 0.1 ms at \(supply.value) V: choose a higher supply"
    case .clockTooShort(let period, let gate, let delay, let supply):
      "a clock period of \(Self.nanoseconds(period)) is shorter than '\(gate)' takes at \(supply) "
        + "(\(Self.nanoseconds(delay))): choose a longer period or a higher supply"
    case .unknownGate(let gate, let known):
      "the technology has no data for '\(gate)'\(Self.nearest(to: gate, among: known)): it knows "
        + known.prefix(8).joined(separator: ", ") + (known.count > 8 ? " …" : "")
    case .missingPart(let part, let technology):
      "technology '\(technology)' has no '\(part.rawValue)', which this needs: add it to its file, or "
        + "choose a technology that has it"
    }
  }

  private static func nanoseconds(_ delay: Delay) -> String {
    CellValue.format(delay.value * 1e9, digits: 4) + " ns"
  }

  private static func nearest(to gate: String, among known: [String]) -> String {
    InputError.nearest(to: gate, among: known).map { " (nearest is '\($0)')" } ?? ""
  }
}
