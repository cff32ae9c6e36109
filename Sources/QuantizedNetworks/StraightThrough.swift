import Networks
import TableArithmetic

/// A batch run in integers, ready for a backward pass in real numbers: the straight-through estimator.
///
/// Backward, every rounding and every look-up counts as the product of real numbers that it stands
/// for: operands are the dequantized words *as that pass read them*, faults included. A rectifier that
/// a layer took over passes a gradient where its sum is positive and the output was not clamped from
/// above. Source: Bengio, Léonard, Courville, arXiv 1308.3432.
///
/// The forward pass is the integer inference itself, so fake quantization in training and inference
/// cannot differ.
public struct StraightThrough: Sendable {
  /// The network with dequantized parameters as they were read, but for the weights of a first layer: no
  /// gradient depends on them, and they are 0.
  public let network: Network
  /// In real numbers.
  public let logits: Tensor
  let memories: [LayerMemory]
  let inference: IntegerInference
  let trace: IntegerInference.Trace
  let count: Int

  /// - Parameters:
  ///   - master: the float network that was quantized, without batch normalization and dropout.
  ///   - inputs: `count` × features words.
  ///   - multiply: the array that gives the accumulators of a product of matrices, as of
  ///     `IntegerInference.trace(_:count:multiply:)`; nil: the inference's own multiplier and errors.
  public init(
    _ master: Network, inference: IntegerInference, inputs: [UInt8], count: Int,
    firstImage: Int = 0, multiply: ((ArrayProduct) -> [Int32])? = nil, work: ChunkedWork = .serial
  ) {
    precondition(multiply == nil || firstImage == 0, "an array runs a batch from its first image")
    let trace =
      multiply.map { inference.trace(inputs, count: count, multiply: $0) }
      ?? inference.trace(inputs, count: count, firstImage: firstImage)
    let real = RealNumbers(inference: inference, trace: trace, count: count)
    var network = Network(
      topology: master.topology, parameters: real.parameters(of: master),
      statistics: master.statistics)
    let replacements = real.replacements
    let forward = network.forward(
      real.firstInputs, mode: .training(seed: 0, step: 0), work: work,
      hook: .replace { replacements[$0] })
    self.network = network
    memories = forward.memories
    self.inference = inference
    self.trace = trace
    self.count = count
    logits = Tensor(
      count: count, shape: FeatureShape(channels: inference.network.classCount),
      values: trace.logits.map { Float(Double($0) * inference.network.logitScale) })
  }

  /// The gradient of the loss by every parameter of the master network, for its gradient by the
  /// logits.
  public func backward(
    _ logitGradient: consuming Tensor, into gradient: inout [Float], work: ChunkedWork = .serial
  ) {
    backward(logitGradient, into: &gradient, work: work, hook: nil)
  }

  func backward(
    _ logitGradient: consuming Tensor, into gradient: inout [Float], work: ChunkedWork,
    hook: LayerHook?
  ) {
    network.backward(
      logitGradient, memories: memories, mode: .training(seed: 0, step: 0), into: &gradient,
      work: work, hook: hook)
  }
}

/// What the integers of a trace stand for.
private struct RealNumbers {
  let inference: IntegerInference
  let trace: IntegerInference.Trace
  let count: Int

  var network: IntegerNetwork { inference.network }

  /// The words of each slot as a layer with weights read them, else as they are stored.
  private let words: [[UInt8]]

  init(inference: IntegerInference, trace: IntegerInference.Trace, count: Int) {
    self.inference = inference
    self.trace = trace
    self.count = count
    var words = trace.slots
    var linearIndex = 0
    for step in inference.network.steps {
      guard case .linear = step.operation else { continue }
      words[step.sources[0]] = trace.inputs[linearIndex]
      linearIndex += 1
    }
    self.words = words
  }

  var firstInputs: Tensor { tensor(0) }

