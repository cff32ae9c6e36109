import Datasets
import Networks
import QuantizedNetworks
import Randomness

/// A network and the noise that its hardware gives its parameters: how much the loss minds it.
public struct NoisyNetwork: Sendable {
  /// Without batch normalization and dropout.
  public let network: Network
  /// The standard deviation of each parameter's noise, in the order of the parameters, of each source by
  /// itself; sources that are not known are left out.
  public let noise: [PenaltyNoise: [Float]]
  /// s: that of all sources together, each independent of the others.
  public let deviations: [Float]

  /// - Precondition: a finite deviation of at least 0 for each parameter and source; no statistics.
  public init(_ network: Network, noise: [PenaltyNoise: [Float]]) {
    precondition(
      noise.values.allSatisfy { $0.count == network.parameters.count },
      "deviations of another network")
    precondition(network.statistics.isEmpty, "batch normalization is folded first")
    self.network = network
    self.noise = noise
    let sources = PenaltyNoise.allCases.compactMap { noise[$0] }
    deviations = network.parameters.indices.map { parameter in
      Float(
        sources.reduce(0.0) {
          $0 + Double($1[parameter]) * Double($1[parameter])
        }.squareRoot())
    }
  }

  /// The weights of a layer: a block of more than one length.
  struct WeightBlock: Hashable, Sendable {
    /// The layer's path in the topology.
    let layer: String
    let range: Range<Int>
    /// Output units or filters; the weights of each stand together.
    let filters: Int
  }

  /// The layers with weights, in the order of the parameters.
  var blocks: [WeightBlock] {
    var blocks: [WeightBlock] = []
    var start = 0
    for block in network.topology.parameters {
      if block.shape.count > 1 {
        let path = block.name.split(separator: ".").dropLast().joined(separator: ".")
        blocks.append(
          WeightBlock(
            layer: path, range: start..<start + block.count, filters: block.shape[0]))
      }
      start += block.count
    }
    return blocks
  }

  /// ½·Σᵢ sᵢ²·gᵢ² of a layer's weights, by the source of the noise.
  struct LayerSensitivity: Hashable, Sendable {
    let parts: [PenaltyNoise: Double]

    /// Of all sources: squared deviations of independent noise add up.
    var total: Double {
      PenaltyNoise.allCases.reduce(0) { $0 + (parts[$1] ?? 0) }
    }
  }

  /// ½·Σᵢ sᵢ²·gᵢ² of the weights of each layer: the mean over batches, weighted by their examples, of
  /// the penalty of `SensitivityPenalty` with λ = 1, g being the gradient of a batch's mean loss.
  ///
  /// To first order and for noise that is independent from weight to weight it is half the variance of
  /// the loss. It depends on the batch's size, as a mean gradient does.
  ///
  /// - Parameters:
  ///   - data: at least one example; the first `examples` are used, in their order.
  ///   - batchSize: examples of a batch, positive; the last may have fewer.
  func sensitivities(
    on data: Dataset, examples: Int, batchSize: Int, work: ChunkedWork
  ) -> [LayerSensitivity] {
    sensitivities(
      squares: network.squaredGradients(
        on: data, examples: examples, batchSize: batchSize, work: work))
  }

  /// The same of squared gradients that are known, one a parameter.
  func sensitivities(squares: [Double]) -> [LayerSensitivity] {
    blocks.map { block in
      LayerSensitivity(
        parts: noise.mapValues { deviations in
          block.range.reduce(0.0) {
            $0 + 0.5 * Double(deviations[$1]) * Double(deviations[$1]) * squares[$1]
          }
        })
    }
  }

  /// What `sensitivities` gives of each layer with weights, of all sources together, under its path in the
  /// topology.
  ///
  /// - Parameter squares: of `Network.squaredGradients`.
  /// - Precondition: one a parameter.
  public func sensitivityByLayer(squares: [Double]) -> [(layer: String, value: Double)] {
    precondition(squares.count == network.parameters.count, "gradients of another network")
    return zip(blocks, sensitivities(squares: squares)).map { ($0.layer, $1.total) }
  }

  /// √(mean of s²) of the weights of each layer.
  var layerDeviations: [Double] {
    blocks.map { block in
      let sum = block.range.reduce(0.0) { $0 + Double(deviations[$1]) * Double(deviations[$1]) }
      return (sum / Double(block.range.count)).squareRoot()
    }
  }

  /// The mean loss, without smoothing, of some examples with other parameters.
  func loss(
    _ parameters: [Float], on data: Dataset, examples: Int, work: ChunkedWork
  ) -> Double {
    var moved = network
    moved.parameters = parameters
    let count = min(examples, data.count)
    let batch = max(1, min(256, (1 << 26) / network.topology.featureTotal))
    var sum = 0.0
    for begin in stride(from: 0, to: count, by: batch) {
      let range = begin..<min(begin + batch, count)
      let logits = moved.logits(data.tensor(range, shape: network.input), work: work)
      sum +=
        ClassificationLoss(
          logits: logits, labels: Array(data.labels[range]), scale: moved.logitScale
        ).loss * Double(range.count)
    }
    return sum / Double(count)
  }

  /// A random direction as long as the weights, filter by filter: d ← d·‖w‖/‖d‖ of normal d; 0 of all
  /// that is no weight.
  ///
  /// Block b draws from the stream (seed, `.lossDirection`, b). Source: Li, Xu, Taylor, Studer,
  /// Goldstein, *Visualizing the loss landscape of neural nets*, NeurIPS 2018, section 4.
  func direction(seed: UInt64) -> [Float] {
    var direction = [Float](repeating: 0, count: network.parameters.count)
    for (index, block) in blocks.enumerated() {
      var stream = RandomStream(seed: seed, purpose: .lossDirection, index: UInt64(index))
      let length = block.range.count / block.filters
      for begin in stride(from: block.range.lowerBound, to: block.range.upperBound, by: length) {
        var (drawn, weight) = (0.0, 0.0)
        for parameter in begin..<begin + length {
          let value = stream.nextNormal()
          direction[parameter] = Float(value)
          drawn += value * value
          weight += Double(network.parameters[parameter]) * Double(network.parameters[parameter])
        }
        let factor = drawn > 0 ? Float((weight / drawn).squareRoot()) : 0
        for parameter in begin..<begin + length { direction[parameter] *= factor }
      }
    }
    return direction
  }

  /// Normal noise of the deviations s: s∘ξ. Block b of draw r draws from the stream (seed,
  /// `.weightNoise`, r, b).
  func noise(seed: UInt64, draw: UInt32) -> [Float] {
    var noise = [Float](repeating: 0, count: network.parameters.count)
    for (index, block) in blocks.enumerated() {
      var stream = RandomStream(
        seed: seed, purpose: .weightNoise, lane: draw, index: UInt64(index))
      for parameter in block.range {
        noise[parameter] = deviations[parameter] * Float(stream.nextNormal())
      }
    }
    return noise
  }

  /// The parameters moved by so many times a direction.
  func parameters(moved steps: Float, along direction: [Float]) -> [Float] {
    zip(network.parameters, direction).map { $0 + steps * $1 }
  }
}
