import Datasets
import ErrorTables
import Files
import Networks
import QuantizedNetworks
import Testing

@testable import Training

@Suite("Fine-tuning that begins with corrected biases") struct CorrectedStartTests {
  private static let settings = NetworkTrainingSettings(
    epochs: 2, batchSize: 32, learningRate: 0.003, schedule: .linear, weightClip: 0.3)
  /// Some of its weights are outside the clip.
  private static let network = Network(topology: .perceptron([64, 12, 10]), seed: 8)

  private static func data() throws -> Dataset {
    try Dataset.digits().selecting(Array(0..<200))
  }

  private static func trainer(
    _ method: any GradientMethod, _ data: Dataset
  ) throws -> NetworkTrainer {
    try PASTests.trainer(network.topology, settings, data, seed: 1, method: method)
  }

  @Test(
    "before the first step its integers are those of bias correction, to the bit",
    arguments: [OperandEncoding.offset, .signMagnitude])
  func start(encoding: OperandEncoding) throws {
    let data = try Self.data()
    let integers = PASTests.integers(
      data, spec: QuantizationSpec(encoding: encoding),
      multiplier: try ActNoiseTests.truncated(encoding))
    let start = try integers.correctingBiases(of: Self.network, weightClip: 0.3, on: data)
    let tuning = integers.taking(start.correction)
    let trainer = try Self.trainer(QuantizationAware(tuning), data)
    let (begun, plain) = (
      trainer.start(from: start.network).network, trainer.start(from: Self.network).network
    )
    let ranges = try integers.ranges(of: plain, work: .serial)
    #expect(try tuning.ranges(of: begun, work: .serial) == ranges)
    let expected = integers.quantized(plain, ranges, work: .serial).correctingBias(
      for: integers.multiplier, on: data)
    #expect(tuning.quantized(begun, ranges, work: .serial) == expected.network)
    #expect(start.examples == 200 && expected.examples == 200)
    #expect(begun != plain && plain != Self.network)
    #expect(start.correction.removed(from: begun) == plain)
  }

  @Test("an exact multiplier changes nothing, to the bit")
  func exact() throws {
    let data = try Self.data()
    let integers = PASTests.integers(data)
    let start = try integers.correctingBiases(of: Self.network, weightClip: 0.3, on: data)
    #expect(start.correction == .none)
    let corrected = try Self.trainer(QuantizationAware(integers.taking(start.correction)), data)
      .train(from: start.network)
    let plain = try Self.trainer(QuantizationAware(integers), data).train(from: Self.network)
    #expect(corrected.network == plain.network && corrected.losses == plain.losses)
  }

  @Test("a step's gradient in given ranges is that of a network whatever its biases began with")
  func gradients() throws {
    let data = try Self.data()
    let integers = PASTests.integers(data, multiplier: try ActNoiseTests.truncated(.offset))
    let start = try integers.correctingBiases(of: Self.network, weightClip: nil, on: data)
    let tuning = integers.taking(start.correction)
    let ranges = try tuning.ranges(of: start.network, work: .serial)
    func gradient(_ pass: IntegerPass) -> [Float] {
      var network = start.network
      var gradient = [Float](repeating: 0, count: network.parameters.count)
      _ = QuantizationAware(pass).gradient(
        of: MethodTests.batch(data, network), in: ranges, network: &network, into: &gradient,
        work: .serial)
      return gradient
    }
    #expect(gradient(tuning) == gradient(integers))
    // Ranges are those of the network as it was trained, in pas too.
    #expect(
      try MethodTests.gradient(PAS(tuning, errors: HardwareErrors()), start.network, data)
        == gradient(tuning))
    #expect(try integers.ranges(of: start.network, work: .serial) != ranges)
  }

  @Test("methods look at the network without the correction in floating point")
  func floatingPoint() throws {
    let data = try Self.data()
    let integers = PASTests.integers(data, multiplier: try ActNoiseTests.truncated(.offset))
    let start = try integers.correctingBiases(of: Self.network, weightClip: nil, on: data)
    let methods = TrainingMethod.allCases.filter(\.canCorrectStart)
    #expect(methods == [.quantizationAware, .differenceGradient, .distillation, .pas, .axtrain])
    for method in methods where method != .distillation {
      let chosen = method.gradientMethod(
        .standard(batchSize: 32), integers: integers.taking(start.correction),
        errors: HardwareErrors())
      #expect(chosen.inFloatingPoint(start.network) == Self.network, "\(method)")
      var moved = start.network
      for index in moved.parameters.indices { moved.parameters[index] += 0.25 }
      let seen = chosen.inFloatingPoint(moved).parameters
      for (value, trained) in zip(seen, Self.network.parameters) {
        #expect(abs(value - trained - 0.25) < 1e-5)
      }
    }
    #expect(
      integers.correction.removed(from: start.network) == start.network, "nothing is corrected")
  }

  @Test("a layer without a bias, which cannot take an error back, is refused")
  func biasless() throws {
    let data = try Self.data()
    let integers = PASTests.integers(data, multiplier: try ActNoiseTests.truncated(.offset))
    let topology = try NetworkTopology(
      name: "biasless", input: FeatureShape(channels: 64),
      layers: [.dense(outputs: 10, hasBias: false)])
    let error = #expect(throws: InputError.self) {
      try integers.correctingBiases(
        of: Network(topology: topology, seed: 1), weightClip: nil, on: data)
    }
    #expect(error?.status == .badData)
    #expect(error?.message.contains("a layer has no bias") == true)
  }
}
