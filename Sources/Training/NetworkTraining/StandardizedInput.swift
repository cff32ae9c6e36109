import Datasets
import Networks

/// Standardized features, and how a network that was trained on them reads plain ones.
struct StandardizedInput: Sendable {
  let standardization: Standardization
  /// Of the first dense layer.
  private let outputs: Int

  /// Whether the first layer that changes anything is a dense one with a bias.
  static func suits(_ topology: NetworkTopology) -> Bool { firstOutputs(topology) != nil }

  /// - Precondition: `suits(topology)`; as many features as its inputs.
  init(_ standardization: Standardization, topology: NetworkTopology) {
    guard let outputs = Self.firstOutputs(topology) else {
      preconditionFailure("no dense layer to fold into")
    }
    precondition(standardization.mean.count == topology.input.count, "fitted on other features")
    self.standardization = standardization
    self.outputs = outputs
  }

  private static func firstOutputs(_ topology: NetworkTopology) -> Int? {
    for layer in topology.layers {
      switch layer {
      case .flatten: continue
      case .dense(let outputs, true): return outputs
      case .dense, .convolution, .maxPooling, .averagePooling, .globalAveragePooling, .relu,
        .clippedReLU, .batchNormalization, .groupNormalization, .dropout, .residual:
        return nil
      }
    }
    return nil
  }

  /// W·(x − μ)/σ + b = (W/σ)·x + (b − Σ W·μ/σ).
  func folded(into network: Network) -> Network {
    var network = network
    let (mean, deviation) = (standardization.mean, standardization.deviation)
    let inputs = mean.count
    for output in 0..<outputs {
      var shift = 0.0
      for input in 0..<inputs {
        let weight = Double(network.parameters[output * inputs + input]) / deviation[input]
        network.parameters[output * inputs + input] = Float(weight)
        shift += weight * mean[input]
      }
      let bias = outputs * inputs + output
      network.parameters[bias] = Float(Double(network.parameters[bias]) - shift)
    }
    return network
  }
}
