import TableArithmetic

/// A product of matrices that a layer asks of the array: one for each group of its channels.
public struct ArrayProduct: Sendable {
  /// Counted from 0, among the layers with weights.
  public let layer: Int
  /// Counted from 0.
  public let group: Int
  /// Images × output positions.
  public let m: Int
  /// Inputs of an output.
  public let k: Int
  /// Filters of the group.
  public let n: Int
  /// M × K and K × N words, row-major, as read from the buffers. Row m is the patch under output
  /// position m mod positions of image m / positions.
  public let activations: [UInt8]
  public let weights: [UInt8]
}

extension IntegerInference {
  /// The products of a layer that was run.
  ///
  /// - Parameter layer: among those with weights.
  public func products(of trace: Trace, layer: Int, images: Int) -> [ArrayProduct] {
    let run = LayerRun(
      linear: linears[layer], index: layer, activations: trace.inputs[layer],
      images: images)
    return (0..<run.linear.convolution.groups).map { product(run, group: $0) }
  }

  /// A layer's accumulators, [image][filter][position], by an array.
  func accumulators(of run: LayerRun, multiply: (ArrayProduct) -> [Int32]) -> [Int32] {
    let shape = run.linear.shape
    if shape.isMatrix { return multiply(product(run, group: 0)) }
    let (positions, filters) = (shape.positionCount, shape.filtersPerGroup)
    var accumulators = [Int32](repeating: 0, count: run.images * shape.outputCount)
    for group in 0..<shape.groups {
      let rows = multiply(product(run, group: group))
      for image in 0..<run.images {
        for filter in 0..<filters {
          let target = (image * shape.filters + group * filters + filter) * positions
          let source = image * positions * filters + filter
          for position in 0..<positions {
            accumulators[target + position] = rows[source + position * filters]
          }
        }
      }
    }
    return accumulators
  }

  private func product(_ run: LayerRun, group: Int) -> ArrayProduct {
    let shape = run.linear.shape
    let (m, k, n) = (run.images * shape.positionCount, shape.patchCount, shape.filtersPerGroup)
    let words = weights[run.index]
    return ArrayProduct(
      layer: run.index, group: group, m: m, k: k, n: n,
      activations: shape.isMatrix
        ? run.activations
        : shape.patches(
          run.activations, images: run.images, group: group, padding: paddings[run.index]),
      weights: shape.groups == 1 ? words : Array(words[group * k * n..<(group + 1) * k * n]))
  }
}
