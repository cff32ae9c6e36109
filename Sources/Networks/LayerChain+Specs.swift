extension LayerChain {
  /// - Parameter path: what stands before the index of a layer in an error.
  init(
    _ specs: [LayerSpec], input: FeatureShape, firstNumber: Int, path: [String]
  ) throws(TopologyError) {
    var layers: [any Layer] = []
    var numbers: [Int] = []
    var (shape, number) = (input, firstNumber)
    for (index, spec) in specs.enumerated() {
      do throws(TopologyError) {
        let layer = try spec.layer(for: shape, number: number)
        layers.append(layer)
        shape = layer.output
      } catch {
        throw TopologyError(
          path: path + ["\(index)"] + error.path, layer: error.layer, reason: error.reason)
      }
      numbers.append(number)
      number += spec.numberCount
    }
    self.init(layers, input: input, numbers: numbers)
  }
}
