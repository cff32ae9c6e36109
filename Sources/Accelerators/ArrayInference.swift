import ErrorTables
import QuantizedNetworks
import TableArithmetic

/// Runs an integer network on the register-level array of any dataflow.
public struct ArrayInference: Sendable {
  public let spec: AcceleratorSpec
  private let array: RegisterLevelArray
  private let multiplier: EncodedMultiplier
  private let model: AnalyticalModel

  /// - Precondition: a multiplier for the array's words.
  public init(spec: AcceleratorSpec, multiplier: EncodedMultiplier) {
    self.spec = spec
    self.multiplier = multiplier
    array = RegisterLevelArray(spec: spec, capture: .encoded(multiplier))
    model = AnalyticalModel(spec: spec)
  }

  /// What came out, and what it took.
  public struct Result: Sendable {
    /// Row-major, images × classes.
    public let logits: [Int32]
    /// Of all layers.
    public let counts: AccessCounts
    /// Flip-flops that changed, of each layer with weights.
    public let layerToggles: [RegisterToggles]
    /// Of all products that elements captured; nil of settled ones.
    public let errors: CapturedErrors?
    /// Of all layers' products, each of which fetches its operands from DRAM.
    public let stalls: StallCounts
  }

  /// Infers images layer by layer, some of a large batch at a time: registers go on from these to the
  /// next, so that nothing but memory depends on it. Reads operands through the buffers' faults, multiplies in the
  /// array, corrects and scales outside it.
  ///
  /// - Parameters:
  ///   - inputs: `images` × features words.
  ///   - hardware: its buffers' faults are used; its accumulator must be the array's.
  ///   - captured: what a chip's elements make of a product; its accumulators are taken, registers and
  ///     counts are those of settled products. Nil: so are accumulators.
  public func infer(
    _ network: IntegerNetwork, inputs: [UInt8], images: Int, on hardware: InferenceHardware,
    captured: ((ArrayProduct) -> CapturedLayer)? = nil
  ) -> Result {
    precondition(hardware.accumulator == spec.accumulator, "another accumulator than the array's")
    var counts = model.surroundings(of: network, images: images)
    let inference = IntegerInference(network, multiplier: multiplier, hardware: hardware)
    var stalls = StallCounts()
    var errors: CapturedErrors?
    var layerToggles = [RegisterToggles](
      repeating: RegisterToggles(), count: network.linears.count)
    // What elements capture, and which words are faulty, would depend on the parts.
    let isWhole = captured != nil || hardware.activationFaults != nil
    let size = isWhole ? images : ProductParts.images(of: images, network, on: spec)
    let features = network.input.shape.count
    var parts: [[ProductParts]] = []
    if size < images {
      parts = network.linears.map { linear in
        let whole = MatrixShape(
          m: images * linear.output.positions, k: linear.inputCount, n: linear.outputCount)
        return (0..<linear.convolution.groups).map { _ in
          ProductParts(spec, whole: whole, convolution: ConvolutionGeometry(linear.shape))
        }
      }
    }
    func multiply(_ product: ArrayProduct) -> [Int32] {
      let (accumulators, arrayCounts, arrayStalls) =
        parts.isEmpty
        ? array.multiplyWaiting(
          activations: product.activations, weights: product.weights, shape: product.shape,
          convolution: ConvolutionGeometry(network.linears[product.layer].shape))
        : array.multiplyWaiting(
          activations: product.activations, weights: product.weights, shape: product.shape,
          of: parts[product.layer][product.group])
      counts += arrayCounts
      layerToggles[product.layer] += arrayCounts.toggles
      stalls += arrayStalls
      guard let layer = captured?(product) else { return accumulators }
      errors = (errors ?? CapturedErrors(outputBits: 16)).adding(layer.errors)
      return layer.accumulators
    }
    var logits: [Int32] = []
    for part in Parts(images, size: size) {
      logits +=
        inference.trace(
          Array(inputs[part.lowerBound * features..<part.upperBound * features]), count: part.count,
          multiply: multiply
        ).logits
    }
    return Result(
      logits: logits, counts: counts, layerToggles: layerToggles, errors: errors,
      stalls: stalls)
  }
}

extension ArrayProduct {
  public var shape: MatrixShape { MatrixShape(m: m, k: k, n: n) }
}
