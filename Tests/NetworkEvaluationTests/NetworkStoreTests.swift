import ConcurrentWork
import Datasets
import ErrorTables
import Files
import Networks
import QuantizedNetworks
import Synchronization
import Testing
import Training

@testable import NetworkEvaluation

@Suite("Stored networks") struct NetworkStoreTests {
  private static let start = Network(topology: .perceptron([4, 3]), seed: 1)

  private static func data(_ name: String = "data", labels: [UInt8] = [0, 1]) -> Dataset {
    Dataset(
      name: name, features: [1, 2, 3, 4, 5, 6, 7, 8], featureCount: 4, featureMaximum: 8,
      labels: labels, classCount: 3)
  }

  /// In memory, with what is kept under each key.
  private final class Kept: Sendable {
    private let bytes = Mutex<[String: [UInt8]]>([:])

    var count: Int { bytes.withLock { $0.count } }

    func store(build: String = "1", _ data: Dataset = data()) -> NetworkStore {
      NetworkStore(
        build: build, training: data,
        cache: ArtifactCache(
          load: { key in self.bytes.withLock { $0[key] } },
          store: { key, _, payload in self.bytes.withLock { $0[key] = payload } }))
    }
  }

  @Test("threads that ask for the same network train it once, and the next run finds its bits")
  func once() throws {
    let kept = Kept()
    let trained = Network(topology: Self.start.topology, seed: 2)
    let store = kept.store()
    let trainings = Mutex(0)
    let networks = try runConcurrently(jobs: 4, items: Array(0..<12)) { item in
      try store.network("\(item % 2)", like: Self.start) {
        trainings.withLock { $0 += 1 }
        return trained
      }
    }
    #expect(networks.allSatisfy { $0 == trained })
    #expect(trainings.withLock { $0 } == 2)
    #expect(store.counts == NetworkStore.Counts(trained: 2, reused: 0))
    let next = kept.store()
    #expect(try next.network("1", like: Self.start) { Self.start } == trained)
    #expect(next.counts == NetworkStore.Counts(trained: 0, reused: 1))
  }

