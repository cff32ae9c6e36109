import Foundation
import Networks
import Randomness
import Testing

@testable import Training

@Suite("Optimizers") struct OptimizerTests {
  /// What PyTorch computed, in double precision: `Tests/Tools` has the script.
  struct Recorded: Decodable {
    struct Case: Decodable, CustomStringConvertible, Sendable {
      let name: String
      let optimizer: String
      let learningRate: Double
      let weightDecay: Float
      let decoupled: Bool
      let momentum: Float?
      let nesterov: Bool?
      let beta1: Double?
      let beta2: Double?
      let parameters: [Float]
      let gradients: [[Float]]
      let after: [[Double]]
      var description: String { name }

      var kind: Optimizer {
        optimizer == "adam"
          ? .adam : .gradientDescent(momentum: momentum ?? 0, nesterov: nesterov ?? false)
      }
    }
    let cases: [Case]
  }

  /// Those with Adam's usual decay rates and with decay as part of the gradient: what we have.
  static func recorded() throws -> [Recorded.Case] {
    let url = try #require(
      Bundle.module.url(
        forResource: "pytorch_optimizers", withExtension: "json", subdirectory: "Resources"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Recorded.self, from: Data(contentsOf: url)).cases
      .filter { !$0.decoupled && ($0.beta1 ?? 0.9, $0.beta2 ?? 0.999) == (0.9, 0.999) }
  }

  @Test("each step equals PyTorch's to 1e-5")
  func equalPyTorch() throws {
    let cases = try Self.recorded()
    #expect(cases.count { $0.kind == .adam } >= 2 && cases.count { $0.kind != .adam } >= 6)
    #expect(cases.contains { $0.nesterov == true } && cases.contains { $0.weightDecay > 0 })
    for item in cases {
      var parameters = item.parameters
      var state = OptimizerState(
        item.kind, weightDecay: item.weightDecay, parameterCount: parameters.count)
      for (gradient, expected) in zip(item.gradients, item.after) {
        state.step(&parameters, gradient: gradient, learningRate: item.learningRate)
        for (value, exact) in zip(parameters, expected) {
          let error = abs(Double(value) - exact)
          #expect(error <= 1e-5 * max(1, abs(exact)), "\(item.name)")
        }
      }
      #expect(state.steps == item.gradients.count)
    }
  }

  @Test(
    "two threads give the bytes of one",
    arguments: [
      Optimizer.adam, .gradientDescent(momentum: 0.9, nesterov: true),
      .gradientDescent(momentum: 0, nesterov: false),
    ])
  func threads(optimizer: Optimizer) {
    let count = 3 * OptimizerState.chunk + 5
    var stream = RandomStream(seed: 1, purpose: .test)
    let start = (0..<count).map { _ in Float(stream.nextUniform() - 0.5) }
    let gradients = (0..<2).map { _ in (0..<count).map { _ in Float(stream.nextUniform() - 0.5) } }
    let results = [1, 2].map { threads in
      var (parameters, state) = (
        start, OptimizerState(optimizer, weightDecay: 0.01, parameterCount: count)
      )
      for gradient in gradients {
        state.step(
          &parameters, gradient: gradient, learningRate: 0.1, work: ChunkedWork(threads: threads))
      }
      return (parameters, state)
    }
    #expect(results[0] == results[1])
    #expect(results[0].0 != start)
  }

  @Test("a gradient is scaled to the limit of its norm, a shorter one stays")
  func gradientClip() {
    var stream = RandomStream(seed: 2, purpose: .test)
    for count in [1, 7, 8, 9, 100] {
      let gradient = (0..<count).map { _ in Float(stream.nextUniform() - 0.5) }
      let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(GradientClip.norm(of: gradient) - norm) < 1e-12 * max(1, norm))
      var clipped = gradient
      GradientClip.apply(norm / 4, to: &clipped)
      for (value, before) in zip(clipped, gradient) {
        let (wanted, most) = (Double(before) / 4, 1e-5 * abs(Double(before)))
        #expect(abs(Double(value) - wanted) < most)
      }
      var kept = gradient
      GradientClip.apply(2 * norm, to: &kept)
      #expect(kept == gradient)
    }
  }

  @Test("a number that is not finite is found at every place")
  func finiteness() {
    for count in [1, 3, 4, 5, 16, 33] {
      let values = [Float](repeating: -.greatestFiniteMagnitude, count: count)
      #expect(Finiteness.holds(for: values))
      for index in 0..<count {
        for bad in [Float.nan, .infinity, -.infinity] {
          var damaged = values
          damaged[index] = bad
          #expect(!Finiteness.holds(for: damaged))
        }
      }
    }
  }

  @Test("weights are kept within their limit, biases and a learned scale stay")
  func weightClip() throws {
    let topology = try NetworkTopology(
      name: "small", input: FeatureShape(channels: 1, rows: 4, columns: 4),
      layers: [
        .convolution(ConvolutionSpec(filters: 2, kernel: 3)),
        .batchNormalization(epsilon: 1e-5, momentum: 0.1), .flatten,
        .dense(outputs: 3, hasBias: true),
      ],
      logitScale: .learned(start: 2))
    let network = Network(topology: topology, seed: 1)
    var parameters = network.parameters.map { $0 == 0 ? 5 : 10 * $0 }
    let before = parameters
    WeightClip(limit: 0.25, topology: topology).apply(to: &parameters)
    var start = 0
    for block in topology.parameters {
      let range = start..<start + block.count
      start += block.count
      if block.name.hasSuffix("weight") && block.shape.count > 1 {
        let clipped = before[range].map { min(0.25, max(-0.25, $0)) }
        #expect(Array(parameters[range]) == clipped)
        #expect(!parameters[range].elementsEqual(before[range]))
      } else {
        #expect(parameters[range].elementsEqual(before[range]))
      }
    }
  }
}
