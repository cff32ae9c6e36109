/// A layer as a topology names it, before it knows its inputs.
public indirect enum LayerSpec: Hashable, Sendable {
  case dense(outputs: Int, hasBias: Bool)
  case convolution(ConvolutionSpec)
  case maxPooling(PoolingSpec)
  case averagePooling(PoolingSpec)
  /// The mean of each channel.
  case globalAveragePooling
  case relu
  /// min(max(x, 0), ceiling).
  case clippedReLU(ceiling: Float)
  case flatten
  case batchNormalization(epsilon: Float, momentum: Float)
  case groupNormalization(groups: Int, epsilon: Float)
  /// Drops features with this probability in training.
  case dropout(probability: Float)
  /// body(x) + shortcut(x); an empty shortcut is x itself.
  case residual(body: [LayerSpec], shortcut: [LayerSpec])

  /// The key in a topology file.
  public var name: String {
    switch self {
    case .dense: "dense"
    case .convolution: "convolution"
    case .maxPooling: "max_pooling"
    case .averagePooling: "average_pooling"
    case .globalAveragePooling: "global_average_pooling"
    case .relu: "relu"
    case .clippedReLU: "clipped_relu"
    case .flatten: "flatten"
    case .batchNormalization: "batch_normalization"
    case .groupNormalization: "group_normalization"
    case .dropout: "dropout"
    case .residual: "residual"
    }
  }

  /// Layers of this kind and within it: each has a number of its own.
  public var numberCount: Int {
    switch self {
    case .residual(let body, let shortcut):
      1 + (body + shortcut).reduce(0) { $0 + $1.numberCount }
    case .dense, .convolution, .maxPooling, .averagePooling, .globalAveragePooling, .relu,
      .clippedReLU, .flatten, .batchNormalization, .groupNormalization, .dropout:
      1
    }
  }

  private func require(_ holds: Bool, _ reason: @autoclosure () -> String) throws(ShapeError) {
    guard holds else { throw ShapeError(reason()) }
  }

  /// The layer for inputs of a shape.
  ///
  /// Settings may come from any reader, so what is outside its range is thrown and never traps.
  ///
  /// - Parameter number: of this layer; those within it follow.
  func layer(for input: FeatureShape, number: Int) throws(TopologyError) -> any Layer {
    do {
      switch self {
      case .dense(let outputs, let hasBias):
        guard input.isVector else {
          throw ShapeError("it reads a vector, not \(input): put flatten before it")
        }
        try require(
          (1...FeatureShape.maximumCount).contains(outputs),
          "\(outputs) outputs are outside 1 … \(FeatureShape.maximumCount)")
        return Dense(input: input, outputs: outputs, hasBias: hasBias)
      case .convolution(let spec): return try Convolution(input: input, spec: spec)
      case .maxPooling(let spec): return try MaxPooling(input: input, spec: spec)
      case .averagePooling(let spec): return try AveragePooling(input: input, spec: spec)
      case .globalAveragePooling: return GlobalAveragePooling(input: input)
      case .relu: return ReLU(input: input)
      case .clippedReLU(let ceiling):
        try require(
          ceiling > 0 && ceiling.isFinite, "a ceiling of \(ceiling) is not positive and finite")
        return ReLU(input: input, ceiling: ceiling)
      case .flatten: return Flatten(input: input)
      case .batchNormalization(let epsilon, let momentum):
        try require(
          epsilon > 0 && epsilon.isFinite, "an epsilon of \(epsilon) is not positive and finite")
        try require((0...1).contains(momentum), "a momentum of \(momentum) is outside 0 … 1")
        return BatchNormalization(input: input, epsilon: epsilon, momentum: momentum)
      case .groupNormalization(let groups, let epsilon):
        try require(
          epsilon > 0 && epsilon.isFinite, "an epsilon of \(epsilon) is not positive and finite")
        return try GroupNormalization(input: input, groups: groups, epsilon: epsilon)
      case .dropout(let probability):
        try require(
          probability >= 0 && probability < 1, "a probability of \(probability) is outside [0, 1)")
        return Dropout(input: input, probability: probability)
      case .residual(let body, let shortcut):
        let bodyNumbers = body.reduce(0) { $0 + $1.numberCount }
        return try Residual(
          body: LayerChain(body, input: input, firstNumber: number + 1, path: ["body"]),
          shortcut: LayerChain(
            shortcut, input: input, firstNumber: number + 1 + bodyNumbers, path: ["shortcut"]))
      }
    } catch let error as ShapeError {
      throw TopologyError(path: [], layer: name, reason: error.reason)
    } catch let error as TopologyError {
      throw error
    } catch {
      throw TopologyError(path: [], layer: name, reason: "\(error)")
    }
  }
}
