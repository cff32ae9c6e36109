import ErrorTables
import Networks
import TableArithmetic

/// An integer network on one chip: its weights as the chip reads them, and its multiplier.
///
/// Layer l of the errors of products is the lth with weights, counted from 0; a vector is one output
/// position of one image.
public struct IntegerInference: Sendable {
  public let network: IntegerNetwork
  public let multiplier: EncodedMultiplier
  public let hardware: InferenceHardware
  /// The network's layers with weights.
  let linears: [IntegerLinear]
  /// Of each layer with weights.
  public let weights: [[UInt8]]
  /// The word of 0 among the inputs of each layer with weights.
  let paddings: [UInt8]
  let codec: WordCodec
  private var overflows: OverflowTally?

  /// - Parameter hardware: without errors unless given, its accumulators of 32 bits.
  /// - Precondition: a multiplier for the network's words; a weight buffer, if any, that holds all
  ///   weights.
  public init(
    _ network: IntegerNetwork, multiplier: EncodedMultiplier,
    hardware: InferenceHardware = InferenceHardware()
  ) {
    precondition(
      multiplier.encoding == network.spec.encoding
        && multiplier.activationBits == network.spec.activationBits
        && multiplier.weightBits == network.spec.weightBits, "a multiplier for other words")
    precondition(
      hardware.weightFaults.map { $0.words >= network.weightWords(alignedTo: $0.alignment) }
        ?? true,
      "the weight buffer is too small")
    self.network = network
    self.multiplier = multiplier
    self.hardware = hardware
    codec = WordCodec(encoding: network.spec.encoding, bits: network.spec.activationBits)
    paddings = network.steps.compactMap { step in
      guard case .linear = step.operation else { return nil }
      return network.spec.encoding.word(
        network.slots[step.sources[0]].quantization.zeroPoint, bits: network.spec.activationBits)
    }
    var firstWord = 0
    linears = network.linears
    precondition(
      hardware.hardened.map { $0.masks.map(\.count) == network.linears.map(\.weights.count) }
        ?? true, "bits of another network are hardened")
    weights = linears.enumerated().map { index, linear in
      firstWord = hardware.firstWord(atOrAfter: firstWord)
      defer { firstWord += linear.weights.count }
      var read = hardware.reading(weights: linear.weights, from: firstWord)
      if let masks = hardware.hardened?.masks[index] {
        for place in read.indices {
          read[place] = read[place] & ~masks[place] | linear.weights[place] & masks[place]
        }
      }
      return read
    }
  }

  /// The same, with the sums counted that accumulators cannot hold.
  ///
  /// - Precondition: a tally of as many layers with weights.
  public func counting(_ overflows: OverflowTally) -> IntegerInference {
    precondition(overflows.layers.count == linears.count, "a tally of another network")
    var copy = self
    copy.overflows = overflows
    return copy
  }

  /// How many bits of the stored weights the chip reads wrong.
  public var wrongWeightBits: Int {
    // Cells above a narrower word hold nothing.
    let word = UInt8(truncatingIfNeeded: 1 << network.spec.weightBits - 1)
    return zip(weights, linears).reduce(0) { sum, layer in
      sum
        + zip(layer.0, layer.1.weights).reduce(0) { $0 + (($1.0 ^ $1.1) & word).nonzeroBitCount }
    }
  }

  /// What a batch reads and computes, layer by layer.
  public struct Trace: Hashable, Sendable {
    /// The words of each slot; of the last, where it holds logits, none.
    public fileprivate(set) var slots: [[UInt8]]
    /// The words that each layer with weights read of its inputs.
    public fileprivate(set) var inputs: [[UInt8]] = []
    /// Its sums, as `IntegerLinear` says: [image][filter][position].
    public fileprivate(set) var sums: [[Int32]] = []
    public fileprivate(set) var logits: [Int32] = []
  }

  /// Images of a block, which one thread runs at a time: few where layers are wide. Errors that are
  /// drawn in one run over all images take them in one block.
  private func blockSize(of count: Int) -> Int {
    if case .maskRun = hardware.timing { return max(1, count) }
    return max(1, min(64, (1 << 24) / network.slots.reduce(0) { $0 + $1.shape.count }))
  }

  /// The logits of a batch: `count` × `classCount`, row-major; `IntegerNetwork.logitScale` says what
  /// a step stands for.
  ///
  /// - Parameters:
  ///   - inputs: `count` × features words, as `words(of:)` gives them.
  ///   - firstImage: the number of the first image in its dataset: errors are keyed by it.
  public func logits(
    _ inputs: [UInt8], count: Int, firstImage: Int = 0, work: ChunkedWork = .serial
  ) -> [Int32] {
    let features = network.input.shape.count
    precondition(inputs.count == count * features, "inputs do not fit the network")
    return [Int32](unsafeUninitializedCapacity: count * network.classCount) { result, initialized in
      if let result = result.baseAddress {
        work.forEachChunk(of: count, size: blockSize(of: count)) { _, chunk in
          let words = Array(inputs[chunk.lowerBound * features..<chunk.upperBound * features])
          let first = firstImage + chunk.lowerBound
          let trace = run(words, count: chunk.count, firstImage: first, keeps: false) {
            table($0, firstImage: first)
          }
          trace.logits.withUnsafeBufferPointer { logits in
            guard let logits = logits.baseAddress else { return }
            (result + chunk.lowerBound * network.classCount).update(
              from: logits, count: chunk.count * network.classCount)
          }
        }
      }
      initialized = count * network.classCount
    }
  }

