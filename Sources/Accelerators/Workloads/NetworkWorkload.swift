import Networks

extension NetworkTopology {
  /// The matrix products of a batch: its dense layers and convolutions, in order.
  ///
  /// - Throws: `WorkloadError` if the batch is too large, or no layer multiplies.
  public func gemms(batch: Int) throws(WorkloadError) -> [GEMM] {
    try work(batch: batch).compactMap { layer in
      if case .product(let product) = layer { product } else { nil }
    }
  }

  /// The layers of a batch that take cycles, in order: products of matrices, pooling and residual
  /// additions.
  ///
  /// Activation functions are part of the output stage, normalization is folded into the layer before
  /// it (that of groups is not counted), and the rest moves nothing.
  /// - Throws: `WorkloadError` if the batch is too large, or no layer multiplies.
  public func work(batch: Int) throws(WorkloadError) -> [LayerWork] {
    var work: [LayerWork] = []
    func pooling(_ step: Step, window: Int) throws(WorkloadError) -> LayerWork {
      .vector(
        try .pooling(
          name: step.name, batch: batch, channels: step.input.channels,
          inputPositions: step.input.positions, window: window,
          outputPositions: step.output.positions))
    }
    for step in steps {
      switch step.layer {
      case .dense(let outputs, _):
        work.append(
          .product(
            try .dense(
              name: step.name, batch: batch, inputs: step.input.count, outputs: outputs)))
      case .convolution(let spec):
        var layer = ConvolutionLayer(
          channels: step.input.channels, inputRows: step.input.rows,
          inputColumns: step.input.columns, filters: spec.filters, kernelRows: spec.kernel,
          kernelColumns: spec.kernel)
        (layer.strideRows, layer.strideColumns) = (spec.stride, spec.stride)
        (layer.paddingRows, layer.paddingColumns) = (spec.padding, spec.padding)
        (layer.dilationRows, layer.dilationColumns) = (spec.dilation, spec.dilation)
        layer.groups = spec.groups
        work.append(.product(try layer.gemm(name: step.name, batch: batch)))
      case .maxPooling(let spec), .averagePooling(let spec):
        work.append(try pooling(step, window: spec.kernel * spec.kernel))
      case .globalAveragePooling:
        work.append(try pooling(step, window: step.input.positions))
      case .residual:
        work.append(
          .vector(
            try .addition(
              name: step.name, batch: batch, channels: step.output.channels,
              positions: step.output.positions)))
      case .relu, .clippedReLU, .flatten, .batchNormalization, .groupNormalization, .dropout:
        continue
      }
    }
    let multiplies = work.contains { if case .product = $0 { true } else { false } }
    guard multiplies else { throw WorkloadError("no layer of the network multiplies") }
    return work
  }
}
