import Networks

extension OptimizerState {
  /// Parameters of a chunk of work.
  static let chunk = 1 << 14

  /// Moves parameters against a gradient.
  ///
  /// - Parameter learningRate: not negative.
  /// - Precondition: as many numbers as the state was made for.
  public mutating func step(
    _ parameters: inout [Float], gradient: [Float], learningRate: Double,
    work: ChunkedWork = .serial
  ) {
    precondition(learningRate >= 0 && learningRate.isFinite, "a rate is not negative")
    switch optimizer {
    case .adam:
      adamStep(&parameters, gradient: gradient, learningRate: learningRate, work: work)
    case .gradientDescent(let momentum, let nesterov):
      gradientDescentStep(
        &parameters, gradient: gradient, learningRate: learningRate, momentum: momentum,
        nesterov: nesterov, work: work)
    }
  }
}
