import Networks
import Testing

@Suite("Forward") struct LayerForwardTests {
  @Test(
    "outputs and running statistics are the naive ones to 1e-5",
    arguments: LayerCase.chosen + LayerCase.random(count: 150))
  func outputs(layer: LayerCase) throws {
    // More images than one chunk of any layer has.
    let run = try layer.run(count: 9)
    let (outputs, statistics) = run.reference()
    let results = run.results()
    #expect(distance(results.outputs, outputs) < 1e-5)
    #expect(distance(results.statistics, statistics) < 1e-5)
    #expect(
      distance(run.inference(), run.reference(mode: .inference).outputs) < 1e-5)
  }

  @Test(
    "logits of a preset are the naive ones to 1e-5",
    arguments: [Preset.perceptron617x128x26, .leNet5, .resNet8])
  func presets(preset: Preset) throws {
    let topology = try preset.topology()
    let run = try LayerRun(topology.layers, input: topology.input, count: 1)
    #expect(distance(run.inference(), run.reference(mode: .inference).outputs) < 1e-5)
  }
}
