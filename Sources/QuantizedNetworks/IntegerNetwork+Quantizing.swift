import Networks

/// Why a network cannot be run in integers.
public struct QuantizationError: Error, Hashable, Sendable {
  /// The layer's path, as in the names of its parameters: `layers.3.body.0`.
  public let layer: String
  public let reason: String
}

extension IntegerNetwork {
  /// Quantizes a float network.
  ///
  /// Each dense and convolution layer takes over the rectifier that follows it; an addition does so
  /// too. Biases are rounded at the product of the scales of inputs and weights, and limited to
  /// ±2²⁹. All rounding is half away from zero.
  ///
  /// - Parameters:
  ///   - network: without batch normalization and dropout: `foldingBatchNormalization()`.
  ///   - ranges: of this network's activations.
  ///   - given: scales that are taken as they are, within the words of the specification.
  /// - Throws: `QuantizationError` at a layer that has no integer form or no range, with more than
  ///   16,384 inputs an output, or whose given scales do not fit it.
  /// - Precondition: the network is finite.
  public init(
    quantizing network: Network, spec: QuantizationSpec, ranges: ActivationRanges,
    given: GivenQuantization = GivenQuantization(), work: ChunkedWork = .serial
  ) throws(QuantizationError) {
    precondition(network.isFinite, "a weight or bias is not finite")
    var builder = Builder(
      network: network, spec: spec, ranges: ranges, given: given, work: work)
    builder.slots = [
      Slot(
        shape: network.input,
        quantization: given.input?.quantizations[0] ?? spec.activation(covering: ranges.input))
    ]
    _ = try builder.build(
      network.topology.layers, from: (0, network.input), firstNumber: 0, path: "layers",
      isLast: true)
    guard !builder.steps.isEmpty,
      builder.steps.contains(where: { if case .linear = $0.operation { true } else { false } })
    else {
      throw QuantizationError(
        layer: "layers", reason: "a network without dense or convolution layers multiplies nothing")
    }
    try builder.checkGivenIsUsed()
    self.init(
      spec: spec, slots: builder.slots, steps: builder.steps, classCount: network.classCount)
  }

  /// Walks the layers in the order of their parameters.
  private struct Builder {
    let network: Network
    let spec: QuantizationSpec
    let ranges: ActivationRanges
    /// What no layer has taken yet.
    var given: GivenQuantization
    let work: ChunkedWork
    var slots: [Slot] = []
    var steps: [Step] = []
    private var blocks: ArraySlice<ParameterBlock>
    private var next = 0

    init(
      network: Network, spec: QuantizationSpec, ranges: ActivationRanges,
      given: GivenQuantization, work: ChunkedWork
    ) {
      self.network = network
      self.spec = spec
      self.ranges = ranges
      self.given = given
      self.work = work
      blocks = network.topology.parameters[...]
    }

    typealias Place = (slot: Int, shape: FeatureShape)
    /// A rectifier that the step before it takes over; its ceiling is infinite of a usual one.
    typealias Rectifier = (layer: Int, ceiling: Float)

    /// - Parameter isLast: whether the network's logits are what these layers give.
    mutating func build(
      _ specs: [LayerSpec], from source: Place, firstNumber: Int, path: String, isLast: Bool
    ) throws(QuantizationError) -> Place {
      var place = source
      var (index, number) = (0, firstNumber)
      // A vector of logits is still one of logits.
      let last = specs.lastIndex { $0 != .flatten }
      while index < specs.count {
        let layer = specs[index]
        let path = "\(path).\(index)"
        // A rectifier that follows is part of the step.
        let following = index + 1 < specs.count ? specs[index + 1] : nil
        let next = number + layer.numberCount
        let rectifier: Rectifier? =
          layer.canRectify ? following?.rectifierCeiling.map { (next, $0) } : nil
        let givesLogits = isLast && rectifier == nil && index == last
        switch layer {
        case .dense(let outputs, let hasBias):
          place = try linear(
            ConvolutionSpec(filters: outputs, kernel: 1, hasBias: hasBias),
            from: (place.slot, FeatureShape(channels: place.shape.count)), layer: number,
            path: path,
            rectifier: rectifier, givesLogits: givesLogits)
        case .convolution(let spec):
          place = try linear(
            spec, from: place, layer: number, path: path, rectifier: rectifier,
            givesLogits: givesLogits)
        case .residual(let body, let shortcut):
          let bodyNumbers = body.reduce(0) { $0 + $1.numberCount }
          let first = try build(
            body, from: place, firstNumber: number + 1, path: "\(path).body", isLast: false)
          let second = try build(
            shortcut, from: place, firstNumber: number + 1 + bodyNumbers,
            path: "\(path).shortcut", isLast: false)
          place = try add(
            first, second, layer: number, path: path, rectifier: rectifier)
        case .groupNormalization(let groups, let epsilon):
          place = try normalize(
            place, groups: groups, epsilon: epsilon, layer: number, path: path,
            rectifier: rectifier)
        case .maxPooling(let spec):
          place = try pool(.maxPooling(spec), spec, place, layer: number, path: path)
        case .averagePooling(let spec):
          place = try pool(.averagePooling(spec), spec, place, layer: number, path: path)
        case .globalAveragePooling:
          place = append(
            .globalAveragePooling, from: [place.slot], layer: number,
            shape: FeatureShape(channels: place.shape.channels),
            quantization: slots[place.slot].quantization)
        case .relu: place = clamp(place, ceiling: .infinity, layer: number)
        case .clippedReLU(let ceiling): place = clamp(place, ceiling: ceiling, layer: number)
        case .flatten: place.shape = FeatureShape(channels: place.shape.count)
        case .dropout: break
        case .batchNormalization:
          throw QuantizationError(layer: path, reason: "batch normalization is to be folded first")
        }
        index += rectifier == nil ? 1 : 2
        number = rectifier == nil ? next : next + 1
      }
      return place
    }

