import Files
import Foundation
import TestSupport
import Testing

@testable import Networks

/// What `Tests/Tools/record_pytorch_layers.py` wrote; the fields are defined there.
private struct Recording: Decodable {
  let cases: [Case]

  struct Case: Decodable, CustomTestStringConvertible {
    let topology: String
    let examples: Int
    let inputs: [Float]
    let labels: [Int]?
    let logitGradient: [Double]
    let parameters: [String: [Float]]
    let statistics: [String: [Float]]
    let logits: [Double]
    let inputGradient: [Double]
    let parameterGradients: [String: [Double]]
    let statisticsAfter: [String: [Double]]
    let inferenceLogits: [Double]

    var testDescription: String { topology }
  }

  static let all: [Case] = {
    let path = Repository.path("Tests/Golden/pytorch_layers.json")
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return (try? decoder.decode(Recording.self, from: data).cases) ?? []
  }()
}

@Suite("PyTorch") struct PyTorchTests {
  @Test("every kind of layer is recorded")
  func recorded() throws {
    let text = Recording.all.map(\.topology).joined()
    for name in TopologyReader.names { #expect(text.contains("- \(name)"), "\(name)") }
    #expect(Recording.all.count >= 27)
  }

  @Test(
    "outputs, gradients and running statistics are PyTorch's to 1e-5", arguments: Recording.all)
  fileprivate func layers(recorded: Recording.Case) throws {
    let topology = try TopologyReader.read(
      StrictYAML(text: recorded.topology, file: "recorded.yaml"))
    #expect(Set(topology.parameters.map(\.name)) == Set(recorded.parameters.keys))
    #expect(Set(topology.statistics.map(\.name)) == Set(recorded.statistics.keys))
    var network = Network(
      topology: topology,
      parameters: topology.parameters.flatMap { recorded.parameters[$0.name] ?? [] },
      statistics: topology.statistics.flatMap { recorded.statistics[$0.name] ?? [] })
    let inputs = Tensor(
      count: recorded.examples, shape: topology.input, values: recorded.inputs)
    let mode = ForwardMode.training(seed: 1, step: 0)
    let (logits, memories) = network.forward(inputs, mode: mode)
    #expect(distance(logits.values, recorded.logits) < 1e-5)
    #expect(
      distance(
        network.statistics,
        topology.statistics.flatMap { recorded.statisticsAfter[$0.name] ?? [] }) < 1e-5)
    let gradient = Tensor(
      count: logits.count, shape: logits.shape,
      values: recorded.labels.map { crossEntropyGradient(logits, labels: $0) }
        ?? recorded.logitGradient.map(Float.init))
    #expect(distance(gradient.values, recorded.logitGradient) < 1e-5)
    var parameterGradient = [Float](repeating: .nan, count: network.parameters.count)
    network.backward(gradient, memories: memories, mode: mode, into: &parameterGradient)
    var start = 0
    for block in topology.parameters {
      let ours = Array(parameterGradient[start..<start + block.count])
      start += block.count
      let theirs = try #require(recorded.parameterGradients[block.name])
      #expect(distance(ours, theirs) < 1e-5, "\(block.name)")
    }
    let inputGradient = try inputGradient(network, gradient, memories, mode)
    #expect(distance(inputGradient, recorded.inputGradient) < 1e-5)
    #expect(distance(network.logits(inputs).values, recorded.inferenceLogits) < 1e-5)
  }

  /// (softmax(z) − onehot)/M.
  private func crossEntropyGradient(_ logits: Tensor, labels: [Int]) -> [Float] {
    let classes = logits.shape.count
    return labels.enumerated().flatMap { row, label in
      let terms = logits.values[row * classes..<(row + 1) * classes].map { exp(Double($0)) }
      let sum = terms.reduce(0, +)
      return terms.enumerated().map {
        Float(($1 / sum - ($0 == label ? 1 : 0)) / Double(labels.count))
      }
    }
  }

  private func inputGradient(
    _ network: Network, _ gradient: Tensor, _ memories: [LayerMemory], _ mode: ForwardMode
  ) throws -> [Float] {
    // One number more, so that a network without parameters has a buffer too.
    let parameters = network.parameters + [0]
    var unused = parameters
    return try parameters.withUnsafeBufferPointer { parameters in
      try unused.withUnsafeMutableBufferPointer { unused in
        network.topology.chain.backward(
          gradient, memories: memories, parameters: try #require(parameters.baseAddress),
          parameterGradient: try #require(unused.baseAddress), needsInputGradient: true,
          mode: mode, work: .serial
        ).values
      }
    }
  }
}