  /// Runs a batch and keeps what every layer read and computed.
  public func trace(_ inputs: [UInt8], count: Int, firstImage: Int = 0) -> Trace {
    run(inputs, count: count, firstImage: firstImage, keeps: true) {
      table($0, firstImage: firstImage)
    }
  }

  /// Runs a batch on any array and keeps what every layer read and computed.
  ///
  /// - Parameter multiply: the array: gives the M × N accumulators of a product of matrices,
  ///   row-major. The multiplier and the timing errors of this inference are not used.
  public func trace(
    _ inputs: [UInt8], count: Int, multiply: (ArrayProduct) -> [Int32]
  ) -> Trace {
    run(inputs, count: count, firstImage: 0, keeps: true) { layer in
      accumulators(of: layer, multiply: multiply)
    }
  }

  /// A layer with weights, as its accumulators are asked for.
  struct LayerRun {
    let linear: IntegerLinear
    /// Among those with weights.
    let index: Int
    /// As read.
    let activations: [UInt8]
    let images: Int
  }

  private func run(
    _ inputs: [UInt8], count: Int, firstImage: Int, keeps: Bool,
    accumulators: (LayerRun) -> [Int32]
  ) -> Trace {
    precondition(inputs.count == count * network.input.shape.count, "inputs do not fit")
    var trace = Trace(slots: [[UInt8]](repeating: [], count: network.slots.count))
    trace.slots[0] = inputs
    var linearIndex = 0
    for (index, step) in network.steps.enumerated() {
      let source = trace.slots[step.sources[0]]
      let isLast = index == network.steps.count - 1
      switch step.operation {
      case .linear(let linear):
        let read = hardware.reading(
          activations: source, inputCount: linear.input.count, firstVector: firstImage)
        let sums = ZeroPointCorrection(
          linear: linear, codec: codec, padding: paddings[linearIndex]
        ).sums(
          accumulators(
            LayerRun(linear: linear, index: linearIndex, activations: read, images: count)),
          activations: read, images: count)
        if keeps {
          trace.inputs.append(read)
          trace.sums.append(sums)
        }
        linearIndex += 1
        if linear.limits == nil {
          trace.logits = logits(linear, sums)
        } else {
          trace.slots[step.target] = codec.requantize(
            sums, of: linear, to: network.slots[step.target].quantization)
        }
      case .maxPooling, .averagePooling, .globalAveragePooling, .clamp, .add, .groupNormalization:
        trace.slots[step.target] = WordOperations(codec: codec, count: count).run(
          step, slots: network.slots, words: trace.slots)
      }
      if isLast, trace.logits.isEmpty {
        let zero = network.slots[step.target].quantization.zeroPoint
        trace.logits = trace.slots[step.target].map { codec.integer($0) - zero }
      }
      if !keeps { release(&trace, after: index) }
    }
    return trace
  }

  /// Lets go of what no later step reads.
  private func release(_ trace: inout Trace, after index: Int) {
    for source in network.steps[index].sources
    where !network.steps[(index + 1)...].contains(where: { $0.sources.contains(source) }) {
      trace.slots[source] = []
    }
  }

  /// The accumulators of a layer by this inference's own multiplier and errors.
  private func table(_ layer: LayerRun, firstImage: Int) -> [Int32] {
    multiplier.accumulators(
      activations: layer.activations, weights: weights[layer.index], images: layer.images,
      shape: layer.linear.shape, padding: paddings[layer.index],
      accumulator: hardware.accumulator, errors: hardware.timing,
      key: ProductErrorKey(
        seed: hardware.timingSeed, purpose: hardware.timingPurpose, index: hardware.timingIndex,
        layer: layer.index), firstImage: firstImage,
      overflowed: overflows.map { tally in
        { overflowed in
          tally.add(
            sums: layer.images * layer.linear.shape.outputCount, overflowed: overflowed,
            layer: layer.index)
        }
      })
  }

  private func logits(_ linear: IntegerLinear, _ sums: [Int32]) -> [Int32] {
    guard let requantizations = linear.requantizations else { return sums }
    let positions = linear.output.positions
    return sums.enumerated().map { index, sum in
      Int32(
        clamping: requantizations[index / positions % linear.output.channels].scaled(sum))
    }
  }
}
