import ErrorTables
import QuantizedNetworks

/// What gives weights the noise that act's penalty weighs.
public enum PenaltyNoise: String, CaseIterable, Hashable, Sendable {
  /// Inverted bits of stored weights.
  case weightBits = "weight_bits"
  /// The multiplier's settled products.
  case multiplier
  /// Products that are captured before they have settled.
  case timing

  /// What errs at a point; empty: the penalty is 0, and act is fine-tuning without regard to hardware.
  public static func sources(
    _ multiplier: EncodedMultiplier, _ errors: HardwareErrors
  ) -> [PenaltyNoise] {
    allCases.filter {
      switch $0 {
      case .weightBits: errors.weightBitErrorRate > 0
      case .multiplier: !multiplier.isExact
      case .timing: errors.timing.meanSquare > 0
      }
    }
  }

  /// The sources joined by `+`, or `none`: as training records and rows have them.
  public static func text(of sources: [PenaltyNoise]) -> String {
    sources.isEmpty ? "none" : sources.map(\.rawValue).joined(separator: "+")
  }
}
