import Files
import Networks
import Testing

@Suite("Presets") struct PresetTests {
  @Test(
    "each preset reads, has its name, and comes back from its own YAML", arguments: Preset.allCases)
  func roundTrip(preset: Preset) throws {
    let topology = try preset.topology()
    #expect(topology.name == preset.rawValue)
    let again = try TopologyReader.read(StrictYAML(text: topology.yaml, file: "again.yaml"))
    #expect(again == topology)
  }

  @Test("parameters are as many as the layers' sizes say")
  func parameterCounts() throws {
    func count(_ preset: Preset) throws -> Int {
      try preset.topology().parameters.reduce(0) { $0 + $1.count }
    }
    #expect(try count(.perceptron784x128x10) == 784 * 128 + 128 + 128 * 10 + 10)
    #expect(
      try count(.leNet5) == 6 * 25 + 6 + 16 * 150 + 16 + 400 * 120 + 120 + 120 * 84 + 84 + 840 + 10)
    // Each convolution with the two numbers a channel of its batch normalization.
    let convolutions = [
      (3, 16, 9), (16, 16, 9), (16, 16, 9), (16, 32, 9), (32, 32, 9), (16, 32, 1), (32, 64, 9),
      (64, 64, 9), (32, 64, 1),
    ]
    let sizes = convolutions.map { $0.0 * $0.1 * $0.2 + 2 * $0.1 }
    #expect(try count(.resNet8) == sizes.reduce(0, +) + 64 * 10 + 10)
  }
}
