import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import TestSupport
import Testing

@testable import Training

@Suite("The recipe whose last epochs alone run through the multiplier's products")
struct LastProductsTests {
  private static let errors = HardwareErrors(
    timing: PASTests.noisy.timing, weightBitErrorRate: 0.05, activationBitErrorRate: 0.02)
  private static let settings = NetworkTrainingSettings(
    epochs: 3, batchSize: 16, learningRate: 0.003, schedule: .linear, weightClip: 0.3,
    averageDecay: 0.9)

  private let data: Dataset
  private let network = Network(topology: .perceptron([64, 12, 10]), seed: 6)

  init() throws { data = try Dataset.digits().selecting(Array(0..<40)) }

  private func trainer(
    without ingredients: Set<RecipeIngredient> = [], last: NetworkTrainingSettings.Part? = nil,
    multiplier: EncodedMultiplier? = nil, drawing points: [TrainingPoint] = []
  ) throws -> NetworkTrainer {
    var settings = MethodSettingsTests.settings
    settings.without = ingredients
    settings.lastProducts = last
    let method = TrainingMethod.axtrain.gradientMethod(
      settings, integers: PASTests.integers(data, multiplier: multiplier), errors: Self.errors,
      drawnPoints: points)
    return try PASTests.trainer(
      network.topology, Self.settings, data, seed: 3, method: method)
  }

  private func trained(_ trainers: [NetworkTrainer]) throws -> Network {
    var state = trainers[0].start(from: network)
    for trainer in trainers { state = try trainer.epoch(after: state) }
    return state.result
  }

  @Test("it is epochs without products, then epochs with them, bit for bit", arguments: [1, 2])
  func phases(last: Int) throws {
    let truncated = try ActNoiseTests.truncated(.offset)
    let drawn = [Self.errors, HardwareErrors()].map { TrainingPoint(errors: $0) }
    for points in [[], drawn] {
      let whole = try trainer(multiplier: truncated, drawing: points)
      let exact = try trainer(without: [.products], multiplier: truncated, drawing: points)
      let phased = try trainer(
        last: NetworkTrainingSettings.Part(last, of: 3), multiplier: truncated, drawing: points)
      let result = try trained([phased, phased, phased])
      let expected = [exact, last == 1 ? exact : whole, whole]
      #expect(try trained(expected) == result)
      for other in [whole, exact] {
        #expect(try trained([other, other, other]) != result)
      }
    }
  }

  @Test("through an exact multiplier, and without products, it changes nothing")
  func nothing() throws {
    let part = NetworkTrainingSettings.Part(1, of: 3)
    let truncated = try ActNoiseTests.truncated(.offset)
    func result(_ trainer: NetworkTrainer) throws -> Network {
      try trained([trainer, trainer, trainer])
    }
    #expect(try result(trainer(last: part)) == result(trainer()))
    #expect(
      try result(trainer(without: [.products], last: part, multiplier: truncated))
        == result(trainer(without: [.products], multiplier: truncated)))
  }

  @Test("where they begin depends on how many epochs there are, so that it is not prolonged")
  func prolonging() throws {
    #expect(try trainer(last: NetworkTrainingSettings.Part(1, of: 3)).method.dependsOnProgress)
    #expect(try !trainer().method.dependsOnProgress)
  }

  @Test("only the recipe with products has last ones")
  func questions() {
    var settings = MethodSettingsTests.settings
    #expect(!settings.hasLastProducts(.axtrain))
    settings.lastProducts = NetworkTrainingSettings.Part(1, of: 3)
    for method in TrainingMethod.allCases {
      #expect(settings.hasLastProducts(method) == (method == .axtrain))
    }
    #expect(!settings.leavingOut(.products).hasLastProducts(.axtrain))
  }
}
