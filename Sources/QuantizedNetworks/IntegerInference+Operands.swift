extension IntegerInference {
  /// The words that meet in one product of a layer with weights.
  ///
  /// - Parameters:
  ///   - trace: of this inference.
  ///   - layer: among those with weights.
  ///   - row: image·positions + position: the rows of the array's activations stream by in this order.
  ///   - input: k, below the layer's `inputCount`.
  ///   - filter: which also says the group.
  public func operands(
    of trace: Trace, layer: Int, row: Int, input: Int, filter: Int
  ) -> (activation: UInt8, weight: UInt8) {
    let linear = network.linears[layer]
    let (group, column) = filter.quotientAndRemainder(dividingBy: linear.outputCount)
    let weight = weights[layer][(group * linear.inputCount + input) * linear.outputCount + column]
    let index = linear.shape.activationIndex(vector: row, step: input, group: group)
    return (index.map { trace.inputs[layer][$0] } ?? paddings[layer], weight)
  }
}
