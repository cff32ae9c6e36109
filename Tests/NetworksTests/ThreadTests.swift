import Networks
import Testing

@Suite("Threads") struct ThreadTests {
  /// Elementwise layers cut their work in chunks of up to 2¹⁵ numbers.
  private static let large = [
    LayerSpec.relu, .clippedReLU(ceiling: 0.5), .dropout(probability: 0.5), .flatten,
    .batchNormalization(epsilon: 1e-5, momentum: 0.1),
    .groupNormalization(groups: 4, epsilon: 1e-5), .maxPooling(PoolingSpec(kernel: 2)),
    .averagePooling(PoolingSpec(kernel: 2)), .globalAveragePooling,
    .residual(body: [.relu], shortcut: []),
  ].map {
    LayerCase(
      name: "\($0.name) of many numbers", layers: [$0],
      input: FeatureShape(channels: 8, rows: 32, columns: 32))
  }

  @Test(
    "forward and backward give the same bytes for 1, 2 and 3 threads",
    arguments: LayerCase.chosen + LayerCase.random(count: 12) + large)
  func layers(layer: LayerCase) throws {
    try expectSameBytes(try layer.run(count: layer.input.count > 1000 ? 11 : 70))
  }

  @Test(
    "a preset's forward and backward give the same bytes for 1, 2 and 3 threads",
    arguments: [Preset.perceptron784x128x10, .leNet5, .resNet8])
  func presets(preset: Preset) throws {
    let topology = try preset.topology()
    try expectSameBytes(
      try LayerRun(topology.layers, input: topology.input, count: preset == .resNet8 ? 9 : 35))
  }

  private func expectSameBytes(_ run: LayerRun) throws {
    let one = run.results(threads: 1)
    let isFinite = (one.outputs + one.parameterGradient).allSatisfy(\.isFinite)
    #expect(isFinite)
    for threads in [2, 3] {
      #expect(run.results(threads: threads).bits == one.bits, "\(threads) threads")
    }
  }
}
