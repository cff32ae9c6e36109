import Networks

extension OptimizerState {
  /// w ← w − rate·v, v ← momentum·v + g, where g holds the weight decay; Nesterov's form moves by
  /// g + momentum·v instead of v. Without momentum v is g.
  ///
  /// Source: Sutskever, Martens, Dahl, Hinton, *On the importance of initialization and momentum in
  /// deep learning*, ICML 2013, in the form of PyTorch's `SGD` with no dampening.
  mutating func gradientDescentStep(
    _ parameters: inout [Float], gradient: [Float], learningRate: Double, momentum: Float,
    nesterov: Bool, work: ChunkedWork
  ) {
    steps += 1
    let (rate, decay, count) = (Float(learningRate), weightDecay, parameters.count)
    let hasVelocity = momentum > 0
    precondition(
      gradient.count == count && firstMoment.count == (hasVelocity ? count : 0), "sizes differ")
    parameters.withUnsafeMutableBufferPointer { parameters in
      firstMoment.withUnsafeMutableBufferPointer { velocity in
        gradient.withUnsafeBufferPointer { gradient in
          guard let weights = parameters.baseAddress, let gradient = gradient.baseAddress else {
            return
          }
          let velocity = velocity.baseAddress
          work.forEachChunk(of: count, size: Self.chunk) { _, chunk in
            guard hasVelocity, let velocity else {
              for i in chunk { weights[i] -= rate * (gradient[i] + decay * weights[i]) }
              return
            }
            for i in chunk {
              let g = gradient[i] + decay * weights[i]
              let v = momentum * velocity[i] + g
              velocity[i] = v
              weights[i] -= rate * (nesterov ? g + momentum * v : v)
            }
          }
        }
      }
    }
  }
}
