/// One step of a network: forward and backward, side by side in a file for each kind.
///
/// A layer holds shapes and settings; its parameters and statistics stand in the network's vectors,
/// and it is given its own part of them, block after block in the order in which it lists them.
/// Derivatives of both passes along a direction are a `TangentLayer`'s.
public protocol Layer: TangentLayer {
  var input: FeatureShape { get }
  var output: FeatureShape { get }
  /// What training moves.
  var parameters: [ParameterBlock] { get }
  /// What training measures: running means and variances.
  var statistics: [ParameterBlock] { get }

  /// Whether the backward pass needs nothing but the inputs.
  var keepsOnlyInputs: Bool { get }

  /// The outputs for a batch, and what the backward pass needs of this one.
  ///
  /// - Parameters:
  ///   - inputs: of the shape `input`.
  ///   - parameters: `parameters` of this layer, one after the other.
  ///   - statistics: `statistics` of this layer; changed by training passes only.
  ///   - pass: mode, threads, and the number of the layer among all.
  func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory)

  /// The gradient of the loss by the inputs, for its gradient by the outputs.
  ///
  /// - Parameters:
  ///   - gradient: of the shape `output`.
  ///   - memory: from the training pass that gave these outputs.
  ///   - parameters: as in that pass.
  ///   - parameterGradient: room for the gradient by `parameters`: overwritten.
  ///   - needsInputGradient: false for the first layer, whose result nobody reads: it may return any
  ///     tensor then.
  func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor
}

extension Layer {
  public var parameters: [ParameterBlock] { [] }
  public var statistics: [ParameterBlock] { [] }
  public var keepsOnlyInputs: Bool { false }
  var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
  var statisticCount: Int { statistics.reduce(0) { $0 + $1.count } }
}

/// What happens between the layers of a pass.
public enum LayerHook: Sendable {
  /// Sees the outputs of every layer, by the layer's number.
  case observe(@Sendable (_ layer: Int, _ outputs: Tensor) -> Void)
  /// Gives other outputs for a layer than it computes, as quantized arithmetic does; nil: its own.
  case replace(@Sendable (_ layer: Int) -> LayerReplacement?)
  /// Backward: adds to what a layer gives for the gradient by its outputs, as arithmetic with other
  /// slopes than a product's does. Adds to the gradient by the layer's parameters, and returns what is
  /// added to that by its inputs; nil: nothing.
  case correct(
    @Sendable (
      _ layer: Int, _ gradient: Tensor, _ parameterGradient: UnsafeMutablePointer<Float>
    ) -> Tensor?)
}

/// What stands in the place of a layer's outputs.
public struct LayerReplacement: Sendable {
  public let outputs: Tensor
  /// What the backward pass needs of the layer, which is not run then; nil: the layer's own.
  public let memory: LayerMemory?

  public init(_ outputs: Tensor, memory: LayerMemory? = nil) {
    self.outputs = outputs
    self.memory = memory
  }
}

/// A forward or backward pass, as a layer needs to know it.
public struct LayerPass: Sendable {
  public let mode: ForwardMode
  public let work: ChunkedWork
  /// Keys of random draws: counted from 0 in the order of the topology, branches included; below 2²⁴.
  public let layer: Int
  /// What a chain does after each layer, in the order of the layers.
  let hook: LayerHook?

  public init(mode: ForwardMode, work: ChunkedWork, layer: Int) {
    self.init(mode: mode, work: work, layer: layer, hook: nil)
  }

  init(mode: ForwardMode, work: ChunkedWork, layer: Int, hook: LayerHook?) {
    self.mode = mode
    self.work = work
    self.layer = layer
    self.hook = hook
  }
}

/// What a layer keeps of a training pass for its backward pass; nothing of an inference.
public struct LayerMemory: Sendable {
  /// The inputs or outputs of the layer.
  public var tensor: Tensor?
  /// Positions: of the maxima of pooling.
  public var positions: [Int32] = []
  /// Numbers of the layer's own: normalized values, deviations.
  public var values: [[Float]] = []
  /// Of the layers within, one list a branch.
  public var branches: [[LayerMemory]] = []

  public init(tensor: Tensor? = nil) {
    self.tensor = tensor
  }

  public static let none = LayerMemory()
}
