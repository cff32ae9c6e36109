import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import Testing

@testable import Accelerators

@Suite("How often registers change")
struct RegisterActivityTests {
  @Test("words of zeros change valid bits only, as the closed form counts them")
  func validBits() {
    var stream = RandomStream(seed: 51, purpose: .test)
    for trial in 0..<60 {
      let spec = MemoryTests.spec(Dataflow.allCases[trial % 3], &stream)
      let shape = MatrixShape(
        m: Int.random(in: 1...30, using: &stream), k: Int.random(in: 1...25, using: &stream),
        n: Int.random(in: 1...20, using: &stream))
      let counts = RegisterLevelArray(
        spec: spec,
        capture: .encoded(
          .exact(.offset, activationBits: spec.operandWidth, weightBits: spec.weightWidth))
      ).multiply(
        activations: [UInt8](repeating: 0, count: shape.m * shape.k),
        weights: [UInt8](repeating: 0, count: shape.k * shape.n), shape: shape
      ).counts
      let model = AnalyticalModel(spec: spec)
      #expect(counts.toggles == model.validToggles(shape), "\(shape) \(spec)")
      let activity = RegisterActivity(of: counts, [shape], on: model)
      #expect(activity.data == 0 && activity.links == 0)
    }
  }

  private static func spec(
    bankVectors: Int, _ dataflow: Dataflow = .weightStationary
  ) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: 8, columns: 8, dataflow: dataflow, pipelineRegisters: 1,
      accumulator: AccumulatorSpec(width: 24, overflow: .wrap), bankVectors: bankVectors,
      weightBufferWords: 4096, activationBufferWords: 4096, guardBand: 1,
      nominalSupply: Voltage(1))
  }

  /// Uniform words of a stream of the activity's.
  private static func words(_ count: Int, seed: UInt64, index: UInt64) -> [UInt8] {
    var stream = RandomStream(seed: seed, purpose: .stimulus, index: index)
    return (0..<count).map { _ in UInt8(stream.nextWord() >> 24) }
  }

  /// - Parameter limit: element-cycles of a product that is stepped as a whole.
  private static func toggles(
    _ shape: MatrixShape, _ spec: AcceleratorSpec, seed: UInt64, words: UInt64,
    wholeUpTo limit: Int = 1 << 25
  ) throws -> (estimated: RegisterToggles, counted: RegisterToggles) {
    let model = AnalyticalModel(spec: spec)
    let layer = try GEMM(name: "layer", m: shape.m, k: shape.k, n: shape.n)
    let sample = RegisterActivity.sample(of: shape, on: spec, wholeUpTo: limit)
    #expect((sample.shape == shape) == (seed == words), "a part of other words, or the whole")
    let activity = RegisterActivity(
      uniform: sample, products: .encoded(.exact(.offset, activationBits: 8, weightBits: 8)),
      seed: seed)
    let counts = RegisterLevelArray(spec: spec, capture: .settled(.exact(widthA: 8, widthB: 8)))
      .multiply(
        activations: Self.words(shape.m * shape.k, seed: words, index: 1),
        weights: Self.words(shape.k * shape.n, seed: words, index: 2), shape: shape
      ).counts
    return (
      model.toggles(of: try model.estimate(layer, .physical), at: activity), counts.toggles
    )
  }

  private static func expectNear(
    _ found: (estimated: RegisterToggles, counted: RegisterToggles), all: Double, links: Double
  ) {
    func error(_ bits: KeyPath<RegisterToggles, Int>) -> Double {
      abs(Double(found.estimated[keyPath: bits]) / Double(found.counted[keyPath: bits]) - 1)
    }
    #expect(error(\.all) < all && error(\.links) < links, "\(found)")
  }

  @Test("where the part is the whole, the estimate is what the registers count")
  func whole() throws {
    let spec = Self.spec(bankVectors: 16)
    let shape = MatrixShape(m: 16, k: 29, n: 15)
    #expect(RegisterActivity.sample(of: shape, on: spec).shape == shape)
    let (estimated, counted) = try Self.toggles(shape, spec, seed: 7, words: 7)
    #expect(estimated == counted)
  }

  @Test(
    "so too where activations or sums stay; within 3 % where one column is all that follows the first fold, links within 5 %",
    arguments: [
      (Dataflow.inputStationary, 200, 200, 90), (.inputStationary, 9, 2000, 64),
      (.inputStationary, 90, 700, 40),
      (.inputStationary, 64, 33, 500), (.outputStationary, 64, 300, 90),
      (.outputStationary, 90, 5000, 5), (.outputStationary, 30, 40, 64),
    ])
  func partOfOthers(dataflow: Dataflow, m: Int, k: Int, n: Int) throws {
    let found = try Self.toggles(
      MatrixShape(m: m, k: k, n: n), Self.spec(bankVectors: 32, dataflow), seed: 1, words: 9,
      wholeUpTo: 1 << 17)
    let bound = dataflow == .inputStationary && m == 9 ? 0.03 : 0.02
    Self.expectNear(found, all: bound, links: 0.05)
    let small = MatrixShape(m: 7, k: 29, n: 15)
    let whole = try Self.toggles(small, Self.spec(bankVectors: 32, dataflow), seed: 7, words: 7)
    #expect(whole.estimated == whole.counted)
  }

  @Test(
    "a part's rate is the whole product's within 2 %, that of links within 5 %, of other words",
    arguments: [
      (200, 200, 90, 64), (64, 33, 60, 500), (500, 64, 20, 500), (90, 700, 40, 32),
      (20, 2000, 9, 32),
    ])
  func part(m: Int, k: Int, n: Int, bankVectors: Int) throws {
    let found = try Self.toggles(
      MatrixShape(m: m, k: k, n: n), Self.spec(bankVectors: bankVectors), seed: 1, words: 9,
      wholeUpTo: 1 << 17)
    Self.expectNear(found, all: 0.02, links: 0.05)
  }

  @Test(
    "a bank of many vectors, long and wide arrays: how seldom weights are loaded is in the rate",
    arguments: [
      (Dataflow.weightStationary, 256, 16, 4096, 2048, 512, 64),
      (.weightStationary, 128, 16, 4096, 8192, 256, 32),
      (.weightStationary, 128, 128, 256, 1024, 128, 128),
      (.inputStationary, 256, 16, 4096, 64, 512, 2048),
      (.outputStationary, 64, 64, 32, 128, 2048, 256),
    ])
  func largeArrays(
    dataflow: Dataflow, rows: Int, columns: Int, bankVectors: Int, m: Int, k: Int, n: Int
  ) throws {
    let spec = AcceleratorSpec(
      name: "large", rows: rows, columns: columns, dataflow: dataflow,
      accumulator: AccumulatorSpec(width: 24, overflow: .wrap), bankVectors: bankVectors,
      weightBufferWords: 1 << 24, activationBufferWords: 1 << 24, guardBand: 1,
      nominalSupply: Voltage(1))
    let found = try Self.toggles(MatrixShape(m: m, k: k, n: n), spec, seed: 1, words: 9)
    Self.expectNear(found, all: 0.01, links: 0.015)
  }
}