    private mutating func append(
      _ operation: IntegerOperation, from sources: [Int], layer: Int, rectifier: Rectifier? = nil,
      shape: FeatureShape, quantization: AffineQuantization
    ) -> Place {
      slots.append(Slot(shape: shape, quantization: quantization))
      steps.append(
        Step(
          layer: layer, rectifier: rectifier?.layer, operation: operation, sources: sources,
          target: slots.count - 1))
      return (slots.count - 1, shape)
    }

    /// How a layer's outputs are quantized.
    private mutating func activation(
      _ layer: Int, path: String
    ) throws(QuantizationError) -> AffineQuantization {
      if let scales = given.outputs.removeValue(forKey: layer) { return scales.quantizations[0] }
      guard let range = ranges.outputs[layer] else {
        throw QuantizationError(layer: path, reason: "the outputs of layer \(layer) have no range")
      }
      return spec.activation(covering: range)
    }

    private func limits(
      _ quantization: AffineQuantization, rectifier: Rectifier?
    ) -> ClosedRange<Int32> {
      guard let ceiling = rectifier?.ceiling else {
        return quantization.minimum...quantization.maximum
      }
      let high = ceiling.isFinite ? quantization.integer(Double(ceiling)) : quantization.maximum
      return quantization.zeroPoint...max(quantization.zeroPoint, high)
    }

    private mutating func linear(
      _ convolution: ConvolutionSpec, from source: Place, layer: Int, path: String,
      rectifier: Rectifier?, givesLogits: Bool
    ) throws(QuantizationError) -> Place {
      let output: FeatureShape
      do {
        output = try convolution.output(for: source.shape)
      } catch {
        throw QuantizationError(layer: path, reason: error.reason)
      }
      let inputs =
        source.shape.channels / convolution.groups * convolution.kernel
        * convolution.kernel
      guard inputs <= IntegerLinear.maximumInputCount else {
        throw QuantizationError(
          layer: path,
          reason: "\(inputs) inputs an output are more than \(IntegerLinear.maximumInputCount)")
      }
      let weights = nextParameters()
      let bias = convolution.hasBias ? nextParameters() : []
      let input = slots[source.slot].quantization
      let quantizations = try weightQuantizations(
        weights, filters: convolution.filters, layer: layer, path: path)
      let words = WeightWords(
        weights: weights, quantizations: quantizations, convolution: convolution, inputs: inputs,
        spec: spec, work: work)
      let quantization = try givesLogits ? nil : activation(rectifier?.layer ?? layer, path: path)
      let sumScales = quantizations.map { input.scale * $0.scale }
      let largest = sumScales.reduce(0, max)
      let requantizations: [Requantization]? =
        if let quantization {
          sumScales.map { Requantization(factor: $0 / quantization.scale) }
        } else if sumScales.allSatisfy({ $0 == largest }) {
          nil
        } else {
          sumScales.map { Requantization(factor: $0 / largest) }
        }
      let integerBias = (0..<convolution.filters).map { filter in
        let steps = bias.isEmpty ? 0 : (Double(bias[filter]) / sumScales[filter]).rounded()
        let most = Double(IntegerLinear.maximumBias)
        return Int32(min(most, max(-most, steps)))
      }
      let operation = IntegerLinear(
        input: source.shape, output: output, convolution: convolution, weights: words.words,
        weightScales: quantizations.map(\.scale), weightZeroPoints: quantizations.map(\.zeroPoint),
        bias: integerBias,
        constants: (0..<convolution.filters).map { filter in
          Int32(Int64(integerBias[filter]) - Int64(input.zeroPoint) * words.sums[filter])
        }, requantizations: requantizations,
        limits: quantization.map { limits($0, rectifier: rectifier) },
        sumScales: sumScales)
      return append(
        .linear(operation), from: [source.slot], layer: layer, rectifier: rectifier, shape: output,
        quantization: quantization
          ?? AffineQuantization(scale: largest, zeroPoint: 0, minimum: .min, maximum: .max))
    }

