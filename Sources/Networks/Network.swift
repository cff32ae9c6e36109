import Randomness

/// A network in floating point: a topology and its numbers. It holds the master weights that training
/// moves.
public struct Network: Hashable, Sendable {
  public let topology: NetworkTopology
  /// The numbers of `topology.parameters`, one block after the other.
  public var parameters: [Float]
  /// The numbers of `topology.statistics`.
  public var statistics: [Float]

  /// - Precondition: as many numbers as the topology has.
  public init(topology: NetworkTopology, parameters: [Float], statistics: [Float]) {
    precondition(parameters.count == topology.parameters.reduce(0) { $0 + $1.count })
    precondition(statistics.count == topology.statistics.reduce(0) { $0 + $1.count })
    self.topology = topology
    self.parameters = parameters
    self.statistics = statistics
  }

  /// A network with random weights; block b draws from the stream (seed, `.weightInitialization`, b).
  public init(topology: NetworkTopology, seed: UInt64) {
    self.init(
      topology: topology,
      parameters: topology.parameters.enumerated().flatMap { index, block in
        switch block.start {
        case .constant(let value): return [Float](repeating: value, count: block.count)
        case .normal(let inputs):
          var stream = RandomStream(
            seed: seed, purpose: .weightInitialization, index: UInt64(index))
          let deviation = (2 / Double(inputs)).squareRoot()
          return (0..<block.count).map { _ in Float(deviation * stream.nextNormal()) }
        }
      },
      statistics: topology.statistics.flatMap { block in
        switch block.start {
        case .constant(let value): [Float](repeating: value, count: block.count)
        case .normal: preconditionFailure("statistics begin with a constant")
        }
      })
  }

  public var input: FeatureShape { topology.input }
  public var classCount: Int { topology.classCount }

  /// What the logits are multiplied by before softmax.
  public var logitScale: Float {
    switch topology.logitScale {
    case .fixed(let scale): scale
    case .learned: parameters[parameters.count - 1]
    }
  }

  /// Whether no parameter and no statistic is infinite or not a number.
  public var isFinite: Bool {
    // 0·x is 0 for every finite x, and not a number for the others.
    parameters.reduce(0) { $0 + 0 * $1 } == 0 && statistics.reduce(0) { $0 + 0 * $1 } == 0
  }

  /// The logits of a batch, M × `classCount`.
  public func logits(_ inputs: consuming Tensor, work: ChunkedWork = .serial) -> Tensor {
    // Inference does not change statistics; a copy keeps that true of the type.
    var network = self
    return network.forward(inputs, mode: .inference, work: work).logits
  }

  /// The logits of a batch, something done between the layers.
  ///
  /// Layers are numbered from 0 in the order of the topology: a residual, the layers of its body,
  /// those of its shortcut, then what follows.
  public func logits(
    _ inputs: consuming Tensor, work: ChunkedWork = .serial, hook: LayerHook
  ) -> Tensor {
    var network = self
    return network.forward(inputs, mode: .inference, work: work, hook: hook).logits
  }

  /// Runs a batch forward and keeps what a backward pass needs.
  ///
  /// - Precondition: inputs of the topology's shape.
  public mutating func forward(
    _ inputs: consuming Tensor, mode: ForwardMode, work: ChunkedWork = .serial,
    hook: LayerHook? = nil
  ) -> (logits: Tensor, memories: [LayerMemory]) {
    precondition(inputs.shape == topology.input, "inputs do not fit the first layer")
    _ = KeptMemory.isKept
    let inputs = inputs
    let chain = topology.chain
    return parameters.withUnsafeBufferPointer { parameters in
      statistics.withUnsafeMutableBufferPointer { statistics in
        let (outputs, memories) = chain.forward(
          inputs, parameters: parameters.pointer, statistics: statistics.pointer, mode: mode,
          work: work, hook: hook)
        return (outputs, memories)
      }
    }
  }

  /// The gradient of the loss by every parameter, for its gradient by the logits.
  ///
  /// - Parameters:
  ///   - memories: from the training pass that gave the logits.
  ///   - gradient: overwritten; as many numbers as `parameters`. That of a learned logit scale is
  ///     left to the loss, which alone knows it, and is 0 here.
  ///   - hook: one that corrects, if any.
  public func backward(
    _ logitGradient: consuming Tensor, memories: consuming [LayerMemory], mode: ForwardMode,
    into gradient: inout [Float], work: ChunkedWork = .serial, hook: LayerHook? = nil
  ) {
    precondition(gradient.count == parameters.count, "a gradient of another network")
    let (logitGradient, memories) = (logitGradient, memories)
    let chain = topology.chain
    if case .learned = topology.logitScale { gradient[gradient.count - 1] = 0 }
    parameters.withUnsafeBufferPointer { parameters in
      gradient.withUnsafeMutableBufferPointer { gradient in
        _ = chain.backward(
          logitGradient, memories: memories, parameters: parameters.pointer,
          parameterGradient: gradient.pointer, needsInputGradient: false, mode: mode, work: work,
          hook: hook)
      }
    }
  }
}

extension UnsafeBufferPointer<Float> {
  /// The base, or, of an empty buffer, an address that nobody reads.
  var pointer: UnsafePointer<Float> {
    baseAddress ?? UnsafePointer(emptyAddress)
  }
}

extension UnsafeMutableBufferPointer<Float> {
  var pointer: UnsafeMutablePointer<Float> { baseAddress ?? emptyAddress }
}

private var emptyAddress: UnsafeMutablePointer<Float> {
  UnsafeMutableRawPointer(bitPattern: MemoryLayout<Float>.alignment)
    .map { $0.assumingMemoryBound(to: Float.self) } ?? { preconditionFailure("no address") }()
}
