extension IntegerInference {
  /// The words that meet in products of one output of a layer with weights.
  ///
  /// - Parameters:
  ///   - trace: of this inference.
  ///   - layer: among those with weights.
  ///   - row: image·positions + position: the rows of the array's activations stream by in this order.
  ///   - inputs: k, below the layer's `inputCount`.
  ///   - filter: which also says the group.
  public func operands(
    of trace: Trace, layer: Int, row: Int, inputs: Range<Int>, filter: Int
  ) -> [(activation: UInt8, weight: UInt8)] {
    let linear = linears[layer]
    let shape = linear.shape
    let (group, column) = filter.quotientAndRemainder(dividingBy: linear.outputCount)
    let (weights, activations) = (weights[layer], trace.inputs[layer])
    return inputs.map { input in
      let index = shape.activationIndex(vector: row, step: input, group: group)
      return (
        index.map { activations[$0] } ?? paddings[layer],
        weights[(group * linear.inputCount + input) * linear.outputCount + column]
      )
    }
  }
}