  @Test(
    "a training that diverges leaves nothing, and what a store fails with is no failed training")
  func failures() throws {
    let (kept, diverged) = (Kept(), InputError(.badData, "diverges"))
    let store = kept.store()
    for _ in 0..<2 {
      #expect(throws: diverged) { try store.network("a", like: Self.start) { throw diverged } }
    }
    #expect(kept.count == 0 && store.counts == NetworkStore.Counts(trained: 0, reused: 0))
    let broken = NetworkStore(
      build: "1", training: Self.data(),
      cache: ArtifactCache(load: { _ in throw diverged }, store: { _, _, _ in }))
    #expect(throws: ArtifactCache.Failure.self) {
      try broken.network("a", like: Self.start) { Self.start }
    }
  }

  @Test("a window is searched once for its network, and the next run finds it")
  func windows() throws {
    let (kept, failure) = (Kept(), InputError(.badData, "diverges"))
    let store = kept.store()
    #expect(throws: failure) { try store.gradientWindow("a") { throw failure } }
    #expect(try store.gradientWindow("a") { 127 } == 127)
    #expect(try store.gradientWindow("a") { throw failure } == 127)
    #expect(try store.gradientWindow("b") { 0 } == 0)
    #expect(try kept.store().gradientWindow("a") { throw failure } == 127)
    // It is no network, and is under another key than that.
    #expect(store.counts == NetworkStore.Counts(trained: 0, reused: 0))
    #expect(try store.network("a", like: Self.start) { Self.start } == Self.start)
  }

  @Test("keys follow from the program and the data's bytes, whatever the data are called")
  func shared() {
    let kept = Kept()
    let key = kept.store().key(of: [:])
    #expect(key == kept.store(Self.data("other")).key(of: [:]))
    #expect(key != kept.store(build: "2").key(of: [:]))
    #expect(key != kept.store(Self.data(labels: [0, 2])).key(of: [:]))
    #expect(key != kept.store().key(of: ["seed": .text("1")]))
  }

  @Test(
    "names of networks, models of errors that do not occur and other methods' settings are left out"
  )
  func identities() throws {
    let layers: [LayerSpec] = [.dense(outputs: 3, hasBias: true)]
    func topology(_ name: String, inputs: Int = 4) throws -> JSONValue {
      try NetworkTopology(name: name, input: FeatureShape(channels: inputs), layers: layers)
        .identity
    }
    #expect(try topology("a") == topology("-"))
    #expect(try topology("a") != topology("a", inputs: 5))

    let none = HardwareErrors().identity
    let silent = ProductErrorModel.differences(
      DifferenceErrors(probability: 0, differences: [], counts: [], outputBits: 16))
    let coded = BufferFaultModel(protection: .wordMasking)
    #expect(HardwareErrors(timing: silent, weightFaults: coded).identity == none)
    let rate = HardwareErrors(weightBitErrorRate: 0.1)
    #expect(rate.identity != none)
    #expect(
      rate.identity != HardwareErrors(weightBitErrorRate: 0.1, activationFaults: coded).identity)
    func differences(_ counts: [Int]) -> JSONValue {
      HardwareErrors(
        timing: .differences(
          DifferenceErrors(probability: 0.1, differences: [1, 2], counts: counts, outputBits: 16))
      ).identity
    }
    #expect(differences([1, 1]) == differences([2, 2]))
    #expect(differences([1, 1]) != differences([1, 2]))

    var settings = MethodSettings.standard(batchSize: 32)
    let before = settings
    settings.actStrength = 5
    for method in TrainingMethod.allCases {
      let isSame = settings.identity(of: method) == before.identity(of: method)
      #expect(isSame == !method.usesPenalty, "\(method)")
    }
    #expect(
      JSONValue.object(settings.identity(of: .axtrain)).canonicalText
        == #"{"drawn_activation_rates":[0.01,0.2],"drawn_rates":[0.01,0.2]}"#)
    #expect(settings.identity(of: .axtrain, drawsSupplies: true).isEmpty)
  }

  @Test("the recipe without what a step draws or follows is another training, the whole the same")
  func ingredients() {
    let settings = MethodSettings.standard(batchSize: 32)
    let rates = JSONValue.array([.real(0.01), .real(0.2)])
    let whole: [String: JSONValue] = ["drawn_rates": rates, "drawn_activation_rates": rates]
    #expect(settings.identity(of: .axtrain) == whole)
    for ingredient in RecipeIngredient.allCases {
      let identity = settings.leavingOut(ingredient).identity(of: .axtrain)
      switch ingredient {
      case .drawnRates: #expect(identity.isEmpty)
      case .cleanPass: #expect(identity == whole.merging(["clean_pass": .flag(false)]) { $1 })
      // Those of the start, of the training's settings and of the products.
      case .clipping, .logitScale, .averaging, .products: #expect(identity == whole)
      }
      // Drawn supplies stand beside the method, with their errors.
      #expect(
        settings.leavingOut(ingredient).identity(of: .axtrain, drawsSupplies: true)
          == (ingredient == .cleanPass ? ["clean_pass": .flag(false)] : [:]))
      for method in TrainingMethod.allCases where method != .axtrain {
        #expect(
          settings.leavingOut(ingredient).identity(of: method) == settings.identity(of: method))
      }
    }
  }

  @Test("a multiplier is its products")
  func products() throws {
    let exact = EncodedMultiplier.exact(.offset)
    let made = try EncodedMultiplier(
      table: .exact(widthA: 8, widthB: 8), signs: .unsigned, encoding: .offset)
    #expect(exact.identity == made.identity)
    #expect(exact.identity != EncodedMultiplier.exact(.signMagnitude).identity)
  }
}
