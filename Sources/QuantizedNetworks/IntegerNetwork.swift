import Networks

/// A network in integers, bit for bit what the accelerator computes: steps between stored tensors.
public struct IntegerNetwork: Hashable, Sendable {
  /// A tensor between steps: words of the activation buffer.
  public struct Slot: Hashable, Sendable {
    public let shape: FeatureShape
    public let quantization: AffineQuantization
  }

  public struct Step: Hashable, Sendable {
    /// The number of the layer in the topology.
    public let layer: Int
    /// That of the rectifier that follows, where the step does its work too.
    public let rectifier: Int?
    public let operation: IntegerOperation
    /// The slots that are read: two for an addition, else one.
    public let sources: [Int]
    /// The slot that is written: the one after all before it. Of the last step: the logits.
    public let target: Int
  }

  public let spec: QuantizationSpec
  /// The first holds the inputs.
  public let slots: [Slot]
  public let steps: [Step]
  public let classCount: Int

  public var input: Slot { slots[0] }

  /// The words of the weight buffer that the network fills, each matrix beginning at a multiple of
  /// `alignment` words.
  public func weightWords(alignedTo alignment: Int = 1) -> Int {
    linears.reduce(0) { $0.aligned(to: alignment) + $1.weights.count }
  }

  /// The words of the activation buffer that an image fills at a layer with weights, the most of all
  /// layers, each image beginning at a multiple of `alignment` words.
  public func widestInput(alignedTo alignment: Int = 1) -> Int {
    linears.reduce(0) { max($0, $1.input.count.aligned(to: alignment)) }
  }

  /// The layers with weights, in the order in which they run: layer l of the array's errors and
  /// counts is the lth of these.
  public var linears: [IntegerLinear] {
    steps.compactMap {
      if case .linear(let linear) = $0.operation { linear } else { nil }
    }
  }

  /// What a step of the logits stands for.
  public var logitScale: Double { slots[slots.count - 1].quantization.scale }

  /// Multiply-accumulates of an inference.
  public var multiplyAccumulates: Int {
    linears.reduce(0) {
      $0 + $1.output.positions * $1.inputCount * $1.convolution.filters
    }
  }

  /// The words of inputs: each real number by the input's quantization.
  public func words(of inputs: [Float]) -> [UInt8] {
    let (quantization, encoding, bits) = (input.quantization, spec.encoding, spec.activationBits)
    return inputs.map { encoding.word(quantization.integer(Double($0)), bits: bits) }
  }
}
