extension LayerChain {
  /// - Parameter path: what stands before the index of a layer in an error.
  /// - Throws: `TopologyError` where a layer does not fit, or there are too many parameters.
  init(
    _ specs: [LayerSpec], input: FeatureShape, firstNumber: Int, path: [String]
  ) throws(TopologyError) {
    var layers: [any Layer] = []
    var numbers: [Int] = []
    var (shape, number, parameters) = (input, firstNumber, 0.0)
    for (index, spec) in specs.enumerated() {
      do throws(TopologyError) {
        let layer = try spec.layer(for: shape, number: number)
        layers.append(layer)
        shape = layer.output
      } catch {
        throw TopologyError(
          path: path + ["\(index)"] + error.path, layer: error.layer, reason: error.reason)
      }
      // Before the sums of counts are formed, which could overflow.
      for block in layers[index].parameters {
        parameters += block.shape.reduce(1) { $0 * Double($1) }
      }
      guard parameters <= Double(NetworkTopology.maximumParameterCount) else {
        throw TopologyError(
          path: path + ["\(index)"], layer: spec.name,
          reason: "parameters up to here are more than \(NetworkTopology.maximumParameterCount)")
      }
      numbers.append(number)
      number += spec.numberCount
    }
    self.init(layers, input: input, numbers: numbers)
  }
}
