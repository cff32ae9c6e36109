import Networks

extension NetworkTopology {
  /// The matrix products of a batch: its dense layers and convolutions, in order.
  ///
  /// Pooling, activation functions, residual additions and normalization (which is folded into the
  /// layer before it) are done outside the array and cost it no cycles.
  /// - Throws: `WorkloadError` if the batch is too large, or no layer multiplies.
  public func gemms(batch: Int) throws(WorkloadError) -> [GEMM] {
    var gemms: [GEMM] = []
    for step in steps {
      switch step.layer {
      case .dense(let outputs, _):
        gemms.append(
          try .dense(
            name: step.name, batch: batch, inputs: step.input.count, outputs: outputs))
      case .convolution(let spec):
        var layer = ConvolutionLayer(
          channels: step.input.channels, inputRows: step.input.rows,
          inputColumns: step.input.columns, filters: spec.filters, kernelRows: spec.kernel,
          kernelColumns: spec.kernel)
        (layer.strideRows, layer.strideColumns) = (spec.stride, spec.stride)
        (layer.paddingRows, layer.paddingColumns) = (spec.padding, spec.padding)
        (layer.dilationRows, layer.dilationColumns) = (spec.dilation, spec.dilation)
        layer.groups = spec.groups
        gemms.append(try layer.gemm(name: step.name, batch: batch))
      case .maxPooling, .averagePooling, .globalAveragePooling, .relu, .clippedReLU, .flatten,
        .batchNormalization, .groupNormalization, .dropout, .residual:
        continue
      }
    }
    guard !gemms.isEmpty else { throw WorkloadError("no layer of the network multiplies") }
    return gemms
  }
}
