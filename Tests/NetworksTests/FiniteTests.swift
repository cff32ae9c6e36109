import Networks
import Testing

@Suite struct FiniteTests {
  @Test("one number that is not finite is found wherever it stands")
  func parameters() {
    let network = Network(topology: .perceptron([3, 4, 5]), seed: 1)
    #expect(network.isFinite)
    for index in network.parameters.indices {
      for value in [Float.nan, .infinity, -.infinity] {
        var broken = network
        broken.parameters[index] = value
        #expect(!broken.isFinite)
      }
    }
  }
}
