import ErrorTables
import QuantizedNetworks
import TableArithmetic

/// Runs a quantized network on the register-level array.
public struct ArrayInference: Sendable {
  public let spec: AcceleratorSpec
  private let array: WeightStationaryArray
  private let model: AnalyticalModel

  public init(spec: AcceleratorSpec, products: ProductTable) {
    self.spec = spec
    array = WeightStationaryArray(spec: spec, products: products)
    model = AnalyticalModel(spec: spec)
  }

  /// What came out, and what it took.
  public struct Result: Sendable {
    /// Row-major, vectors × classes.
    public let logits: [Int32]
    /// Of all layers.
    public let counts: AccessCounts
  }

  /// Infers vectors layer by layer: reads operands through the buffers' faults, multiplies in the
  /// array, corrects and scales outside it. Timing errors are not injected here.
  ///
  /// - Parameters:
  ///   - inputs: vectors × inputs of the first layer, row-major.
  ///   - hardware: its buffers' faults are used; its table and accumulator must be the array's.
  public func infer(
    _ network: QuantizedNetwork, inputs: [UInt8], vectors: Int, on hardware: InferenceHardware
  ) -> Result {
    precondition(hardware.accumulator == spec.accumulator, "another accumulator than the array's")
    var counts = AccessCounts()
    let passes = network.passes(inputs: inputs, count: vectors, buffersOf: hardware) { product in
      let shape = MatrixShape(
        m: vectors, k: product.layer.inputCount, n: product.layer.outputCount)
      let (accumulators, arrayCounts) = array.multiply(
        activations: product.activations, weights: product.weights, shape: shape)
      var layerCounts = arrayCounts
      model.addSurroundings(
        to: &layerCounts, shape, isFirst: product.index == 0,
        isLast: product.index == network.layers.count - 1)
      counts += layerCounts
      return accumulators
    }
    return Result(logits: passes[passes.count - 1].sums, counts: counts)
  }
}
