import Networks
import Testing

@Suite("Tangents") struct LayerTangentTests {
  @Test(
    "tangents of outputs and gradients are central differences of the naive forward pass to 1e-5",
    arguments: LayerCase.chosen + LayerCase.random(count: 12))
  func differences(layer: LayerCase) throws {
    let run = try layer.run()
    let direction = run.direction()
    let results = run.tangents(along: direction)
    #expect(distance(results.outputs, run.outputDifferences(along: direction)) < 1e-5)
    let differences = run.gradientDifferences(along: direction, movesInputs: true)
    #expect(distance(results.inputGradient, differences.inputs) < 1e-5)
    #expect(distance(results.parameterGradient, differences.parameters) < 1e-5)
  }

  @Test(
    "inputs that stay have the tangents of a direction of 0",
    arguments: LayerCase.chosen + LayerCase.random(count: 12))
  func still(layer: LayerCase) throws {
    let run = try layer.run()
    let direction = run.direction()
    let zero = LayerRun.Direction(
      inputs: Tensor(
        count: run.inputs.count, shape: run.inputs.shape,
        values: [Float](repeating: 0, count: run.inputs.values.count)),
      parameters: direction.parameters, gradient: direction.gradient)
    let still = run.tangents(along: direction, movesInputs: false)
    let moved = run.tangents(along: zero)
    let outputs = still.outputs.isEmpty ? moved.outputs.map { _ in 0 } : still.outputs
    #expect(distance(outputs, moved.outputs.map(Double.init)) < 1e-6)
    #expect(
      distance(still.parameterGradient, moved.parameterGradient.map(Double.init)) < 1e-6)
  }

  @Test(
    "tangents are the same bytes for 1, 2 and 3 threads",
    arguments: LayerCase.chosen + LayerCase.random(count: 12))
  func threads(layer: LayerCase) throws {
    let run = try layer.run(count: 70)
    let direction = run.direction()
    let one = run.tangents(along: direction)
    let isFinite = (one.outputs + one.parameterGradient).allSatisfy(\.isFinite)
    #expect(isFinite)
    for threads in [2, 3] {
      #expect(
        run.tangents(along: direction, threads: threads).bits == one.bits, "\(threads) threads")
    }
  }

  @Test("a traced backward pass gives the bytes of one that is not", arguments: LayerCase.chosen)
  func traced(layer: LayerCase) throws {
    let run = try layer.run()
    let plain = run.results()
    let traced = run.tracedResults()
    #expect(traced.inputGradient == plain.inputGradient)
    #expect(traced.parameterGradient == plain.parameterGradient)
  }
}
