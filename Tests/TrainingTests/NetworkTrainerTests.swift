import Datasets
import Files
import Foundation
import Networks
import Testing

@testable import Training

@Suite("Training of any network") struct NetworkTrainerTests {
  /// A network of every trained kind, small enough for a debug build.
  static func topology(logitScale: NetworkTopology.LogitScale = .fixed(1)) throws
    -> NetworkTopology
  {
    try NetworkTopology(
      name: "small", input: FeatureShape(channels: 1, rows: 8, columns: 8),
      layers: [
        .convolution(ConvolutionSpec(filters: 4, kernel: 3, padding: 1)),
        .batchNormalization(epsilon: 1e-5, momentum: 0.1), .relu,
        .maxPooling(PoolingSpec(kernel: 2)), .flatten, .dropout(probability: 0.1),
        .dense(outputs: 10, hasBias: true),
      ],
      logitScale: logitScale)
  }

  static func data(_ count: Int) throws -> (training: Dataset, test: Dataset) {
    let digits = try Dataset.digits()
    return (digits.selecting(Array(0..<count)), digits.selecting(Array(count..<count + 80)))
  }

  static func trainer(
    _ settings: NetworkTrainingSettings, topology: NetworkTopology, seed: UInt64 = 1,
    threads: Int = 1, count: Int = 200
  ) throws -> NetworkTrainer {
    try NetworkTrainer(
      topology: topology, settings: settings, seed: seed, data: data(count), file: "digits",
      work: ChunkedWork(threads: threads))
  }

  static func run(_ trainer: NetworkTrainer) throws -> NetworkTrainingState {
    var state = trainer.start()
    while !trainer.isFinished(state) { state = try trainer.epoch(after: state) }
    return state
  }

  static let settings = NetworkTrainingSettings(
    epochs: 3, batchSize: 32, learningRate: 0.01, schedule: .cosine(floor: 1e-4),
    weightDecay: 1e-4, labelSmoothing: 0.1, gradientClip: 1, weightClip: 0.5, shift: 1,
    validationFraction: 0.2)

  @Test("one thread and two give the same bytes, another seed others")
  func threads() throws {
    let topology = try Self.topology(logitScale: .learned(start: 2))
    let one = try Self.run(Self.trainer(Self.settings, topology: topology))
    let two = try Self.run(Self.trainer(Self.settings, topology: topology, threads: 2))
    #expect(one == two)
    let other = try Self.run(Self.trainer(Self.settings, topology: topology, seed: 2))
    #expect(other.network != one.network)
    #expect(one.history.map(\.epoch) == [1, 2, 3])
    #expect(one.history[2].training.loss < one.history[0].training.loss)
    #expect(one.network.logitScale != 2)
  }

  @Test("a step is that of the gradient of its batch by hand")
  func step() throws {
    let topology = NetworkTopology.perceptron([64, 6, 10])
    let settings = NetworkTrainingSettings(
      epochs: 1, batchSize: 1000, optimizer: .gradientDescent(momentum: 0, nesterov: false),
      learningRate: 0.5)
    let trainer = try Self.trainer(settings, topology: topology)
    let start = trainer.start()
    let after = try trainer.epoch(after: start)
    let (training, _) = try Self.data(200)
    // All examples are one batch, so the order does not matter beyond rounding.
    var network = start.network
    let inputs = Tensor(
      count: 200, shape: topology.input, values: training.features.map { Float($0) / 16 })
    let mode = ForwardMode.training(seed: 1, step: 0)
    let (logits, memories) = network.forward(inputs, mode: mode)
    let loss = ClassificationLoss(logits: logits, labels: training.labels, scale: 1)
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    network.backward(loss.gradient, memories: memories, mode: mode, into: &gradient)
    #expect(abs(after.history[0].training.loss - loss.loss) < 1e-5)
    #expect(after.history[0].training.correct == loss.correct)
    for index in gradient.indices {
      let expected = start.network.parameters[index] - 0.5 * gradient[index]
      #expect(abs(after.network.parameters[index] - expected) < 1e-5)
    }
  }

