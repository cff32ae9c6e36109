import Networks

/// AxTrain-act's penalty on the loss's sensitivity to noise in the parameters,
/// ½·λ·Σᵢ sᵢ²·gᵢ² with g = ∂L/∂w, and its gradient λ·H·(s²∘g), H the Hessian of the loss.
///
/// g is the gradient of the batch's mean loss, so its square is not the mean of the examples' squares.
/// The formula is our reconstruction of AxTrain (He et al., ISLPED 2018), which does not print one
/// that we could read; the exact product is Pearlmutter's (Neural Computation 6(1), 1994). Noise that
/// moves several parameters together is not modeled.
public struct SensitivityPenalty: Hashable, Sendable {
  /// λ, at least 0.
  public private(set) var strength: Float
  /// s: the standard deviation of the noise of each parameter, at least 0, in the order of
  /// `Network.parameters`.
  public let deviations: [Float]

  /// - Precondition: `strength` and deviations are finite and not negative.
  public init(strength: Float, deviations: [Float]) {
    precondition(strength >= 0 && strength.isFinite, "a strength outside its range")
    precondition(
      deviations.allSatisfy { $0 >= 0 && $0.isFinite }, "a deviation outside its range")
    self.strength = strength
    self.deviations = deviations
  }

  /// The penalty on the same noise with another λ, at least 0 and finite.
  func replacingStrength(_ strength: Float) -> SensitivityPenalty {
    precondition(strength >= 0 && strength.isFinite, "a strength outside its range")
    var penalty = self
    penalty.strength = strength
    return penalty
  }

  /// A batch's pass, as forward and backward gave it.
  public struct Pass: Sendable {
    let logits: Tensor
    let labels: [UInt8]
    let smoothing: Float
    let traces: [LayerTrace]
    let mode: ForwardMode

    /// - Parameters:
    ///   - logits: of `Network.forward`, before the scale.
    ///   - labels: one an example, below the number of classes.
    ///   - smoothing: of the labels, in [0, 1).
    ///   - traces: of `Network.tracedBackward`.
    ///   - mode: of both passes: training.
    public init(
      logits: Tensor, labels: [UInt8], smoothing: Float = 0, traces: [LayerTrace],
      mode: ForwardMode
    ) {
      self.logits = logits
      self.labels = labels
      self.smoothing = smoothing
      self.traces = traces
      self.mode = mode
    }
  }

  /// ½·λ·Σᵢ sᵢ²·gᵢ², added up in double precision in one order.
  ///
  /// - Parameter gradient: of the loss alone, by every parameter.
  public func value(gradient: [Float]) -> Double {
    precondition(gradient.count == deviations.count, "a gradient of another network")
    let lanes = SIMD8<Float>.scalarCount
    let whole = gradient.count - gradient.count % lanes
    var sums = SIMD8<Double>.zero
    deviations.withUnsafeBytes { deviations in
      gradient.withUnsafeBytes { gradient in
        for index in stride(from: 0, to: whole, by: lanes) {
          let offset = index * MemoryLayout<Float>.stride
          let products =
            SIMD8<Double>(deviations.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self))
            * SIMD8<Double>(gradient.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self))
          sums += products * products
        }
      }
    }
    var sum = sums.sum()
    for index in whole..<gradient.count {
      let product = Double(deviations[index]) * Double(gradient[index])
      sum += product * product
    }
    return 0.5 * Double(strength) * sum
  }

  /// Adds the penalty's gradient to that of the loss.
  ///
  /// - Parameters:
  ///   - gradient: of the loss alone, by every parameter, that of a learned logit scale included.
  ///   - network: with the parameters of the pass.
  /// - Returns: the penalty.
  public func add(
    to gradient: inout [Float], network: Network, pass: Pass, work: ChunkedWork = .serial
  ) -> Double {
    precondition(
      gradient.count == deviations.count && network.parameters.count == deviations.count,
      "a gradient of another network")
    let (penalty, product) = self.gradient(gradient, network: network, pass: pass, work: work)
    gradient.add(product)
    return penalty
  }

  /// The penalty and its own gradient.
  ///
  /// - Parameters:
  ///   - gradient: of the loss alone, by every parameter, that of a learned logit scale included.
  ///   - network: with the parameters of the pass.
  public func gradient(
    _ gradient: [Float], network: Network, pass: Pass, work: ChunkedWork = .serial
  ) -> (penalty: Double, gradient: [Float]) {
    guard strength > 0 else { return (0, [Float](repeating: 0, count: gradient.count)) }
    return (
      value(gradient: gradient),
      product(direction: direction(gradient), network: network, pass: pass, work: work)
    )
  }

  /// λ·s²∘g.
  func direction(_ gradient: [Float]) -> [Float] {
    [Float](unsafeUninitializedCapacity: gradient.count) { direction, count in
      deviations.withUnsafeBufferPointer { deviations in
        gradient.withUnsafeBufferPointer { gradient in
          for index in gradient.indices {
            direction.initializeElement(
              at: index, to: strength * deviations[index] * deviations[index] * gradient[index])
          }
        }
      }
      count = gradient.count
    }
  }

  /// H·v of the loss.
  func product(
    direction: [Float], network: Network, pass: Pass, work: ChunkedWork
  ) -> [Float] {
    product(
      direction: direction, network: network, traces: pass.traces, mode: pass.mode, work: work
    ) { logitTangent, scaleTangent in
      let tangent = ClassificationLossTangent(
        logits: pass.logits, logitTangent: logitTangent, labels: pass.labels,
        scale: network.logitScale, scaleTangent: scaleTangent, smoothing: pass.smoothing)
      return (tangent.gradient, tangent.scaleGradient)
    }
  }

  /// H·v of a function of the logits and their scale, whose gradients' derivatives along v
  /// `lossTangent` gives for those of logits and scale.
  func product(
    direction: [Float], network: Network, traces: [LayerTrace], mode: ForwardMode,
    work: ChunkedWork,
    lossTangent: (_ logitTangent: Tensor?, _ scaleTangent: Float) -> (
      gradient: Tensor, scaleGradient: Float
    )
  ) -> [Float] {
    var product = [Float](repeating: 0, count: direction.count)
    let last = direction.count - 1
    var (scaleTangent, scaleProduct): (Float, Float) = (0, 0)
    let isLearned: Bool
    switch network.topology.logitScale {
    case .fixed: isLearned = false
    case .learned:
      isLearned = true
      scaleTangent = direction[last]
    }
    network.hessianVectorProduct(
      direction: direction, traces: traces, mode: mode, into: &product, work: work
    ) { logitTangent in
      let tangent = lossTangent(logitTangent, scaleTangent)
      scaleProduct = tangent.scaleGradient
      return tangent.gradient
    }
    if isLearned { product[last] = scaleProduct }
    return product
  }
}
