import Networks

/// Sharpness-aware minimization: the gradient at the weights that a step of length ρ along the
/// normalized gradient leads to, w + ρ·g/‖g‖.
///
/// Source: Foret, Kleiner, Mobahi, Neyshabur, *Sharpness-aware minimization for efficiently improving
/// generalization*, ICLR 2021, equations 2 and 3.
public struct SharpnessAware: GradientMethod {
  public let passes = 2
  /// ρ, positive.
  public let radius: Float

  public init(radius: Float) {
    precondition(radius > 0 && radius.isFinite, "a radius is positive")
    self.radius = radius
  }

  public func epoch(from network: Network, work: ChunkedWork) {}

  public func gradient(
    of batch: TrainingBatch, in epoch: Void, network: inout Network, into gradient: inout [Float],
    work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    let plain = Conventional()
    let result = plain.gradient(
      of: batch, in: (), network: &network, into: &gradient, work: work)
    let square = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }
    guard square > 0, square.isFinite else { return result }
    let scale = radius / Float(square.squareRoot())
    var moved = network
    moved.parameters.add(gradient, times: scale)
    _ = plain.gradient(of: batch, in: (), network: &moved, into: &gradient, work: work)
    return result
  }
}
