/// The shapes of ResNet-50 (He, Zhang, Ren, Sun, *Deep residual learning for image recognition*, CVPR
/// 2016, table 1) on images of 224 × 224, without weights: a workload, not a network that is trained.
///
/// Stages of 3, 4, 6 and 3 bottlenecks, with a 1 × 1 convolution where a shortcut changes shape. The
/// stride of a stage is in the 3 × 3 convolution, as in torchvision (v1.5); the paper has it in the 1 × 1
/// convolution before. Layers have torchvision's names.
public enum ResNet50 {
  /// What `axtrain simulate --network` calls it.
  public static let name = "resnet-50"

  private static let stages = [3, 4, 6, 3]

  /// The matrix products of a batch: 53 convolutions and the dense layer.
  ///
  /// - Throws: `WorkloadError` if the batch is too large.
  public static func gemms(batch: Int) throws(WorkloadError) -> [GEMM] {
    try work(batch: batch).compactMap { layer in
      if case .product(let product) = layer { product } else { nil }
    }
  }

  /// These, max pooling (3 × 3, stride 2, padding 1), 16 residual additions and the mean over positions.
  ///
  /// - Throws: `WorkloadError` if the batch is too large.
  public static func work(batch: Int) throws(WorkloadError) -> [LayerWork] {
    var work = [
      LayerWork.product(try convolution("conv1", 3, 224, 64, kernel: 7, stride: 2, batch))
    ]
    work.append(
      .vector(
        try .pooling(
          name: "maxpool", batch: batch, channels: 64, inputPositions: 112 * 112, window: 9,
          outputPositions: 56 * 56)))
    var (channels, side) = (64, 56)
    for (stage, blocks) in stages.enumerated() {
      let width = 64 << stage
      for block in 0..<blocks {
        let stride = block == 0 && stage > 0 ? 2 : 1
        let name = "layer\(stage + 1).\(block)"
        work.append(
          .product(try convolution("\(name).conv1", channels, side, width, kernel: 1, batch)))
        work.append(
          .product(
            try convolution("\(name).conv2", width, side, width, kernel: 3, stride: stride, batch)))
        let after = side / stride
        work.append(
          .product(try convolution("\(name).conv3", width, after, 4 * width, kernel: 1, batch)))
        if block == 0 {
          work.append(
            .product(
              try convolution(
                "\(name).downsample.0", channels, side, 4 * width, kernel: 1, stride: stride, batch)
            ))
        }
        work.append(
          .vector(
            try .addition(
              name: "\(name).add", batch: batch, channels: 4 * width, positions: after * after)))
        (channels, side) = (4 * width, after)
      }
    }
    work.append(
      .vector(
        try .pooling(
          name: "avgpool", batch: batch, channels: channels, inputPositions: side * side,
          window: side * side, outputPositions: 1)))
    work.append(.product(try .dense(name: "fc", batch: batch, inputs: channels, outputs: 1000)))
    return work
  }

  /// Of a square image, padded so that stride 1 keeps its size.
  private static func convolution(
    _ name: String, _ channels: Int, _ side: Int, _ filters: Int, kernel: Int, stride: Int = 1,
    _ batch: Int
  ) throws(WorkloadError) -> GEMM {
    var layer = ConvolutionLayer(
      channels: channels, inputRows: side, inputColumns: side, filters: filters,
      kernelRows: kernel, kernelColumns: kernel)
    (layer.strideRows, layer.strideColumns) = (stride, stride)
    (layer.paddingRows, layer.paddingColumns) = (kernel / 2, kernel / 2)
    return try layer.gemm(name: name, batch: batch)
  }
}
