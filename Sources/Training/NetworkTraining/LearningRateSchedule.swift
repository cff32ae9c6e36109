import Foundation

/// How the learning rate changes over a training: a function of the step alone, so that a training
/// that goes on takes the same rates.
public enum LearningRateSchedule: Hashable, Sendable {
  case constant
  /// Times `factor` after every so many epochs.
  case step(factor: Double, everyEpochs: Int)
  /// Half a period of a cosine, from the rate to a floor. Source: Loshchilov and Hutter, *SGDR*,
  /// ICLR 2017, equation 5 without restarts.
  case cosine(floor: Double)
  /// A straight line to 0.
  case linear

  /// Whether the rates of the first epochs depend on how many follow.
  var dependsOnEpochs: Bool {
    switch self {
    case .constant, .step: false
    case .cosine, .linear: true
    }
  }

  /// The rate of a step.
  ///
  /// - Parameters:
  ///   - start: the rate at the start, positive; a floor is not above it.
  ///   - step: from 0, below `steps`.
  ///   - stepsPerEpoch: of a whole epoch.
  public func rate(start: Double, step: Int, stepsPerEpoch: Int, steps: Int) -> Double {
    let share = Double(step) / Double(steps)
    switch self {
    case .constant: return start
    case .step(let factor, let every):
      return start * pow(factor, Double(step / stepsPerEpoch / every))
    case .cosine(let floor): return floor + (start - floor) * (1 + cos(.pi * share)) / 2
    case .linear: return start * (1 - share)
    }
  }

  /// `constant`, `step:FACTOR:EPOCHS`, `cosine`, `cosine:FLOOR` or `linear`; nil for another text, a
  /// factor outside (0, 1], epochs below 1 or a floor below 0.
  public init?(parsing text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("constant", 1): self = .constant
    case ("linear", 1): self = .linear
    case ("cosine", 1): self = .cosine(floor: 0)
    case ("cosine", 2):
      guard let floor = Double(parts[1]), floor >= 0, floor.isFinite else { return nil }
      self = .cosine(floor: floor)
    case ("step", 3):
      guard let factor = Double(parts[1]), factor > 0, factor <= 1, let every = Int(parts[2]),
        (1...1_000_000).contains(every)
      else { return nil }
      self = .step(factor: factor, everyEpochs: every)
    default: return nil
    }
  }

  /// The text that `init(parsing:)` reads as the same schedule.
  public var text: String {
    switch self {
    case .constant: "constant"
    case .step(let factor, let every): "step:\(factor):\(every)"
    case .cosine(let floor): "cosine:\(floor)"
    case .linear: "linear"
    }
  }
}
