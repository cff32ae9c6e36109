import Datasets
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
    let labels: [UInt8] = [0, 1, 2, 2, 1, 0]
    let data = Dataset(
      name: "random", features: (0..<30).map { _ in UInt8(random.next() % 256) }, featureCount: 5,
      featureMaximum: 255, labels: labels, classCount: 3)
    let rows = (0..<6).map { row in
      data.features[row * 5..<row * 5 + 5].map { Double(Float($0) / 255) }
    }
    func loss(_ parameters: [Double]) -> Double {
      NaiveDenseNetwork(sizes: sizes, parameters: parameters)
        .loss(inputs: rows, labels: labels, scale: 2)
    }
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    let result = Conventional().gradient(
      of: TrainingBatch(
        source: BatchSource(data: data, shape: network.input), positions: Array(0..<6)[...],
        epoch: 0, labelSmoothing: 0, seed: 1, step: 0),
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