    /// One a filter: those that are given, or by the specification.
    private mutating func weightQuantizations(
      _ weights: [Float], filters: Int, layer: Int, path: String
    ) throws(QuantizationError) -> [AffineQuantization] {
      guard let scales = given.weights.removeValue(forKey: layer) else {
        return AffineQuantization.ofWeights(weights, filters: filters, spec: spec)
      }
      let quantizations = scales.quantizations
      guard quantizations.count == 1 || quantizations.count == filters else {
        throw QuantizationError(
          layer: path,
          reason: "\(quantizations.count) scales are given for the weights of \(filters) outputs")
      }
      return quantizations.count == filters
        ? quantizations : [AffineQuantization](repeating: quantizations[0], count: filters)
    }

    /// Scales that no layer took belong to another network.
    func checkGivenIsUsed() throws(QuantizationError) {
      for (what, numbers) in [("weights", given.weights.keys), ("outputs", given.outputs.keys)] {
        guard let number = numbers.min() else { continue }
        throw QuantizationError(
          layer: "layer \(number), counted from 0 in the order of the topology",
          reason: "scales are given for its \(what), and it has none that are quantized")
      }
    }

    private mutating func nextParameters() -> [Float] {
      let count = blocks.removeFirst().count
      defer { next += count }
      return Array(network.parameters[next..<next + count])
    }

    private mutating func add(
      _ first: Place, _ second: Place, layer: Int, path: String, rectifier: Rectifier?
    ) throws(QuantizationError) -> Place {
      let quantization = try activation(rectifier?.layer ?? layer, path: path)
      let ratios = (
        slots[first.slot].quantization.scale / quantization.scale,
        slots[second.slot].quantization.scale / quantization.scale
      )
      return append(
        .add(
          IntegerAddition(
            ratios: (first: ratios.0, second: ratios.1),
            limits: limits(quantization, rectifier: rectifier))),
        from: [first.slot, second.slot], layer: layer, rectifier: rectifier, shape: first.shape,
        quantization: quantization)
    }

    private mutating func normalize(
      _ place: Place, groups: Int, epsilon: Float, layer: Int, path: String,
      rectifier: Rectifier?
    ) throws(QuantizationError) -> Place {
      let (weight, bias) = (nextParameters(), nextParameters())
      let quantization = try activation(rectifier?.layer ?? layer, path: path)
      return append(
        .groupNormalization(
          IntegerGroupNormalization(
            groups: groups, epsilon: epsilon, weight: weight, bias: bias,
            limits: limits(quantization, rectifier: rectifier))), from: [place.slot], layer: layer,
        rectifier: rectifier,
        shape: place.shape, quantization: quantization)
    }

    private mutating func pool(
      _ operation: IntegerOperation, _ spec: PoolingSpec, _ place: Place, layer: Int, path: String
    ) throws(QuantizationError) -> Place {
      do {
        return append(
          operation, from: [place.slot], layer: layer, shape: try spec.output(for: place.shape),
          quantization: slots[place.slot].quantization)
      } catch {
        throw QuantizationError(layer: path, reason: error.reason)
      }
    }

    private mutating func clamp(_ place: Place, ceiling: Float, layer: Int) -> Place {
      let quantization = slots[place.slot].quantization
      let range = limits(quantization, rectifier: (layer, ceiling))
      return append(
        .clamp(low: range.lowerBound, high: range.upperBound), from: [place.slot], layer: layer,
        shape: place.shape, quantization: quantization)
    }
  }
}

extension LayerSpec {
  /// Whether a rectifier that follows can be part of the step.
  fileprivate var canRectify: Bool {
    switch self {
    case .dense, .convolution, .residual, .groupNormalization: true
    case .maxPooling, .averagePooling, .globalAveragePooling, .relu, .clippedReLU, .flatten,
      .batchNormalization, .dropout:
      false
    }
  }

  /// The ceiling of a rectifier, infinite of a usual one; nil of another layer.
  fileprivate var rectifierCeiling: Float? {
    switch self {
    case .relu: .infinity
    case .clippedReLU(let ceiling): ceiling
    case .dense, .convolution, .maxPooling, .averagePooling, .globalAveragePooling, .flatten,
      .batchNormalization, .groupNormalization, .dropout, .residual:
      nil
    }
  }
}
