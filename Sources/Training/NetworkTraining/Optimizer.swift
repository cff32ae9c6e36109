/// How parameters are moved against their gradient.
public enum Optimizer: Hashable, Sendable {
  /// Momentum in [0, 1); Nesterov's form looks one step ahead.
  case gradientDescent(momentum: Float, nesterov: Bool)
  case adam
}

/// An optimizer's memory of the steps so far, and its step. One number of each moment belongs to one
/// parameter; the moments of an optimizer that has none are empty.
///
/// Steps equal those of PyTorch's `SGD` and `Adam` up to rounding.
public struct OptimizerState: Hashable, Sendable {
  public let optimizer: Optimizer
  /// Added to the gradient as decay·w, for every parameter; 0 or more. Adam takes it as part of the
  /// gradient (an L2 penalty), not as AdamW does.
  public let weightDecay: Float
  /// The velocity of gradient descent, or Adam's mean of gradients.
  public internal(set) var firstMoment: [Float]
  /// Adam's mean of squared gradients.
  public internal(set) var secondMoment: [Float]
  /// Steps made.
  public internal(set) var steps: Int

  /// The state before the first step.
  ///
  /// - Precondition: momentum is in [0, 1), a decay is not negative.
  public init(_ optimizer: Optimizer, weightDecay: Float = 0, parameterCount: Int) {
    let (first, second) = Self.momentCounts(optimizer, parameterCount: parameterCount)
    self.init(
      optimizer, weightDecay: weightDecay, firstMoment: [Float](repeating: 0, count: first),
      secondMoment: [Float](repeating: 0, count: second), steps: 0)
  }

  /// A state that was kept.
  init(
    _ optimizer: Optimizer, weightDecay: Float, firstMoment: [Float], secondMoment: [Float],
    steps: Int
  ) {
    if case .gradientDescent(let momentum, _) = optimizer {
      precondition((0..<1).contains(momentum), "momentum outside [0, 1)")
    }
    precondition(weightDecay >= 0 && weightDecay.isFinite, "a decay is not negative")
    self.optimizer = optimizer
    self.weightDecay = weightDecay
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.steps = steps
  }

  /// How many numbers each moment has.
  static func momentCounts(
    _ optimizer: Optimizer, parameterCount: Int
  ) -> (first: Int, second: Int) {
    switch optimizer {
    case .gradientDescent(let momentum, _): (momentum == 0 ? 0 : parameterCount, 0)
    case .adam: (parameterCount, parameterCount)
    }
  }
}
