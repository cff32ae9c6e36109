import Datasets
import ErrorTables
import Foundation
import Networks
import QuantizedNetworks
import Randomness
import Testing

@testable import Training

@Suite("Methods of training") struct MethodTests {
  static func batch(_ data: Dataset, _ network: Network, step: Int = 3) -> TrainingBatch {
    TrainingBatch(
      source: BatchSource(data: data, shape: network.input),
      positions: Array(0..<data.count)[...], epoch: 0, labelSmoothing: 0, seed: 1, step: step)
  }

  static func gradient(
    _ method: some GradientMethod, _ network: Network, _ data: Dataset
  ) throws -> [Float] {
    var network = network
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    _ = method.gradient(
      of: batch(data, network), in: try method.epoch(from: network, work: .serial),
      network: &network, into: &gradient, work: .serial)
    return gradient
  }

  @Test("sharpness-aware minimization takes the gradient a step ρ up the slope, to the bit")
  func sharpness() throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 5)
    let plain = try Self.gradient(Conventional(), network, data)
    let norm = plain.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    var moved = network
    let scale = 0.3 / Float(norm)
    for index in plain.indices { moved.parameters[index] += scale * plain[index] }
    let expected = try Self.gradient(Conventional(), moved, data)
    let gradient = try Self.gradient(SharpnessAware(radius: 0.3), network, data)
    #expect(gradient == expected)
    #expect(zip(gradient, plain).contains { abs($0 - $1) > 1e-3 })
  }

  @Test("quantization-aware training is pas without errors, at half the passes")
  func quantizationAware() throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 6)
    let integers = PASTests.integers(data)
    #expect(
      try Self.gradient(QuantizationAware(integers), network, data)
        == Self.gradient(PAS(integers, errors: HardwareErrors()), network, data))
    #expect(QuantizationAware(integers).passes == 1)
  }

  @Test("a flipped weight's deviation is that of all words, bits inverted independently")
  func deviations() throws {
    let data = try Dataset.digits().selecting(Array(0..<8))
    let network = Network(topology: .perceptron([64, 5, 10]), seed: 7)
    let spec = QuantizationSpec(weightBits: 4)
    let quantized = try IntegerNetwork(
      quantizing: network, spec: spec,
      calibration: Calibration(of: network, on: data, examples: 8, rule: .maximum))
    let (p, scale) = (0.05, quantized.linears[0].weightScales[0])
    let deviations = quantized.weightDeviations(bitErrorRate: p, of: network)
    #expect(deviations.count == network.parameters.count)
    #expect(deviations[64 * 5..<64 * 5 + 5].allSatisfy { $0 == 0 })
    for word in 0..<16 {
      var (mean, square) = (0.0, 0.0)
      for mask in 0..<16 {
        let flips = mask.nonzeroBitCount
        let probability = pow(p, Double(flips)) * pow(1 - p, Double(4 - flips))
        let change = scale * Double((word ^ mask) - word)
        mean += probability * change
        square += probability * change * change
      }
      #expect(abs((square - mean * mean).squareRoot() - Double(deviations[0])) < 1e-7)
    }
  }

  @Test("a flipped sign-magnitude weight's deviation is that of all of its faults")
  func signMagnitudeDeviations() throws {
    let data = try Dataset.digits().selecting(Array(0..<8))
    let network = Network(topology: .perceptron([64, 5, 10]), seed: 7)
    let spec = QuantizationSpec(encoding: .signMagnitude, weightBits: 4, activationBits: 4)
    let quantized = try IntegerNetwork(
      quantizing: network, spec: spec,
      calibration: Calibration(of: network, on: data, examples: 8, rule: .maximum))
    let (p, linear) = (0.2, quantized.linears[0])
    let deviations = quantized.weightDeviations(bitErrorRate: p, of: network)
    func integer(_ word: Int) -> Double {
      Double(OperandEncoding.signMagnitude.integer(UInt8(word), bits: 4))
    }
    var words: Set<UInt8> = []
    for filter in 0..<5 {
      for input in 0..<64 {
        let word = Int(linear.weights[input * 5 + filter])
        words.insert(UInt8(word))
        var (mean, square) = (0.0, 0.0)
        for mask in 0..<16 {
          let flips = Double(mask.nonzeroBitCount)
          let probability = pow(p, flips) * pow(1 - p, 4 - flips)
          mean += probability * integer(word ^ mask)
          square += probability * integer(word ^ mask) * integer(word ^ mask)
        }
        let expected = linear.weightScales[filter] * (square - mean * mean).squareRoot()
        #expect(abs(expected - Double(deviations[filter * 64 + input])) < 1e-6)
      }
    }
    #expect(words.count > 8)
  }

  @Test("squared gradients are the mean of those of the batches, by their examples")
  func squaredGradients() throws {
    let data = try Dataset.digits().selecting(Array(0..<70))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 5)
    let squares = network.squaredGradients(on: data, examples: 1_000, batchSize: 32)
    let gradients = try [0..<32, 32..<64, 64..<70].map {
      (Double($0.count), try Self.gradient(Conventional(), network, data.selecting(Array($0))))
    }
    for index in squares.indices {
      let expected =
        gradients.reduce(0) { $0 + $1.0 * Double($1.1[index]) * Double($1.1[index]) } / 70
      #expect(abs(squares[index] - expected) < 1e-9)
    }
    #expect(squares.contains { $0 > 1e-6 })
  }

  @Test("two-point noise takes the mean of the gradients at weights moved both ways")
  func twoPoint() throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 5)
    let integers = PASTests.integers(data)
    let method = TwoPointNoise(integers, bitErrorRate: 0.05)
    let deviations = try method.epoch(from: network, work: .serial)
    let gradient = try Self.gradient(method, network, data)
    // The signs, by what a step of one parameter's noise alone would draw.
    var stream = RandomStream(seed: 1, purpose: .trainingWeightNoise, index: 3)
    var (up, down, signs) = (network, network, UInt64(0))
    for index in deviations.indices {
      if index % 64 == 0 { signs = stream.next() }
      let isUp = signs >> UInt64(index % 64) & 1 == 0
      up.parameters[index] += isUp ? deviations[index] : -deviations[index]
      down.parameters[index] -= isUp ? deviations[index] : -deviations[index]
    }
    let (first, second) = (
      try Self.gradient(Conventional(), up, data), try Self.gradient(Conventional(), down, data)
    )
    #expect(gradient.indices.allSatisfy { gradient[$0] == (first[$0] + second[$0]) / 2 })
    #expect(zip(first, second).contains { abs($0 - $1) > 1e-3 })
    #expect(
      try Self.gradient(TwoPointNoise(integers, bitErrorRate: 0), network, data)
        == Self.gradient(Conventional(), network, data))
  }

  @Test("difference gradients of exact products, and a teacher without a share, change nothing")
  func exactDifferences() throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 6)
    let teacher = Network(topology: .perceptron([64, 20, 10]), seed: 7)
    let integers = PASTests.integers(data)
    let plain = try Self.gradient(QuantizationAware(integers), network, data)
    #expect(
      try Self.gradient(DifferenceGradient(integers, window: .words(8)), network, data) == plain)
    #expect(
      try Self.gradient(
        Distillation(integers, teacher: teacher, temperature: 3, share: 0), network, data)
        == plain)
    #expect(
      try Self.gradient(
        Distillation(integers, teacher: teacher, temperature: 3, share: 0.5), network, data)
        != plain)
  }

  @Test("what a student loses is its share of labels and of the teacher's softened classes")
  func distilledLoss() {
    var random = RandomStream(seed: 3, purpose: .test)
    func tensor() -> Tensor {
      Tensor(
        count: 4, shape: FeatureShape(channels: 5),
        values: (0..<20).map { _ in Float(2 * random.nextNormal()) })
    }
    let (logits, taught, labels) = (tensor(), tensor(), [UInt8](arrayLiteral: 0, 4, 2, 2))
    let (scale, temperature, share) = (Float(1.5), Float(3), Float(0.4))
    func loss(_ logits: Tensor, _ scale: Float) -> ClassificationLoss {
      var loss = ClassificationLoss(logits: logits, labels: labels, scale: scale)
      loss.learn(
        from: Teacher(logits: taught, temperature: temperature, share: share), logits: logits,
        scale: scale)
      return loss
    }
    func softmax(_ values: [Double]) -> [Double] {
      let sum = values.reduce(0) { $0 + exp($1) }
      return values.map { exp($0) / sum }
    }
    var expected = 0.0
    for row in 0..<4 {
      let z = (0..<5).map { Double(scale) * Double(logits.values[row * 5 + $0]) }
      let wanted = softmax((0..<5).map { Double(taught.values[row * 5 + $0]) / 3 })
      let given = softmax(z.map { $0 / 3 })
      expected -= 0.6 * log(softmax(z)[Int(labels[row])]) / 4
      expected += 0.4 * 9 * zip(wanted, given).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) } / 4
    }
    let result = loss(logits, scale)
    #expect(abs(result.loss - expected) < 1e-5)
    for index in [0, 7, 13, 19] {
      var (up, down) = (logits, logits)
      up.values[index] += 1e-2
      down.values[index] -= 1e-2
      let difference = (loss(up, scale).loss - loss(down, scale).loss) / 2e-2
      #expect(abs(Double(result.gradient.values[index]) - difference) < 1e-4)
    }
    let byScale = (loss(logits, scale + 1e-2).loss - loss(logits, scale - 1e-2).loss) / 2e-2
    #expect(abs(Double(result.scaleGradient) - byScale) < 1e-3)
  }

  @Test("act adds the penalty's gradient to the loss's, and pas's where both are asked for")
  func act() throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 8)
    let integers = PASTests.integers(data)
    let act = Act(integers, strength: 40, bitErrorRate: 0.05)
    let plain = try Self.gradient(Conventional(), network, data)
    let active = try Self.gradient(act, network, data)
    // Half of λ·Σ s²·g², along each of some parameters, by central differences of the gradient.
    let penalty = try act.epoch(from: network, work: .serial)
    for index in [3, 200, 700, 64 * 12 + 4, 64 * 12 + 12 + 50] {
      let values = try [Float(1), -1].map { sign -> Double in
        var moved = network
        moved.parameters[index] += sign * 1e-2
        return penalty.value(gradient: try Self.gradient(Conventional(), moved, data))
      }
      let difference = (values[0] - values[1]) / 2e-2
      let added = Double(active[index] - plain[index])
      #expect(abs(added - difference) < 0.05 * abs(difference) + 2e-3)
    }
    #expect(zip(active, plain).contains { abs($0 - $1) > 1e-3 })
    let pas = PAS(integers, errors: HardwareErrors(weightBitErrorRate: 0.05))
    let passive = try Self.gradient(pas, network, data)
    let both = try Self.gradient(ActPAS(act, pas), network, data)
    for index in both.indices {
      #expect(abs(both[index] - (passive[index] + active[index] - plain[index])) < 1e-5)
    }
  }

  @Test("act lowers the penalty against as many epochs without it, at little clean accuracy")
  func sensitivity() throws {
    let (data, test) = try Dataset.digits().split(testFraction: 0.25, seed: 3)
    let topology = NetworkTopology.perceptron([64, 24, 10])
    let settings = NetworkTrainingSettings(
      epochs: 12, batchSize: 32, learningRate: 0.003, schedule: .linear)
    let integers = PASTests.integers(data)
    let act = Act(integers, strength: 32, bitErrorRate: 0.02)
    func train(_ method: any GradientMethod) throws -> (penalty: Double, accuracy: Double) {
      let trainer = try NetworkTrainer(
        topology: topology, settings: settings, seed: 4, data: (data, test), file: "digits",
        method: method)
      let network = try trainer.train(from: Network(topology: topology, seed: 4)).network
      let score = trainer.evaluate(network, on: trainer.test, positions: Array(0..<test.count))
      // Of batches as training takes them: the square of a mean is not the mean of squares.
      let penalty = try act.epoch(from: network, work: .serial)
      let values = try stride(from: 0, to: data.count - 32, by: 32).map { begin in
        penalty.value(
          gradient: try Self.gradient(
            Conventional(), network, data.selecting(Array(begin..<begin + 32))))
      }
      return (values.reduce(0, +) / Double(values.count), score.accuracyPercent)
    }
    let (plain, active) = (try train(Conventional()), try train(act))
    #expect(active.penalty < 0.8 * plain.penalty, "\(active) \(plain)")
    #expect(active.accuracy > plain.accuracy - 2, "\(active) \(plain)")
  }

  @Test("drawn rates are log-uniform over their range, and a buffer without errors stays so")
  func drawnRates() throws {
    let data = try Dataset.digits().selecting(Array(0..<8))
    let network = Network(topology: .perceptron([64, 64, 10]), seed: 7)
    let integers = PASTests.integers(data)
    let quantized = try IntegerNetwork(
      quantizing: network, spec: QuantizationSpec(),
      calibration: Calibration(of: network, on: data, examples: 8, rule: .maximum))
    let pas = PAS(
      integers, errors: HardwareErrors(weightBitErrorRate: 1), drawnRates: 0.01...0.2)
    let bits = Double(8 * quantized.weightWords())
    let logs = (0..<400).map { step -> Double in
      let hardware = pas.hardware(quantized, Self.batch(data, network, step: step))
      let activations = [UInt8](repeating: 0, count: 64)
      #expect(hardware.reading(activations: activations, inputCount: 64) == activations)
      let inference = IntegerInference(
        quantized, multiplier: .exact(.offset), hardware: hardware)
      return log(Double(inference.wrongWeightBits) / bits)
    }
    // Counted rates scatter by at most 1/√400 of themselves around those drawn; 1.5 at the ends.
    #expect(logs.allSatisfy { $0 > log(0.01) - 0.25 && $0 < log(0.2) + 0.25 })
    let mean = logs.reduce(0, +) / 400
    let (low, high) = (log(0.01), log(0.2))
    // The standard error of the mean of a uniform number is width/√12/20.
    #expect(abs(mean - (low + high) / 2) < 4 * (high - low) / 69.3)
    #expect(abs(Double(logs.count { $0 < (low + high) / 2 }) - 200) < 40)
  }

  @Test("two buffers with ranges of their own have rates at the same place of both")
  func drawnRatesOfBuffers() throws {
    let data = try Dataset.digits().selecting(Array(0..<64))
    let network = Network(topology: .perceptron([64, 64, 10]), seed: 7)
    let integers = PASTests.integers(data)
    let quantized = try IntegerNetwork(
      quantizing: network, spec: QuantizationSpec(),
      calibration: Calibration(of: network, on: data, examples: 64, rule: .maximum))
    let both = HardwareErrors(weightBitErrorRate: 1, activationBitErrorRate: 1)
    let own = PAS(
      integers, errors: both, drawnRates: 0.01...0.2, drawnActivationRates: 0.001...0.05)
    let same = PAS(integers, errors: both, drawnRates: 0.01...0.2)
    let explicit = PAS(
      integers, errors: both, drawnRates: 0.01...0.2, drawnActivationRates: 0.01...0.2)
    let zeros = [UInt8](repeating: 0, count: 64 * 64)
    func counts(_ pas: PAS, _ step: Int) -> (weights: Int, activations: Int) {
      let hardware = pas.hardware(quantized, Self.batch(data, network, step: step))
      let inference = IntegerInference(
        quantized, multiplier: .exact(.offset), hardware: hardware)
      let read = hardware.reading(activations: zeros, inputCount: 64)
      return (inference.wrongWeightBits, read.reduce(0) { $0 + $1.nonzeroBitCount })
    }
    let (weightBits, bits) = (Double(8 * quantized.weightWords()), Double(8 * 64 * 64))
    for step in 0..<100 {
      let found = counts(own, step)
      // The place in the weights' range gives the rate of the activations.
      let rate = Double(found.weights) / weightBits
      let place = log(rate / 0.01) / log(20)
      let expected = 0.001 * pow(50, place)
      // Both counts scatter: by 6 standard errors at most, and the place by that of the weights.
      let scatter = 6 / Double(found.weights).squareRoot() * log(50) / log(20)
      let own = 6 * (expected / bits).squareRoot() + expected * scatter
      #expect(abs(Double(found.activations) / bits - expected) < own, "step \(step)")
      #expect(counts(same, step) == counts(explicit, step))
      #expect(counts(same, step).weights == found.weights)
    }
  }

  @Test("averaged weights follow their recurrence, and are what is evaluated, kept and returned")
  func average() throws {
    let data = try Dataset.digits().selecting(Array(0..<96))
    var settings = NetworkTrainingSettings(epochs: 1, batchSize: 32, learningRate: 0.01)
    let topology = NetworkTopology.perceptron([64, 8, 10])
    func trainer(_ epochs: Int, decay: Float?) throws -> NetworkTrainer {
      (settings.epochs, settings.averageDecay) = (epochs, decay)
      return try PASTests.trainer(topology, settings, data, seed: 9)
    }
    // Weights after each epoch of three steps, one step at a time, from batches of all examples.
    settings.batchSize = 96
    let start = Network(topology: topology, seed: 9)
    var average = start.parameters
    for epochs in 1...4 {
      let weights = try trainer(4, decay: nil)
      var state = weights.start(from: start)
      for _ in 0..<epochs { state = try weights.epoch(after: state) }
      let decay = min(0.3, Float(1 + epochs) / Float(10 + epochs))
      for index in average.indices {
        average[index] += (1 - decay) * (state.network.parameters[index] - average[index])
      }
    }
    let result = try trainer(4, decay: 0.3).train(from: start).network
    #expect(zip(result.parameters, average).allSatisfy { abs($0 - $1) < 1e-5 })
    let averaged = try trainer(4, decay: 0.3)
    var state = averaged.start(from: start)
    for _ in 0..<4 { state = try averaged.epoch(after: state) }
    #expect(state.result == result && state.network != result)
    let score = averaged.evaluate(result, on: averaged.test, positions: Array(0..<96))
    #expect(state.history[3].test.loss == score.loss)
  }
}
