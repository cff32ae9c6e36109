import Networks
import Testing

@Suite("Backward") struct LayerGradientTests {
  @Test(
    "gradients by inputs and parameters are central differences of the naive forward pass to 1e-5",
    arguments: LayerCase.chosen + LayerCase.random(count: 60))
  func gradients(layer: LayerCase) throws {
    let run = try layer.run()
    let results = run.results()
    let inputs = run.differences(of: run.inputs.values.map(Double.init)) {
      run.reference(inputs: $0).outputs
    }
    #expect(distance(results.inputGradient, inputs) < 1e-5)
    let parameters = run.differences(of: run.parameters.map(Double.init)) {
      run.reference(parameters: $0).outputs
    }
    #expect(distance(results.parameterGradient, parameters) < 1e-5)
    // As the first layer of a network, whose input gradient nobody reads.
    let first = run.results(needsInputGradient: false)
    #expect(first.parameterGradient == results.parameterGradient)
  }
}
