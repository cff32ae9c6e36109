import Randomness

/// In training, sets each feature to 0 with a probability p and divides the others by 1 − p; in
/// inference it changes nothing. Source: Srivastava et al., *Dropout*, JMLR 15, 2014, in the scaled
/// form of PyTorch's `Dropout`.
///
/// Feature i of a batch takes word i mod 4 of block ⌊i/4⌋ of (seed, `.dropout`, layer, step): it does
/// not depend on threads, and the backward pass draws the same again.
public struct Dropout: Layer, Hashable {
  public let input: FeatureShape
  /// In [0, 1), to within 2⁻³².
  public let probability: Float

  /// Features of a chunk: a multiple of 4.
  private static let features = 1 << 14

  /// - Precondition: `probability` is in [0, 1).
  public init(input: FeatureShape, probability: Float) {
    precondition(probability >= 0 && probability < 1, "probability outside [0, 1)")
    self.input = input
    self.probability = probability
  }

  public var output: FeatureShape { input }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    (dropping(inputs, pass), .none)
  }

  /// Gradients of what was dropped are 0, the others are divided by 1 − p.
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    dropping(gradient, pass)
  }

  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    linearTangent(tangent, parameters: parameters, pass: pass)
  }

  private func dropping(_ tensor: consuming Tensor, _ pass: LayerPass) -> Tensor {
    var result = tensor
    guard case .training(let seed, let step) = pass.mode, probability > 0 else { return result }
    let blocks = RandomBlocks(
      seed: seed, purpose: .dropout, lane: UInt32(pass.layer), index: UInt64(step))
    let limit = UInt32(Double(probability) * 0x1p32)
    let scale = 1 / (1 - probability)
    let count = result.values.count
    precondition(count < 1 << 34, "a batch too large")
    result.values.withUnsafeMutableBufferPointer { values in
      guard let values = values.baseAddress else { return }
      pass.work.forEachChunk(of: count, size: Self.features) { _, chunk in
        for block in chunk.lowerBound / 4..<(chunk.upperBound + 3) / 4 {
          let (low, high) = blocks.block(UInt32(block))
          let words = (
            UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32),
            UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32)
          )
          let first = 4 * block
          drop(words.0, limit, scale, values + first)
          if first + 1 < count { drop(words.1, limit, scale, values + first + 1) }
          if first + 2 < count { drop(words.2, limit, scale, values + first + 2) }
          if first + 3 < count { drop(words.3, limit, scale, values + first + 3) }
        }
      }
    }
    return result
  }

  @inline(__always)
  private func drop(
    _ word: UInt32, _ limit: UInt32, _ scale: Float, _ value: UnsafeMutablePointer<Float>
  ) {
    value.pointee = word < limit ? 0 : value.pointee * scale
  }
}
