import ErrorTables
import QuantizedNetworks
import Training

/// How much the loss minds the noise that a point's hardware gives the weights of each layer:
/// ½·Σ s²·(∂L/∂w)², mean over the point's networks.
struct SensitivityByLayer: Sendable {
  /// Paths in the topology.
  let layers: [String]
  /// Of the networks that fine-tuning began with; nil of methods that do not fine-tune.
  let before: [Double]?
  let after: [Double]
}

extension NetworkEvaluator {
  /// Measures the networks of a point, and those that they began with, each in its own words and under
  /// its own noise: wrong bits of stored weights, the multiplier, and timing, as act's penalty weighs
  /// them. Hardened bits and codes are not looked at.
  ///
  /// - Parameter errors: of the point, on the dies of training.
  /// - Throws: `InputError` 65 if a network's training diverged.
  func sensitivity(
    of networks: [EvaluatedNetwork], at point: DesignPoint, _ errors: HardwareErrors
  ) throws -> SensitivityByLayer {
    let multiplier = inputs.multipliers[point.multiplier]
    func byLayer(
      _ network: EvaluatedNetwork, squares: [Double]
    ) -> [(layer: String, value: Double)] {
      NoisyNetwork(
        network.float, as: network.integers, on: integers(multiplier),
        bitErrorRate: errors.weightBitErrorRate, timing: errors.timing
      ).sensitivityByLayer(squares: squares)
    }
    func mean(_ rows: [[(layer: String, value: Double)]]) -> [Double] {
      rows[0].indices.map { layer in
        rows.reduce(0) { $0 + $1[layer].value } / Double(rows.count)
      }
    }
    let after = try networks.map { byLayer($0, squares: try squaredGradients(of: $0)) }
    var before: [Double]?
    if point.method.isFineTuning {
      let kind = BaselineKind.start(without: point.without)
      before = mean(
        try networks.map { network in
          let seed = network.key.tuning.seed
          let start = try baseline(kind, seed, multiplier.quantization)
          let squares = try startSensitivities.value(for: BaselineItem(kind: kind, seed: seed)) {
            squaredGradients(start.float)
          }
          return byLayer(start, squares: squares)
        })
    }
    return SensitivityByLayer(
      layers: after[0].map(\.layer), before: before, after: mean(after))
  }
}
