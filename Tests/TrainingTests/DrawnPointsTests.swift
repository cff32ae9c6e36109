import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import Randomness
import Testing

@testable import Training

@Suite("Operating points that steps draw") struct DrawnPointsTests {
  /// As of three supplies: all errors rise together.
  private static let errors = [0.004, 0.01, 0.03].map { rate in
    HardwareErrors(
      timing: .differences(
        DifferenceErrors(
          probability: rate, differences: [-256, 512], counts: [1, 1], outputBits: 16)),
      weightBitErrorRate: rate, activationBitErrorRate: rate / 2)
  }
  private static let steps = 0..<12

  private let data: Dataset
  private let network = Network(topology: .perceptron([64, 12, 10]), seed: 6)
  private let integers: IntegerPass

  init() throws {
    data = try Dataset.digits().selecting(Array(0..<40))
    integers = PASTests.integers(data)
  }

  private func recipe(_ points: [HardwareErrors] = errors) -> PAS {
    PAS(integers, drawing: points.map { TrainingPoint(errors: $0) })
  }

  private func batch(_ step: Int, seed: UInt64 = 1) -> TrainingBatch {
    TrainingBatch(
      source: BatchSource(data: data, shape: network.input),
      positions: Array(0..<data.count)[...], epoch: 0, labelSmoothing: 0, seed: seed, step: step)
  }

  private func gradient(_ method: PAS, _ step: Int) throws -> [Float] {
    var network = network
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    _ = method.gradient(
      of: batch(step), in: try method.epoch(from: network, work: .serial), network: &network,
      into: &gradient, work: .serial)
    return gradient
  }

  @Test("each is drawn as often, independently of the step before, and the same at every run")
  func fair() {
    let recipe = recipe()
    func drawn(seed: UInt64) -> [Int] {
      (0..<3_000).compactMap { step in
        Self.errors.firstIndex(of: recipe.drawn(batch(step, seed: seed)).point.errors)
      }
    }
    let draws = drawn(seed: 1)
    #expect(draws.count == 3_000)
    #expect(draws == drawn(seed: 1) && draws != drawn(seed: 2))
    for first in 0..<3 {
      let count = draws.count { $0 == first }
      #expect(abs(Double(count) - 1_000) < 5 * (3_000.0 * 2 / 9).squareRoot())
      for second in 0..<3 {
        let pairs = zip(draws, draws.dropFirst()).count { $0 == (first, second) }
        #expect(abs(Double(pairs) - 2_999 / 9.0) < 5 * (2_999.0 * 8 / 81).squareRoot())
      }
    }
  }

  @Test("a step has the errors of its point: faults of the stream behind the draw, then timing's")
  func errorsOfSteps() throws {
    let quantized = try IntegerNetwork(
      quantizing: network, spec: QuantizationSpec(),
      calibration: Calibration(of: network, on: data, examples: 40, rule: .maximum))
    let words = quantized.words(of: data)
    func logits(_ hardware: InferenceHardware) -> [Int32] {
      IntegerInference(quantized, multiplier: .exact(.offset), hardware: hardware)
        .logits(words, count: 40)
    }
    let recipe = recipe()
    var found: Set<HardwareErrors> = []
    for step in Self.steps {
      var stream = RandomStream(seed: 1, purpose: .trainingMemoryFaults, index: UInt64(step))
      let errors = Self.errors[Int(3 * stream.nextUniform())]
      let weights = MemoryFaultMap.freshMasks(
        words: quantized.weightWords(), probability: errors.weightBitErrorRate, stream: &stream)
      let activations = MemoryFaultMap.freshMasks(
        words: 40 * 64, probability: errors.activationBitErrorRate, stream: &stream)
      let expected = InferenceHardware(
        accumulator: PASTests.accumulator, timing: errors.timing, timingSeed: 1,
        timingIndex: UInt64(step), timingPurpose: .trainingTimingErrors, weightFaults: weights,
        activationFaults: activations)
      #expect(logits(recipe.hardware(quantized, batch(step))) == logits(expected), "step \(step)")
      found.insert(errors)
    }
    #expect(found.count == 3)
  }