  /// What stands for each layer that has a step, and for a rectifier that a step took over.
  var replacements: [Int: LayerReplacement] {
    var replacements: [Int: LayerReplacement] = [:]
    var linearIndex = 0
    for step in network.steps {
      let quantization = network.slots[step.target].quantization
      var rectified: Tensor?
      if case .linear(let linear) = step.operation {
        if step.rectifier != nil || linear.limits == nil {
          let sums = Tensor(
            count: count, shape: linear.output,
            values: passed(linear, trace.sums[linearIndex], quantization: quantization))
          replacements[step.layer] = LayerReplacement(sums)
          rectified = step.rectifier == nil ? nil : sums
        }
        linearIndex += 1
      }
      guard !words[step.target].isEmpty else { continue }
      let memory = rectified.map { LayerMemory(tensor: $0) } ?? maxima(step)
      let outputs = rectified.flatMap { isReadForMaximaOnly(step) ? $0 : nil }
      replacements[step.rectifier ?? step.layer] = LayerReplacement(
        outputs ?? tensor(step.target), memory: memory)
    }
    return replacements
  }

  /// Whether nobody but the layer after a step and its rectifier reads what it gives, and that is a
  /// pooling that needs none of it: its maxima are found among words.
  private func isReadForMaximaOnly(_ step: IntegerNetwork.Step) -> Bool {
    let readers = network.steps.filter { $0.sources.contains(step.target) }
    return readers.count == 1 && readers[0].layer == (step.rectifier ?? step.layer) + 1
      && wordMaxima(readers[0]) != nil
  }

  /// What a pooling keeps of its maxima, found among words; nil: it has to find them in real numbers.
  private func maxima(_ step: IntegerNetwork.Step) -> LayerMemory? {
    guard let maxima = wordMaxima(step) else { return nil }
    var memory = LayerMemory.none
    memory.positions = maxima.positions(in: words[step.sources[0]], count: count)
    return memory
  }

  private func wordMaxima(_ step: IntegerNetwork.Step) -> WordMaxima? {
    guard case .maxPooling(let spec) = step.operation else { return nil }
    let (source, target) = (network.slots[step.sources[0]], network.slots[step.target])
    // So that each word stands for a float of its own.
    let scale = Float(source.quantization.scale)
    guard scale.isNormal, (256 * scale).isFinite else { return nil }
    return WordMaxima(
      spec, codec: inference.codec, source: source.shape, target: target.shape)
  }

  /// What stands for a layer's sums before the rectifier that it took over: a number that this passes,
  /// or 0, which it does not, where a sum is not positive or its output was clamped from above.
  private func passed(
    _ linear: IntegerLinear, _ sums: [Int32], quantization: AffineQuantization
  ) -> [Float] {
    guard let limits = linear.limits, let requantizations = linear.requantizations else {
      return [Float](repeating: 0, count: sums.count)
    }
    let room = Int64(limits.upperBound) - Int64(quantization.zeroPoint)
    let largest = Self.largestSums(requantizations, within: room)
    let (positions, channels) = (linear.output.positions, linear.output.channels)
    return [Float](unsafeUninitializedCapacity: sums.count) { passed, initialized in
      sums.withUnsafeBufferPointer { sums in
        largest.withUnsafeBufferPointer { largest in
          for start in stride(from: 0, to: sums.count, by: positions * channels) {
            if positions == 1 {
              for channel in 0..<channels {
                passed[start &+ channel] = Self.passed(sums[start &+ channel], largest[channel])
              }
              continue
            }
            for channel in 0..<channels {
              let (most, first) = (largest[channel], start + channel * positions)
              for index in first..<first + positions {
                passed[index] = Self.passed(sums[index], most)
              }
            }
          }
        }
      }
      initialized = sums.count
    }
  }

  /// Two selections and no branch: signs cannot be predicted.
  @inline(__always)
  private static func passed(_ sum: Int32, _ most: Int32) -> Float {
    sum > 0 ? (sum <= most ? Float.leastNormalMagnitude : 0) : 0
  }

