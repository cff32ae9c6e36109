import Networks
import Randomness
import TestSupport
import Testing

@testable import Training

@Suite("Conventional gradients") struct ConventionalTests {
  @Test("a perceptron's gradient by each parameter is its central difference in double precision")
  func perceptron() {
    let sizes = [5, 6, 4, 3]
    let topology = NetworkTopology.perceptron(sizes).scalingLogits(by: .fixed(2))
    var network = Network(topology: topology, seed: 21)
    var random = RandomStream(seed: 4, purpose: .test)
    let inputs = Tensor(
      count: 6, shape: network.input, values: (0..<30).map { _ in Float(random.nextUniform()) })
    let labels: [UInt8] = [0, 1, 2, 2, 1, 0]
    let rows = (0..<6).map { row in inputs.values[row * 5..<row * 5 + 5].map(Double.init) }
    func loss(_ parameters: [Double]) -> Double {
      NaiveDenseNetwork(sizes: sizes, parameters: parameters)
        .loss(inputs: rows, labels: labels, scale: 2)
    }
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    let result = Conventional().gradient(
      of: TrainingBatch(inputs: inputs, labels: labels, labelSmoothing: 0, seed: 1, step: 0),
      in: (), network: &network, into: &gradient, work: .serial)
    let parameters = network.parameters.map(Double.init)
    #expect(abs(result.loss - loss(parameters)) < 1e-6)
    for index in parameters.indices {
      var (above, below) = (parameters, parameters)
      above[index] += 1e-5
      below[index] -= 1e-5
      let difference = (loss(above) - loss(below)) / 2e-5
      #expect(abs(Double(gradient[index]) - difference) < 1e-5)
    }
  }
}
