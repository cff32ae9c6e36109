import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import Testing

@testable import Training

@Suite("What act's penalty weighs") struct ActNoiseTests {
  /// Cuts the seven lowest bits of products.
  static func truncated(_ encoding: OperandEncoding) throws -> EncodedMultiplier {
    try EncodedMultiplier(
      table: ProductTable(
        widthA: 8, widthB: 8,
        products: (0..<65_536).map { UInt32((($0 & 255) * ($0 >> 8)) & ~0x7F) }),
      signs: .unsigned, encoding: encoding)
  }

  private static let late = ProductErrorModel.differences(
    DifferenceErrors(
      probability: 0.02, differences: [-4_096, 128], counts: [1, 3], outputBits: 16))

  private static func gradient(
    _ method: some GradientMethod, _ network: Network, _ data: Dataset
  ) throws -> [Float] {
    var network = network
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    let batch = TrainingBatch(
      source: BatchSource(data: data, shape: network.input),
      positions: Array(0..<data.count)[...], epoch: 0, labelSmoothing: 0, seed: 1, step: 3)
    _ = method.gradient(
      of: batch, in: try method.epoch(from: network, work: .serial), network: &network,
      into: &gradient, work: .serial)
    return gradient
  }

  @Test(
    "its gradient is the difference of the penalty, multiplier and timing in its scale",
    arguments: [OperandEncoding.offset, .signMagnitude])
  func differences(encoding: OperandEncoding) throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 8)
    let integers = PASTests.integers(
      data, spec: QuantizationSpec(encoding: encoding), multiplier: try Self.truncated(encoding))
    let act = Act(integers, strength: 40, bitErrorRate: 0, timing: Self.late)
    // The scale stays while a parameter moves, as it does within an epoch.
    let penalty = try act.epoch(from: network, work: .serial)
    let plain = try Self.gradient(Conventional(), network, data)
    let active = try Self.gradient(act, network, data)
    let added = zip(active, plain).map { Double($0 - $1) }
    let length = added.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(length > 0)
    for index in [3, 200, 700, 64 * 12 + 4, 64 * 12 + 12 + 50] {
      func value(_ step: Float) throws -> Double {
        var moved = network
        moved.parameters[index] += step
        return penalty.value(gradient: try Self.gradient(Conventional(), moved, data))
      }
      let difference = (try value(1e-2) - value(-1e-2)) / 2e-2
      #expect(
        abs(added[index] - difference) < 0.05 * abs(difference) + 0.02 * length, "\(index)")
    }
  }

  @Test("what errs adds up, each by itself, by its own scale")
  func sum() throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 8)
    let truncated = PASTests.integers(data, multiplier: try Self.truncated(.offset))
    let exact = PASTests.integers(data)
    func squares(
      _ integers: IntegerPass, rate: Double = 0, timing: ProductErrorModel = .none
    ) throws -> [Double] {
      try Act(integers, strength: 1, bitErrorRate: rate, timing: timing)
        .epoch(from: network, work: .serial).deviations.map { Double($0) * Double($0) }
    }
    let parts = [
      try squares(exact, rate: 0.01), try squares(truncated), try squares(exact, timing: Self.late),
    ]
    let all = try squares(truncated, rate: 0.01, timing: Self.late)
    for index in all.indices {
      let sum = parts.reduce(0) { $0 + $1[index] }
      #expect(abs(all[index] - sum) <= 1e-5 * sum)
    }
    // Errors of timing are the same for all weights of a layer; those of the multiplier are not.
    #expect(Set(parts[2][0..<64 * 12]).count == 1 && Set(parts[1][0..<64 * 12]).count > 8)
  }

  @Test(
    "the report's sensitivities are its penalty, by source and layer; of wrong bits alone as before",
    arguments: [OperandEncoding.offset, .signMagnitude])
  func report(encoding: OperandEncoding) throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 8)
    let spec = QuantizationSpec(encoding: encoding)
    let pass = PASTests.integers(data, spec: spec, multiplier: try Self.truncated(encoding))
    let quantized = pass.quantized(
      network, try pass.ranges(of: network, work: .serial), work: .serial)
    func noisy(_ pass: IntegerPass, _ rate: Double, _ timing: ProductErrorModel?) -> NoisyNetwork {
      NoisyNetwork(network, as: quantized, on: pass, bitErrorRate: rate, timing: timing)
    }
    func penalty(_ pass: IntegerPass, _ rate: Double, _ timing: ProductErrorModel) throws -> Double
    {
      try Act(pass, strength: 1, bitErrorRate: rate, timing: timing)
        .epoch(from: network, work: .serial)
        .value(gradient: Self.gradient(Conventional(), network, data))
    }
    func sensitivities(_ noisy: NoisyNetwork) -> [NoisyNetwork.LayerSensitivity] {
      noisy.sensitivities(on: data, examples: 40, batchSize: 40, work: .serial)
    }
    let all = sensitivities(noisy(pass, 0.01, Self.late))
    #expect(all.count == 2)
    let whole = try penalty(pass, 0.01, Self.late)
    #expect(abs(all.reduce(0) { $0 + $1.total } / whole - 1) < 1e-5)
    let parts: [(PenaltyNoise, Double)] = [
      (.weightBits, try penalty(pass.exact, 0.01, .none)),
      (.multiplier, try penalty(pass, 0, .none)), (.timing, try penalty(pass.exact, 0, Self.late)),
    ]
    for (source, expected) in parts {
      let found = all.reduce(0) { $0 + ($1.parts[source] ?? 0) }
      #expect(expected > 0 && abs(found / expected - 1) < 1e-5, "\(source)")
      #expect(all.allSatisfy { ($0.parts[source] ?? 0) > 0 }, "\(source)")
    }
    // An exact multiplier, and no timing: what wrong bits alone give, to the bit.
    let bits = noisy(pass.exact, 0.01, nil)
    #expect(bits.deviations == quantized.weightDeviations(bitErrorRate: 0.01, of: network))
    #expect(bits.noise[.multiplier]?.allSatisfy { $0 == 0 } == true && bits.noise[.timing] == nil)
    #expect(noisy(pass, 0, ProductErrorModel.none).noise[.timing]?.allSatisfy { $0 == 0 } == true)
    for layer in sensitivities(bits) {
      #expect(layer.total == layer.parts[.weightBits] && layer.parts[.timing] == nil)
    }
  }

  @Test("without errors it adds nothing, and its sources say so")
  func nothing() throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 8)
    func act(_ strength: Float) -> Act {
      Act(PASTests.integers(data), strength: strength, bitErrorRate: 0)
    }
    #expect(try act(40).epoch(from: network, work: .serial).deviations.allSatisfy { $0 == 0 })
    let gradient = try Self.gradient(act(40), network, data)
    #expect(try gradient == Self.gradient(act(0), network, data))
    let plain = try Self.gradient(Conventional(), network, data)
    #expect(zip(gradient, plain).allSatisfy { abs($0 - $1) < 1e-6 })
    let exact = EncodedMultiplier.exact(.offset)
    #expect(PenaltyNoise.sources(exact, HardwareErrors(activationBitErrorRate: 0.1)).isEmpty)
    #expect(PenaltyNoise.text(of: []) == "none")
    let all = PenaltyNoise.sources(
      try Self.truncated(.offset), HardwareErrors(timing: Self.late, weightBitErrorRate: 0.1))
    #expect(PenaltyNoise.text(of: all) == "weight_bits+multiplier+timing")
  }

  @Test("a window is searched once, the same for 1 and 3 threads; one that is given stays")
  func window() throws {
    let data = try Dataset.digits().selecting(Array(0..<160))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 8)
    let integers = PASTests.integers(data, multiplier: try Self.truncated(.offset))
    let settings = NetworkTrainingSettings(
      epochs: 4, batchSize: 32, learningRate: 0.003, schedule: .linear, averageDecay: 0.9,
      validationFraction: 0.2, patience: 1)
    func window(_ window: GradientWindow, threads: Int) throws -> GradientWindow {
      try DifferenceGradient(integers, window: window).prepared(
        for: network, settings: settings, seed: 5, work: ChunkedWork(threads: threads)
      ).window
    }
    let found = try window(.searched, threads: 1)
    #expect(DifferenceGradient.searchedWindows.contains(try #require(found.words)))
    #expect(try window(.searched, threads: 3) == found)
    #expect(try window(.words(5), threads: 1) == .words(5))
  }
}