  /// One a filter; filters of a layer often share their scale.
  private static func largestSums(
    _ requantizations: [Requantization], within room: Int64
  ) -> [Int32] {
    var largest: [Int32] = []
    largest.reserveCapacity(requantizations.count)
    for (filter, requantization) in requantizations.enumerated() {
      largest.append(
        filter > 0 && requantization == requantizations[filter - 1]
          ? largest[filter - 1] : requantization.largestSum(within: room))
    }
    return largest
  }

  private func tensor(_ slot: Int) -> Tensor {
    let (quantization, spec) = (network.slots[slot].quantization, network.spec)
    let values = (0...255).map {
      Float(quantization.value(spec.encoding.integer(UInt8($0), bits: spec.activationBits)))
    }
    return Tensor(
      count: count, shape: network.slots[slot].shape,
      values: [Float](unsafeUninitializedCapacity: words[slot].count) { target, initialized in
        initialized = words[slot].count
        Self.lookUp(words[slot][...], in: values, into: target)
      })
  }

  /// The master's parameters, those of layers with weights replaced by what was read; 0 for the weights
  /// of a first layer, which pass no gradient on.
  func parameters(of master: Network) -> [Float] {
    [Float](unsafeUninitializedCapacity: master.parameters.count) { parameters, initialized in
      var (place, next) = (0, 0)
      func append(_ values: some Collection<Float>) {
        _ = UnsafeMutableBufferPointer(rebasing: parameters[place...]).initialize(from: values)
        place += values.count
      }
      for step in network.steps {
        switch step.operation {
        case .linear(let linear):
          let words = inference.weights[next]
          next += 1
          let weights = UnsafeMutableBufferPointer(
            rebasing: parameters[place..<place + words.count])
          if step.layer == 0 {
            weights.initialize(repeating: 0)
          } else {
            write(linear, words, into: weights)
          }
          place += words.count
          if linear.convolution.hasBias {
            append(
              linear.bias.indices.map { Float(Double(linear.bias[$0]) * linear.sumScales[$0]) })
          }
        case .groupNormalization(let normalization):
          append(normalization.weight)
          append(normalization.bias)
        case .maxPooling, .averagePooling, .globalAveragePooling, .clamp, .add: break
        }
      }
      // A learned logit scale is the last parameter.
      append(master.parameters[place...])
      initialized = place
    }
  }

  /// Writes weights as filters × inputs, row-major.
  private func write(
    _ linear: IntegerLinear, _ words: [UInt8], into weights: UnsafeMutableBufferPointer<Float>
  ) {
    let (inputs, filters) = (linear.inputCount, linear.outputCount)
    let integers = network.spec.encoding.integerTable(bits: network.spec.weightBits)
    let rows = [UInt8](unsafeUninitializedCapacity: words.count) { rows, initialized in
      initialized = words.count
      words.withUnsafeBufferPointer { words in
        guard let rows = rows.baseAddress, let words = words.baseAddress else { return }
        for group in 0..<linear.convolution.groups {
          let first = group * inputs * filters
          ByteMatrix.transpose(
            words + first, rowLength: filters, rows: inputs, columns: filters, into: rows + first,
            resultLength: inputs)
        }
      }
    }
    var (values, scale, zero) = ([Float](), 0.0, Int32(0))
    for filter in 0..<linear.convolution.filters {
      // Filters of a layer often share their scale.
      if values.isEmpty || scale != linear.weightScales[filter]
        || zero != linear.weightZeroPoints[filter]
      {
        (scale, zero) = (linear.weightScales[filter], linear.weightZeroPoints[filter])
        values = integers.map { Float(scale * Double($0 - zero)) }
      }
      let places = filter * inputs..<(filter + 1) * inputs
      Self.lookUp(
        rows[places], in: values, into: UnsafeMutableBufferPointer(rebasing: weights[places]))
    }
  }

  /// - Parameter values: one for each byte.
  private static func lookUp(
    _ words: ArraySlice<UInt8>, in values: [Float], into target: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(target.count == words.count && values.count == 256, "arrays of other lengths")
    words.withUnsafeBufferPointer { words in
      values.withUnsafeBufferPointer { values in
        for index in 0..<words.count { target[index] = values[Int(words[index])] }
      }
    }
  }
}
