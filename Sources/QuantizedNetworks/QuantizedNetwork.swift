import TableArithmetic

/// A multi-layer perceptron in 8-bit integers, bit for bit what the accelerator computes.
///
/// Activations are unsigned bytes with zero point 0; `QuantizedDense` says what a layer does.
public struct QuantizedNetwork: Hashable, Sendable {
  public let layers: [QuantizedDense]

  /// - Precondition: 1 to 256 layers; each takes what the one before gives; all but the last
  ///   requantize.
  public init(layers: [QuantizedDense]) {
    precondition((1...256).contains(layers.count), "a network has 1 to 256 layers")
    precondition(zip(layers, layers.dropFirst()).allSatisfy { $0.outputCount == $1.inputCount })
    precondition(layers.dropLast().allSatisfy { $0.requantization != nil })
    precondition(layers[layers.count - 1].requantization == nil, "the last layer gives logits")
    self.layers = layers
  }

  public var inputCount: Int { layers[0].inputCount }
  public var classCount: Int { layers[layers.count - 1].outputCount }
  /// The words of the weight buffer that the network fills.
  public var weightWords: Int { layers.reduce(0) { $0 + $1.weights.count } }

  /// The same where each layer begins at a multiple of `alignment` words.
  public func weightWords(alignedTo alignment: Int) -> Int {
    layers.reduce(0) {
      ($0 + alignment - 1) / alignment * alignment + $1.weights.count
    }
  }

  /// One layer's run over a batch of M vectors, on one chip.
  public struct LayerPass: Hashable, Sendable {
    /// M × K, row-major: the activations as read, faults included.
    public let inputs: [UInt8]
    /// K × N, row-major: the stored weights as read, faults included.
    public let weights: [UInt8]
    /// M × N, row-major: what the array's accumulators hold after the last addition.
    public let accumulators: [Int32]
    /// M × N, row-major: the accumulators corrected for the zero point, with bias.
    public let sums: [Int32]
  }

  /// Runs a batch through all layers and keeps what each one read and computed.
  ///
  /// - Parameters:
  ///   - inputs: `count` × `inputCount` activations, row-major.
  ///   - firstVector: the number of the first vector in its dataset: timing errors are keyed by it,
  ///     and it decides the vector's place in the activation buffer.
  /// - Precondition: the inputs fit; the buffers hold all weights and the longest vector; with
  ///   errors drawn in one run, `firstVector` is 0.
  public func passes(
    inputs: [UInt8], count: Int, firstVector: Int = 0, on hardware: InferenceHardware
  ) -> [LayerPass] {
    passes(inputs: inputs, count: count, firstVector: firstVector, buffersOf: hardware) { product in
      hardware.arithmetic.multiply(
        activations: product.activations, weights: product.weights, m: count,
        k: product.layer.inputCount, n: product.layer.outputCount,
        accumulator: hardware.accumulator, errors: hardware.timing,
        key: ProductErrorKey(
          seed: hardware.timingSeed, purpose: hardware.timingPurpose, index: hardware.timingIndex,
          layer: product.index),
        firstImage: firstVector)
    }
  }

  /// A layer's matrix product, as the array is asked for it.
  public struct LayerProduct: Sendable {
    /// Counted from 0.
    public let index: Int
    public let layer: QuantizedDense
    /// M × K and K × N, row-major, as read from the buffers.
    public let activations: [UInt8]
    public let weights: [UInt8]
  }

  /// Runs a batch through all layers, on any array.
  ///
  /// - Parameters:
  ///   - hardware: what the buffers make of weights and activations; its arithmetic, accumulator and
  ///     timing errors are not used.
  ///   - multiply: the array: gives the M × N accumulators of a layer, row-major.
  public func passes(
    inputs: [UInt8], count: Int, firstVector: Int = 0, buffersOf hardware: InferenceHardware,
    multiply: (LayerProduct) -> [Int32]
  ) -> [LayerPass] {
    precondition(inputs.count == count * inputCount, "inputs do not fit the first layer")
    precondition(
      hardware.weightFaults.map { $0.words >= weightWords(alignedTo: $0.alignment) } ?? true)
    var stored = inputs
    var firstWord = 0
    var passes: [LayerPass] = []
    for (index, layer) in layers.enumerated() {
      let activations = hardware.reading(
        activations: stored, inputCount: layer.inputCount, firstVector: firstVector)
      firstWord = hardware.firstWord(atOrAfter: firstWord)
      let weights = hardware.reading(weights: layer.weights, from: firstWord)
      let accumulators = multiply(
        LayerProduct(index: index, layer: layer, activations: activations, weights: weights))
      let sums = layer.sums(accumulators: accumulators, inputs: activations)
      if let requantization = layer.requantization {
        stored = sums.map(requantization.activation)
      }
      firstWord += layer.weights.count
      passes.append(
        LayerPass(
          inputs: activations, weights: weights, accumulators: accumulators, sums: sums))
    }
    return passes
  }

  /// The logits of a batch: `count` × `classCount`, row-major, at the last layer's `sumScale`.
  public func infer(
    inputs: [UInt8], count: Int, firstVector: Int = 0, on hardware: InferenceHardware
  ) -> [Int32] {
    passes(inputs: inputs, count: count, firstVector: firstVector, on: hardware)[
      layers.count - 1
    ].sums
  }

  /// The activations that each layer reads for a batch, M × K row-major each: the operand streams
  /// of the array.
  public func layerInputs(
    inputs: [UInt8], count: Int, on hardware: InferenceHardware
  ) -> [[UInt8]] {
    passes(inputs: inputs, count: count, on: hardware).map(\.inputs)
  }

  /// How many bits of the stored weights a chip reads wrong.
  ///
  /// - Precondition: the buffer holds all weights.
  public func wrongWeightBits(on hardware: InferenceHardware) -> Int {
    var firstWord = 0
    var wrong = 0
    for layer in layers {
      firstWord = hardware.firstWord(atOrAfter: firstWord)
      let read = hardware.reading(weights: layer.weights, from: firstWord)
      for (word, stored) in zip(read, layer.weights) { wrong += (word ^ stored).nonzeroBitCount }
      firstWord += layer.weights.count
    }
    return wrong
  }
}