  @Test("a digit is learned: 64-32-10 reaches 94 % of the test part")
  func learns() throws {
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 1)
    let trainer = try NetworkTrainer(
      topology: .perceptron([64, 32, 10]),
      settings: NetworkTrainingSettings(epochs: 15, batchSize: 32, learningRate: 0.005), seed: 1,
      data: (training, test), file: "digits")
    let state = try Self.run(trainer)
    #expect(state.resultRecord?.test.accuracyPercent ?? 0 > 94)
    #expect(state.result == state.network)
  }

  @Test("training ends after its patience, and the weights of the best epoch are the result")
  func patience() throws {
    let settings = NetworkTrainingSettings(
      epochs: 40, batchSize: 16, learningRate: 0.05, validationFraction: 0.25, patience: 2)
    let trainer = try Self.trainer(settings, topology: .perceptron([64, 24, 10]))
    var state = trainer.start()
    var networks: [Network] = []
    while !trainer.isFinished(state) {
      state = try trainer.epoch(after: state)
      networks.append(state.network)
    }
    let losses = state.history.compactMap(\.validation?.loss)
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(state.history.count < 40)
    #expect(state.history.count == best + 1 + 2)
    #expect(state.result == networks[best])
    #expect(state.resultRecord == state.history[best])
    #expect(state.result != state.network)
  }

  @Test("validation examples are a share of each class, and none of them is trained on")
  func validation() throws {
    let trainer = try Self.trainer(Self.settings, topology: Self.topology())
    let (kept, trained) = (trainer.validationPositions, trainer.trainingPositions)
    #expect(Set(kept).isDisjoint(with: trained))
    #expect((kept + trained).sorted() == Array(0..<200))
    let labels = try Self.data(200).training.labels
    for label in 0..<10 {
      let members = labels.count { Int($0) == label }
      let expected = Int((0.2 * Double(members)).rounded())
      #expect(kept.count { Int(labels[$0]) == label } == expected)
    }
    let other = try Self.trainer(Self.settings, topology: Self.topology(), seed: 2)
    #expect(other.validationPositions != kept)
  }

  @Test("batches are the bytes over the largest value, shifted as their epoch says")
  func batches() throws {
    let (data, _) = try Self.data(50)
    let shape = FeatureShape(channels: 1, rows: 8, columns: 8)
    let positions = [49, 0, 7] + Array(10..<45)
    for shift in [nil, ImageShift(limit: 2, seed: 3)] {
      let source = BatchSource(data: data, shape: shape, shift: shift)
      let expected = shift?.apply(to: data, epoch: 4) ?? data
      for threads in [1, 2] {
        let tensor = source.tensor(
          positions[1...], epoch: 4, work: ChunkedWork(threads: threads))
        let values = positions[1...].flatMap { position in
          expected.features[position * 64..<(position + 1) * 64].map { Float($0) / 16 }
        }
        #expect(tensor.values == values)
      }
      #expect(source.labels(positions[1...]) == positions[1...].map { data.labels[$0] })
    }
  }

  @Test("standardized features are trained on, and the deployed network reads plain ones alike")
  func standardized() throws {
    let settings = NetworkTrainingSettings(
      epochs: 3, batchSize: 32, learningRate: 0.01, standardizes: true, validationFraction: 0.2)
    let trainer = try Self.trainer(settings, topology: .perceptron([64, 12, 10]))
    let (data, test) = try Self.data(200)
    // Measured on what is trained on: not on the validation part.
    let expected = Standardization(fittedOn: data.selecting(trainer.trainingPositions))
    #expect(trainer.training.standardization == expected)
    #expect(expected != Standardization(fittedOn: data))
    let positions = Array(0..<test.count)[...]
    let features = trainer.test.tensor(positions, epoch: 0, work: .serial)
    for (index, value) in features.values.enumerated() {
      let plain = Double(test.features[index]) / 16
      let column = index % 64
      #expect(
        abs(Double(value) - (plain - expected.mean[column]) / expected.deviation[column]) < 1e-5)
    }
    let state = try Self.run(trainer)
    let plain = BatchSource(data: test, shape: trainer.topology.input).tensor(
      positions, epoch: 0, work: .serial)
    let logits = state.result.logits(features).values
    let range = logits.reduce(0) { max($0, abs($1)) }
    for (deployed, trained) in zip(trainer.deployed(state.result).logits(plain).values, logits) {
      #expect(abs(deployed - trained) < 1e-4 * range)
    }
    let usual = try Self.trainer(Self.settings, topology: .perceptron([64, 12, 10]))
    #expect(usual.deployed(state.result) == state.result)
    #expect(throws: InputError.self) { try Self.trainer(settings, topology: Self.topology()) }
  }

  @Test("a training that diverges stops with its seed, epoch and step, and leaves the state before")
  func divergence() throws {
    let settings = NetworkTrainingSettings(epochs: 3, batchSize: 16, learningRate: 3e38)
    let trainer = try Self.trainer(settings, topology: .perceptron([64, 12, 10]))
    let start = trainer.start()
    let error = #expect(throws: InputError.self) { try trainer.epoch(after: start) }
    #expect(error?.status == .badData)
    #expect(
      error?.message.hasPrefix("training with seed 1 diverges in epoch 1, step ") == true,
      "\(String(describing: error))")
    #expect(start == trainer.start())
  }

  @Test("a request to stop is heard before the next step")
  func stopped() throws {
    let trainer = try Self.trainer(Self.settings, topology: Self.topology())
    var asked = 0
    let error = #expect(throws: InputError.self) {
      try trainer.epoch(after: trainer.start()) {
        asked += 1
        return asked > 2
      }
    }
    #expect(error?.status == .stopped)
    #expect(asked == 3)
  }

  @Test("data that do not fit the topology are refused with both shapes or numbers of classes")
  func fitting() throws {
    let (data, _) = try Self.data(50)
    func message(_ topology: NetworkTopology) -> String {
      do {
        try topology.check(data, file: "digits")
        return ""
      } catch { return "\(error)" }
    }
    func image(_ shape: FeatureShape, classes: Int = 10) throws -> NetworkTopology {
      try NetworkTopology(
        name: "n", input: shape, layers: [.flatten, .dense(outputs: classes, hasBias: true)])
    }
    #expect(message(.perceptron([64, 10])) == "")
    #expect(message(.perceptron([64, 12])) == "")
    #expect(try message(image(FeatureShape(channels: 1, rows: 8, columns: 8))) == "")
    #expect(
      message(.perceptron([784, 10]))
        == "digits: error: has examples of 8×8 features, but topology 784-10 reads 784")
    #expect(
      try message(image(FeatureShape(channels: 4, rows: 4, columns: 4)))
        == "digits: error: has examples of 8×8 features, but topology n reads 4×4×4")
    #expect(
      message(.perceptron([64, 7]))
        == "digits: error: has label 9, but topology 64-7 has 7 classes, 0 to 6")
  }

  @Test("a batch that would need gigabytes is refused, and the numbers of branches count")
  func largeBatch() throws {
    let side = 256
    let branch: [LayerSpec] = [
      .convolution(ConvolutionSpec(filters: 64, kernel: 1)),
      .convolution(ConvolutionSpec(filters: 1, kernel: 1)),
    ]
    let topology = try NetworkTopology(
      name: "wide", input: FeatureShape(channels: 1, rows: side, columns: side),
      layers: [
        .residual(body: branch, shortcut: []), .flatten, .dense(outputs: 2, hasBias: true),
      ])
    #expect(topology.featureTotal == side * side * (1 + 64 + 1 + 1 + 1) + 2)
    let data = Dataset(
      name: "zeros", features: [UInt8](repeating: 0, count: 200 * side * side),
      featureCount: side * side, featureMaximum: 1,
      labels: (0..<200).map { UInt8($0 % 2) }, classCount: 2)
    func trainer(_ batchSize: Int) throws -> NetworkTrainer {
      try NetworkTrainer(
        topology: topology, settings: NetworkTrainingSettings(epochs: 1, batchSize: batchSize),
        seed: 1, data: (data, data), file: "zeros")
    }
    #expect(try trainer(64).examples(ofEpoch: 0) == 200)
    let error = #expect(throws: InputError.self) { try trainer(128) }
    #expect(error?.message.hasPrefix("a batch of 128 examples has ") == true)
  }

  @Test("settings outside their ranges are said to be, one at a time")
  func problems() {
    #expect(Self.settings.problem == nil)
    let changes: [(inout NetworkTrainingSettings) -> Void] = [
      { $0.epochs = 0 }, { $0.batchSize = 0 }, { $0.learningRate = 0 },
      { $0.learningRate = .infinity }, { $0.schedule = .cosine(floor: 1) },
      { $0.optimizer = .gradientDescent(momentum: 1, nesterov: false) },
      { $0.optimizer = .gradientDescent(momentum: 0, nesterov: true) }, { $0.weightDecay = -1 },
      { $0.labelSmoothing = 1 }, { $0.gradientClip = 0 }, { $0.weightClip = .nan },
      { $0.shift = 128 }, { $0.validationFraction = 1 }, { $0.patience = 0 },
      {
        $0.patience = 1
        $0.validationFraction = 0
      },
    ]
    var problems: Set<String> = []
    for change in changes {
      var settings = Self.settings
      change(&settings)
      if let problem = settings.problem { problems.insert(problem) }
    }
    // Two of the learning rate say the same.
    #expect(problems.count == changes.count - 1)
  }
}
