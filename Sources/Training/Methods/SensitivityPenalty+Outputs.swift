import Networks

/// The penalty on the sensitivity of outputs, ½·λ·Σᵢ sᵢ²·hᵢ² with h = ∂(uᵀy)/∂w and y = s·z: over draws
/// of `OutputProjection` its mean is ½·λ·(1/M)·Σᵢ sᵢ²·Σₘₖ(∂yₘₖ/∂wᵢ)². Its gradient is λ·H·(s²∘h), H the
/// Hessian of uᵀy.
///
/// Labels do not enter. Source of the sum: Murray and Edwards, *Enhanced MLP performance and fault
/// tolerance resulting from synaptic weight noise during training*, IEEE Transactions on Neural
/// Networks 5(5), 1994; that it is meant by the paper of AxTrain is our reconstruction.
extension SensitivityPenalty {
  /// A batch's pass forward, and the direction of its outputs.
  public struct OutputPass: Sendable {
    /// u, of the shape of the logits.
    let projection: Tensor
    /// z.
    let logits: Tensor
    let memories: [LayerMemory]
    let mode: ForwardMode

    /// - Parameters:
    ///   - projection: u, one number a logit.
    ///   - logits, memories: of `Network.forward`, before the scale.
    ///   - mode: of that pass: training.
    public init(
      projection: Tensor, logits: Tensor, memories: [LayerMemory], mode: ForwardMode
    ) {
      precondition(
        projection.values.count == logits.values.count, "a projection of other outputs")
      self.projection = projection
      self.logits = logits
      self.memories = memories
      self.mode = mode
    }
  }

  /// The penalty and its own gradient.
  ///
  /// - Parameter network: with the parameters of the pass.
  public func outputGradient(
    network: Network, pass: OutputPass, work: ChunkedWork = .serial
  ) -> (penalty: Double, gradient: [Float]) {
    precondition(network.parameters.count == deviations.count, "a pass of another network")
    var gradient = [Float](repeating: 0, count: deviations.count)
    guard strength > 0 else { return (0, gradient) }
    let scale = network.logitScale
    let traces = network.tracedBackward(
      pass.projection.scaled(by: scale), memories: pass.memories, mode: pass.mode, into: &gradient,
      work: work)
    if network.topology.learnsLogitScale {
      gradient[gradient.count - 1] = Self.dot(pass.projection, pass.logits)
    }
    let product = product(
      direction: direction(gradient), network: network, traces: traces, mode: pass.mode, work: work
    ) { logitTangent, scaleTangent in
      // Of s·u, by z, and of uᵀz, by s.
      (
        pass.projection.scaled(by: scaleTangent),
        logitTangent.map { Self.dot(pass.projection, $0) } ?? 0
      )
    }
    return (value(gradient: gradient), product)
  }

  private static func dot(_ first: Tensor, _ second: Tensor) -> Float {
    Float(zip(first.values, second.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
  }
}

extension Tensor {
  fileprivate func scaled(by factor: Float) -> Tensor {
    Tensor(count: count, shape: shape, values: values.map { factor * $0 })
  }
}
