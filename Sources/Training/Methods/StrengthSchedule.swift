import Foundation

/// How λ of act's penalty changes over a training: a function of the share of its steps alone, so
/// that a training that goes on takes the same strengths.
public enum StrengthSchedule: Hashable, Sendable {
  /// How a strength goes from one end to the other.
  public enum Shape: String, CaseIterable, Hashable, Sendable {
    case linear
    /// Half a period of a cosine.
    case cosine
  }

  case constant
  /// 0 for a first share of the steps, the delay, then up to λ over the next, the ramp, which is a
  /// jump where it is 0.
  case rising(Shape, delay: Double, ramp: Double)
  /// λ for a first share of the steps, then down to 0 at the end.
  case falling(Shape, hold: Double)

  /// What λ is multiplied by, 0 … 1.
  ///
  /// - Parameter progress: the share of the steps before this one, 0 … 1.
  public func factor(at progress: Double) -> Double {
    switch self {
    case .constant: return 1
    case .rising(let shape, let delay, let ramp):
      if progress < delay { return 0 }
      return progress - delay >= ramp ? 1 : Self.rise(shape, (progress - delay) / ramp)
    case .falling(let shape, let hold):
      return progress <= hold ? 1 : Self.rise(shape, (1 - progress) / (1 - hold))
    }
  }

  private static func rise(_ shape: Shape, _ share: Double) -> Double {
    switch shape {
    case .linear: share
    case .cosine: (1 - cos(.pi * share)) / 2
    }
  }

  /// `constant`, `linear:DELAY:RAMP`, `cosine:DELAY:RAMP`, `linear_decay:HOLD` or
  /// `cosine_decay:HOLD`, each share 0 … 1; nil for another text, a delay of 1, or a ramp that does
  /// not end within the training.
  public init?(parsing text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let shares = parts.dropFirst().compactMap(Double.init).map { $0 == 0 ? 0 : $0 }
    guard shares.count == parts.count - 1, shares.allSatisfy((0.0...1.0).contains) else {
      return nil
    }
    if parts == ["constant"] {
      self = .constant
    } else if let shape = Shape(rawValue: parts[0]), shares.count == 2, shares[0] < 1,
      shares[0] + shares[1] <= 1
    {
      self = .rising(shape, delay: shares[0], ramp: shares[1])
    } else if let shape = Shape.allCases.first(where: { parts[0] == "\($0.rawValue)_decay" }),
      shares.count == 1
    {
      self = .falling(shape, hold: shares[0])
    } else {
      return nil
    }
  }

  /// What `init(parsing:)` reads, for messages.
  public static let forms =
    "constant, linear:DELAY:RAMP, cosine:DELAY:RAMP, linear_decay:HOLD or cosine_decay:HOLD, in "
    + "shares of the steps from 0 to 1"

  /// The text that `init(parsing:)` reads as the same schedule.
  public var text: String {
    switch self {
    case .constant: "constant"
    case .rising(let shape, let delay, let ramp): "\(shape.rawValue):\(delay):\(ramp)"
    case .falling(let shape, let hold): "\(shape.rawValue)_decay:\(hold)"
    }
  }
}
