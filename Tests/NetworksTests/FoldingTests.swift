import Networks
import Randomness
import Testing

@Suite("Folding of batch normalization") struct FoldingTests {
  @Test("a folded network gives the logits of the network, without batch normalization")
  func folded() throws {
    var network = Network(topology: try Preset.resNet8.topology(), seed: 1)
    var random = RandomStream(seed: 2, purpose: .test)
    for index in network.parameters.indices {
      network.parameters[index] += Float(0.05 * random.nextNormal())
    }
    for index in network.statistics.indices {
      // Means and variances alternate between blocks; both stay positive.
      network.statistics[index] += Float(0.3 * random.nextUniform())
    }
    let folded = try network.foldingBatchNormalization()
    #expect(folded.statistics.isEmpty)
    let count = 3
    let inputs = Tensor(
      count: count, shape: network.input,
      values: (0..<count * network.input.count).map { _ in Float(random.nextUniform()) })
    let expected = network.logits(inputs).values
    let range = expected.reduce(0) { max($0, abs($1)) }
    for (value, logit) in zip(folded.logits(inputs).values, expected) {
      #expect(abs(value - logit) < 1e-4 * range)
    }
  }

  @Test("a dense layer without bias gets one; dropout goes")
  func dense() throws {
    let topology = try NetworkTopology(
      name: "t", input: FeatureShape(channels: 3),
      layers: [
        .dense(outputs: 4, hasBias: false), .batchNormalization(epsilon: 1e-3, momentum: 0.1),
        .relu, .dropout(probability: 0.5), .dense(outputs: 2, hasBias: true),
      ])
    let folded = try Network(topology: topology, seed: 3).foldingBatchNormalization()
    #expect(
      folded.topology.layers == [
        .dense(outputs: 4, hasBias: true), .relu, .dense(outputs: 2, hasBias: true),
      ])
  }

  @Test("batch normalization without weights before it is refused, with its place")
  func refused() throws {
    let topology = try NetworkTopology(
      name: "t", input: FeatureShape(channels: 2, rows: 4, columns: 4),
      layers: [
        .residual(
          body: [
            .maxPooling(PoolingSpec(kernel: 1)), .batchNormalization(epsilon: 1e-5, momentum: 0.1),
          ], shortcut: []), .flatten, .dense(outputs: 2, hasBias: true),
      ])
    let network = Network(topology: topology, seed: 4)
    do {
      _ = try network.foldingBatchNormalization()
      Issue.record("folded without weights")
    } catch {
      #expect(error.path == ["0", "body", "1"])
    }
  }
}
