import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import TestSupport
import Testing

@testable import Training

@Suite("The recipe without some of its ingredients") struct RecipeIngredientTests {
  private static let errors = HardwareErrors(
    timing: PASTests.noisy.timing, weightBitErrorRate: 0.05, activationBitErrorRate: 0.02)

  private let data: Dataset
  private let network = Network(topology: .perceptron([64, 12, 10]), seed: 6)

  init() throws { data = try Dataset.digits().selecting(Array(0..<40)) }

  private func method(
    without ingredients: Set<RecipeIngredient>, multiplier: EncodedMultiplier? = nil
  ) -> any GradientMethod {
    var settings = MethodSettingsTests.settings
    settings.without = ingredients
    return TrainingMethod.axtrain.gradientMethod(
      settings, integers: PASTests.integers(data, multiplier: multiplier), errors: Self.errors)
  }

  private func gradient(
    without ingredients: Set<RecipeIngredient>, multiplier: EncodedMultiplier? = nil
  ) throws -> [Float] {
    try MethodTests.gradient(
      method(without: ingredients, multiplier: multiplier), network, data)
  }

  @Test("without drawn rates a step is that of pas at the hardware's rates, bit for bit")
  func drawnRates() throws {
    let pas = PAS(PASTests.integers(data), errors: Self.errors)
    let passive = try MethodTests.gradient(pas, network, data)
    #expect(try gradient(without: [.drawnRates]) == passive)
    #expect(try gradient(without: []) != passive)
  }

  @Test("without the clean pass a step follows the perturbed pass that the whole recipe draws")
  func cleanPass() throws {
    let clean = try MethodTests.gradient(
      QuantizationAware(PASTests.integers(data)), network, data)
    let both = try gradient(without: [])
    let perturbed = try gradient(without: [.cleanPass])
    #expect(both.indices.allSatisfy { both[$0] == (clean[$0] + perturbed[$0]) / 2 })
    #expect(perturbed != clean)
    #expect(method(without: []).passes == 2 && method(without: [.cleanPass]).passes == 1)
  }

  @Test("without products a step through an approximate multiplier is that through an exact one")
  func products() throws {
    let truncated = try ActNoiseTests.truncated(.offset)
    let exact = try gradient(without: [])
    #expect(try gradient(without: [.products], multiplier: truncated) == exact)
    #expect(try gradient(without: [], multiplier: truncated) != exact)
  }

  @Test("clipping, logit scale and averaging are no part of a step")
  func outside() throws {
    let whole = try gradient(without: [])
    #expect(try gradient(without: [.clipping, .logitScale, .averaging]) == whole)
  }

  @Test("without drawn rates and averaging it is pas, the whole training long")
  func passive() throws {
    let settings = NetworkTrainingSettings(
      epochs: 2, batchSize: 16, learningRate: 0.003, schedule: .linear, weightClip: 0.3)
    func trained(_ method: any GradientMethod) throws -> Network {
      try PASTests.trainer(network.topology, settings, data, seed: 3, method: method).train(
        from: network
      ).network
    }
    let pas = try trained(PAS(PASTests.integers(data), errors: Self.errors))
    #expect(try trained(method(without: [.drawnRates, .averaging])) == pas)
    #expect(try trained(method(without: [.averaging])) != pas)
  }

  @Test("what is asked of a method follows what the recipe leaves out, and of no other method")
  func questions() {
    for ingredient in RecipeIngredient.allCases {
      let settings = MethodSettingsTests.settings.leavingOut(ingredient)
      #expect(settings.without == [ingredient])
      #expect(settings.drawsRates(.axtrain) == (ingredient != .drawnRates))
      #expect(settings.usesErrors(.axtrain) == (ingredient == .drawnRates))
      #expect(settings.averagesWeights(.axtrain) == (ingredient != .averaging))
      for method in TrainingMethod.allCases where method != .axtrain {
        #expect(!settings.drawsRates(method))
        #expect(settings.usesErrors(method) == method.usesErrors)
        #expect(settings.averagesWeights(method) == method.averagesWeights)
      }
    }
    #expect(MethodSettingsTests.settings.leavingOut(nil) == MethodSettingsTests.settings)
  }

  @Test("names stand in one order, and last epochs of one pass a step are twice as many")
  func names() {
    #expect(RecipeIngredient.text(of: [.averaging, .clipping]) == "clipping,averaging")
    #expect(
      RecipeIngredient.text(of: Set(RecipeIngredient.allCases))
        == "clipping,logit_scale,drawn_rates,clean_pass,averaging,products")
    let ending = NetworkTrainingSettings.Ending(epochs: 3, learningRate: 0.1)
    #expect(NetworkTrainingSettings.ending(ending, perStep: 2) == ending)
    #expect(NetworkTrainingSettings.ending(ending, perStep: 1).epochs == 6)
  }
}
