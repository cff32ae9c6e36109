import Datasets
import ErrorTables
import Files
import Networks
import QuantizedNetworks
import TestSupport
import Testing

@testable import Training

@Suite("Methods by their settings") struct MethodSettingsTests {
  static let settings = MethodSettings(
    actStrength: 7, drawnRates: 0.02...0.1, sharpnessRadius: 0.3, gradientWindow: .words(5))

  @Test("each method is made with its own settings")
  func made() throws {
    let errors = HardwareErrors(weightBitErrorRate: 0.03, activationBitErrorRate: 0.04)
    let integers = PASTests.integers(try Dataset.digits().selecting(Array(0..<20)))
    func made(_ method: TrainingMethod) -> any GradientMethod {
      method.gradientMethod(Self.settings, integers: integers, errors: errors)
    }
    #expect(made(.conventional) is Conventional && made(.weightClipping) is Conventional)
    #expect(made(.quantizationAware) is QuantizationAware)
    #expect((made(.sharpnessAware) as? SharpnessAware)?.radius == 0.3)
    let act = try #require(made(.act) as? Act)
    #expect(act.strength == 7 && act.bitErrorRate == 0.03)
    #expect(act.timing == errors.timing)
    #expect(act.penalty == .loss && MethodSettings.standard(batchSize: 32).actStrength == 32)
    var other = Self.settings
    (other.actPenalty, other.actSchedule) = (.outputs, .falling(.cosine, hold: 0.5))
    let onOutputs = TrainingMethod.act.gradientMethod(other, integers: integers, errors: errors)
    #expect((onOutputs as? Act)?.penalty == .outputs)
    #expect((onOutputs as? Act)?.schedule == .falling(.cosine, hold: 0.5))
    #expect(MethodSettings.standard(batchSize: 32, actPenalty: .outputs).actStrength == 0.05)
    let pas = try #require(made(.pas) as? PAS)
    #expect(pas.points.map(\.errors) == [errors] && pas.drawnRates == nil)
    let recipe = try #require(made(.axtrain) as? PAS)
    #expect(recipe.points.map(\.errors) == [errors] && recipe.drawnRates == 0.02...0.1)
    #expect(recipe.drawnActivationRates == nil)
    other.drawnActivationRates = 0.001...0.01
    let ranged = TrainingMethod.axtrain.gradientMethod(other, integers: integers, errors: errors)
    #expect((ranged as? PAS)?.drawnActivationRates == 0.001...0.01)
    #expect(made(.actPAS) is ActPAS)
    #expect((made(.differenceGradient) as? DifferenceGradient)?.window == .words(5))
    #expect((made(.twoPointNoise) as? TwoPointNoise)?.bitErrorRate == 0.03)
  }

  @Test("where chips capture products pas draws no errors of timing, and act still weighs them")
  func captured() throws {
    let late = ProductErrorModel.differences(
      DifferenceErrors(probability: 0.1, differences: [-4, 8], counts: [3, 1], outputBits: 16))
    let errors = HardwareErrors(timing: late, weightBitErrorRate: 0.03)
    let integers = PASTests.integers(try Dataset.digits().selecting(Array(0..<20)))
    for isDrawn in [true, false] {
      func made(_ method: TrainingMethod) -> any GradientMethod {
        method.gradientMethod(
          Self.settings, integers: integers, errors: errors, drawsTiming: isDrawn)
      }
      #expect((made(.act) as? Act)?.timing == late)
      #expect((made(.pas) as? PAS)?.points[0].errors.timing == (isDrawn ? late : .none))
      #expect((made(.axtrain) as? PAS)?.points[0].errors.weightBitErrorRate == 0.03)
    }
  }

  @Test("a window is a number of words or searched, and is written as it is read")
  func windows() {
    for (text, window) in [
      ("0", GradientWindow.words(0)), ("16", .words(16)), ("search", .searched),
    ] {
      #expect(GradientWindow(parsing: text) == window && window.text == text)
    }
    for text in ["", "searched", "1.5", "wide"] { #expect(GradientWindow(parsing: text) == nil) }
    var settings = Self.settings
    settings.gradientWindow = .searched
    #expect(settings.problem == nil && settings.gradientWindow.words == nil)
  }

  @Test("settings outside their ranges have a problem, those at the ends have none")
  func ranges() {
    #expect(Self.settings.problem == nil)
    let changes: [(wrong: [Double], right: [Double], set: (inout MethodSettings, Double) -> Void)] =
      [
        ([-1, 1.1e6, .nan, .infinity], [0, 1e6], { $0.actStrength = Float($1) }),
        ([0, -1, 101, .nan], [1e-5, 100], { $0.sharpnessRadius = Float($1) }),
        ([0, 1e-10], [1e-9, 0.1], { $0.drawnRates = $1...0.2 }),
        ([0.51, 1], [0.5], { $0.drawnRates = 0.1...$1 }),
        ([0, 1e-10], [1e-9, 0.1], { $0.drawnActivationRates = $1...0.2 }),
        ([0.51, 1], [0.5], { $0.drawnActivationRates = 0.1...$1 }),
        ([-1, 128], [0, 127], { $0.gradientWindow = .words(Int($1)) }),
      ]
    for (index, change) in changes.enumerated() {
      for (values, isWrong) in [(change.wrong, true), (change.right, false)] {
        for value in values {
          var settings = Self.settings
          change.set(&settings, value)
          #expect((settings.problem != nil) == isWrong, "\(index): \(value)")
        }
      }
    }
  }

  @Test("what is asked of a method is what it does")
  func properties() throws {
    let integers = PASTests.integers(try Dataset.digits().selecting(Array(0..<20)))
    for method in TrainingMethod.allCases where method.trainsAlone {
      let made = method.gradientMethod(Self.settings, integers: integers, errors: HardwareErrors())
      #expect(method.usesPenalty == (made is Act || made is ActPAS), "\(method)")
      #expect(
        method.usesProducts
          == (made is QuantizationAware || made is DifferenceGradient || made is PAS
            || made is ActPAS),
        "\(method)")
      #expect(method.drawsErrors == (made is PAS || made is ActPAS), "\(method)")
      #expect(method.usesTimingErrors == (method.drawsErrors || made is Act), "\(method)")
      #expect(
        method.usesErrors == ((made is PAS && method != .axtrain) || method.usesWeightNoise),
        "\(method)")
    }
  }

  @Test("a folder's training begins with the network that it is given")
  func start() throws {
    let folder = try TemporaryFolder()
    let topology = try NetworkTrainerTests.topology()
    let trainer = try NetworkTrainerTests.trainer(
      NetworkTrainerTests.settings, topology: topology, seed: 1, count: 60)
    let start = Network(topology: topology, seed: 9)
    var first: Network?
    let training = TrainingFolder(
      path: folder.path, trainer: trainer, origin: [],
      method: [("method", "pas"), ("start_sha256", "abc")], start: start)
    _ = try training.run { first = first ?? $0.network }
    #expect(first == trainer.start(from: start).network)
    let record = try InputFile.text(of: folder.file("training.yaml"))
    #expect(record.contains("\nmethod: pas\nstart_sha256: abc\nepochs: "))
  }
}