  @Test("a step without memory errors is one of pas at its point, bit for bit")
  func stepsOfPAS() throws {
    let late = Self.errors.map { $0.replacingRates(weights: 0, activations: 0) }
    let recipe = recipe(late)
    for step in Self.steps {
      let pas = PAS(integers, errors: recipe.drawn(batch(step)).point.errors)
      #expect(try gradient(recipe, step) == gradient(pas, step), "step \(step)")
    }
  }

  @Test("one point draws nothing: all of its steps are those of pas, bit for bit")
  func onePoint() throws {
    let (recipe, pas) = (recipe([Self.errors[2]]), PAS(integers, errors: Self.errors[2]))
    for step in Self.steps {
      #expect(try gradient(recipe, step) == gradient(pas, step), "step \(step)")
    }
  }

  @Test("without products or its clean pass the recipe draws the same points and all their errors")
  func ablated() throws {
    func made(
      without ingredients: Set<RecipeIngredient>, multiplier: EncodedMultiplier? = nil
    ) throws -> PAS {
      var settings = MethodSettingsTests.settings
      settings.without = ingredients
      let method = TrainingMethod.axtrain.gradientMethod(
        settings, integers: PASTests.integers(data, multiplier: multiplier),
        errors: HardwareErrors(), drawnPoints: Self.errors.map { TrainingPoint(errors: $0) })
      return try #require(method as? PAS)
    }
    let truncated = try ActNoiseTests.truncated(.offset)
    let exact = try made(without: [.products], multiplier: truncated)
    let perturbed = try made(without: [.cleanPass])
    #expect(perturbed.passes == 1 && exact.passes == 2)
    let clean = try MethodTests.gradient(QuantizationAware(integers), network, data)
    for step in Self.steps {
      let whole = try gradient(recipe(), step)
      #expect(try gradient(exact, step) == whole, "step \(step)")
      let half = try gradient(perturbed, step)
      #expect(whole.indices.allSatisfy { whole[$0] == (clean[$0] + half[$0]) / 2 })
    }
    let approximate = try made(without: [], multiplier: truncated)
    #expect(try gradient(approximate, 0) != gradient(exact, 0))
  }

  /// Chips whose sums are all 0.
  private struct Dead: CapturingChips {
    func array(seed: UInt64, step: Int) -> @Sendable (ArrayProduct) -> [Int32] {
      { [Int32](repeating: 0, count: $0.m * $0.n) }
    }
  }

  @Test("products are captured by the chips of the drawn point, if it has any")
  func chips() throws {
    let none = HardwareErrors()
    let recipe = PAS(
      integers,
      drawing: [TrainingPoint(errors: none, chips: Dead()), TrainingPoint(errors: none)])
    let captured = Self.steps.map { recipe.drawn(batch($0)).point.chips != nil }
    #expect(Set(captured).count == 2)
    let (dead, exact) = (PAS(integers, errors: none, chips: Dead()), PAS(integers, errors: none))
    #expect(try gradient(dead, 0) != gradient(exact, 0))
    for step in Self.steps {
      #expect(try gradient(recipe, step) == gradient(captured[step] ? dead : exact, step))
    }
  }

  @Test("the recipe is made with its points, and none of them errs late where chips capture")
  func made() {
    for drawsTiming in [true, false] {
      let made =
        TrainingMethod.axtrain.gradientMethod(
          MethodSettingsTests.settings, integers: integers, errors: HardwareErrors(),
          drawsTiming: drawsTiming,
          drawnPoints: Self.errors.map { TrainingPoint(errors: $0, chips: Dead()) }) as? PAS
      #expect(
        made?.points.map(\.errors)
          == (drawsTiming ? Self.errors : Self.errors.map { $0.replacingTiming(.none) }))
      #expect(made?.points.allSatisfy { $0.chips is Dead } == true && made?.drawnRates == nil)
    }
    #expect(TrainingMethod.allCases.filter(\.usesRateFactor) == [.pas, .actPAS])
  }
}
