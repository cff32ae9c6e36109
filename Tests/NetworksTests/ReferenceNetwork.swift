import Networks
import Randomness
import TestSupport

/// Layers in double precision, by `NaiveLayers`, with the numbers of a network in one vector each.
struct ReferenceNetwork {
  let parameters: [Double]
  var statistics: [Double]
  let mode: ForwardMode
  private var (parameterPlace, statisticPlace, number) = (0, 0, 0)

  init(parameters: [Double], statistics: [Double], mode: ForwardMode) {
    self.parameters = parameters
    self.statistics = statistics
    self.mode = mode
  }

  /// The outputs of the layers; each takes the parameters that follow those of the one before.
  mutating func forward(_ layers: [LayerSpec], _ x: NaiveFeatures) -> NaiveFeatures {
    layers.reduce(x) { forward($1, $0) }
  }

  private mutating func forward(_ layer: LayerSpec, _ x: NaiveFeatures) -> NaiveFeatures {
    let number = number
    self.number += 1
    switch layer {
    case .dense(let outputs, let hasBias):
      let inputs = x.channels * x.rows * x.columns
      let weight = take(outputs * inputs)
      return NaiveLayers.dense(
        x, weight: weight, bias: hasBias ? take(outputs) : nil, outputs: outputs)
    case .convolution(let spec):
      let weight = take(
        spec.filters * x.channels / spec.groups * spec.kernel * spec.kernel)
      return NaiveLayers.convolution(
        x, weight: weight, bias: spec.hasBias ? take(spec.filters) : nil, filters: spec.filters,
        kernel: spec.kernel, stride: spec.stride, padding: spec.padding, dilation: spec.dilation,
        groups: spec.groups)
    case .maxPooling(let spec):
      return NaiveLayers.maxPooling(
        x, kernel: spec.kernel, stride: spec.stride, padding: spec.padding)
    case .averagePooling(let spec):
      return NaiveLayers.averagePooling(
        x, kernel: spec.kernel, stride: spec.stride, padding: spec.padding,
        countsPadding: spec.countsPadding)
    case .globalAveragePooling: return NaiveLayers.globalAveragePooling(x)
    case .relu: return NaiveLayers.relu(x)
    case .clippedReLU(let ceiling): return NaiveLayers.relu(x, ceiling: Double(ceiling))
    case .flatten: return NaiveLayers.flatten(x)
    case .batchNormalization(let epsilon, let momentum):
      return batchNormalization(x, epsilon: Double(epsilon), momentum: Double(momentum))
    case .groupNormalization(let groups, let epsilon):
      let weight = take(x.channels)
      return NaiveLayers.groupNormalization(
        x, weight: weight, bias: take(x.channels), groups: groups, epsilon: Double(epsilon))
    case .dropout(let probability): return dropout(x, Double(probability), layer: number)
    case .residual(let body, let shortcut):
      var sum = forward(body, x)
      let other = forward(shortcut, x)
      for index in sum.values.indices { sum.values[index] += other.values[index] }
      return sum
    }
  }

  private mutating func take(_ count: Int) -> [Double] {
    defer { parameterPlace += count }
    return Array(parameters[parameterPlace..<parameterPlace + count])
  }

  /// Running statistics move towards the batch's, with the sample variance.
  private mutating func batchNormalization(
    _ x: NaiveFeatures, epsilon: Double, momentum: Double
  ) -> NaiveFeatures {
    let weight = take(x.channels)
    let bias = take(x.channels)
    let (first, second) = (statisticPlace, statisticPlace + x.channels)
    statisticPlace += 2 * x.channels
    var means = Array(statistics[first..<second])
    var variances = Array(statistics[second..<statisticPlace])
    if mode.isTraining {
      let number: Int
      (means, variances, number) = NaiveLayers.moments(x)
      for c in 0..<x.channels {
        statistics[first + c] = (1 - momentum) * statistics[first + c] + momentum * means[c]
        // One number has no sample variance.
        guard number > 1 else { continue }
        let sample = variances[c] * Double(number) / Double(number - 1)
        statistics[second + c] = (1 - momentum) * statistics[second + c] + momentum * sample
      }
    }
    return NaiveLayers.batchNormalization(
      x, weight: weight, bias: bias, means: means, variances: variances, epsilon: epsilon)
  }

  /// Feature i of the batch is dropped if word i of the layer's stream is below p·2³².
  private func dropout(_ x: NaiveFeatures, _ probability: Double, layer: Int) -> NaiveFeatures {
    guard case .training(let seed, let step) = mode else { return x }
    var stream = RandomStream(
      seed: seed, purpose: .dropout, lane: UInt32(layer), index: UInt64(step))
    let isDropped = x.values.map { _ in Double(stream.nextWord()) < (probability * 0x1p32) }
    return NaiveLayers.dropout(x, probability: probability, isDropped: isDropped)
  }
}
