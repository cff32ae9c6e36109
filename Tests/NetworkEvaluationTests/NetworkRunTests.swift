import Datasets
import ErrorTables
import NetworkEvaluation
import Networks
import Quantities
import QuantizedNetworks
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("Networks on the array, batch by batch")
struct NetworkRunTests {
  private let test: Dataset
  private let topology: NetworkTopology
  private let network: IntegerNetwork

  init() throws {
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 1)
    self.test = test
    topology = try TrainedNetworks.residuals()
    network = try TrainedNetworks.quantized(topology, training: training, test: test, epochs: 1)
  }

  private static func spec(
    _ dataflow: Dataflow, _ overflow: AccumulatorOverflow, bits: Int
  ) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: 5, columns: 7, dataflow: dataflow,
      accumulator: AccumulatorSpec(width: bits, overflow: overflow), bankVectors: 9,
      weightBufferWords: 4096, activationBufferWords: 4096, guardBand: 1,
      nominalSupply: Voltage(1))
  }

  @Test(
    "both levels give the same logits to the last bit, whatever the batches and threads",
    arguments: Dataflow.allCases, [(AccumulatorOverflow.wrap, 32), (.wrap, 15), (.saturate, 15)])
  func levels(dataflow: Dataflow, accumulator: (AccumulatorOverflow, Int)) throws {
    let spec = Self.spec(dataflow, accumulator.0, bits: accumulator.1)
    let images = 10
    let words = Array(network.words(of: test).prefix(images * 64))
    func run(_ level: NetworkRun.Level, batch: Int, threads: Int) throws -> NetworkRun {
      try NetworkRun(
        of: network, words: words, images: images, batch: batch,
        multiplier: ArrayInferenceTests.approximate(), on: spec, level: level,
        work: ChunkedWork(threads: threads))
    }
    let closed = try run(.closedForm, batch: 4, threads: 1)
    #expect(closed.images == images && closed.registerBitToggles == nil)
    let stepped = try run(.register, batch: 4, threads: 1)
    #expect(stepped.logits == closed.logits)
    // Sums of each layer with weights, over all images.
    let overflows = try #require(closed.overflows)
    #expect(
      overflows.map(\.sums)
        == network.linears.map { images * $0.output.positions * $0.output.channels })
    #expect(overflows.contains { $0.overflowed > 0 } == (accumulator.1 == 15))
    #expect(stepped.overflows == overflows)
    #expect(try #require(stepped.registerBitToggles) > 0)
    #expect(
      try run(.register, batch: 4, threads: 2).registerBitToggles == stepped.registerBitToggles)
    for batch in [1, 3, 64] {
      #expect(try run(.register, batch: batch, threads: 2).logits == closed.logits)
    }
    // Narrow accumulators are felt, so that their order of additions is tested.
    let wide = try NetworkRun(
      of: network, words: words, images: images, batch: 4,
      multiplier: ArrayInferenceTests.approximate(),
      on: Self.spec(dataflow, .wrap, bits: 32), level: .closedForm, work: .serial)
    #expect((wide.logits == closed.logits) == (accumulator.1 == 32))
  }

  @Test("both levels add products with a sign in one order, where sums saturate or wrap")
  func signedSums() throws {
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 1)
    let words = QuantizationSpec(encoding: .signMagnitude)
    let network = try TrainedNetworks.quantized(
      topology, training: training, test: test, epochs: 1, spec: words)
    for overflow in AccumulatorOverflow.allCases {
      var other = AcceleratorSpec.Overrides(bankVectors: 9)
      other.encoding = .signMagnitude
      let spec = Self.spec(.weightStationary, overflow, bits: 14).overriding(other)
      let runs = try [NetworkRun.Level.closedForm, .register].map { level in
        try NetworkRun(
          of: network, words: Array(network.words(of: test).prefix(6 * 64)), images: 6, batch: 4,
          multiplier: .exact(words), on: spec, level: level, work: .serial)
      }
      #expect(runs[0].logits == runs[1].logits && runs[0].overflows == runs[1].overflows)
      #expect(try #require(runs[0].overflows).contains { $0.overflowed > 0 })
    }
  }

  @Test(
    "an array that waits for DRAM and banks gives the same logits, and waits as its closed form",
    arguments: Dataflow.allCases)
  func waiting(dataflow: Dataflow) throws {
    var other = AcceleratorSpec.Overrides()
    other.dramBitsPerCycle = 24
    other.ports.weights.banks = 3
    other.ports.activations = BufferPorts(banks: 2, ports: 2, wordBits: 16)
    let spec = Self.spec(dataflow, .wrap, bits: 32)
    let words = Array(network.words(of: test).prefix(5 * 64))
    func logits(_ spec: AcceleratorSpec) throws -> [Int32] {
      // A run whose registers wait otherwise than the closed form throws.
      try NetworkRun(
        of: network, words: words, images: 5, batch: 3,
        multiplier: ArrayInferenceTests.approximate(), on: spec, level: .register, work: .serial
      ).logits
    }
    #expect(try logits(spec.overriding(other)) == logits(spec))
    let layers = try AnalyticalModel(spec: spec.overriding(other)).estimates(
      of: topology, images: 5, batch: 3, .physical)
    #expect(layers.contains { $0.stalls.dramCycles > 0 })
    #expect(layers.contains { $0.stalls.bankCycles > 0 })
  }

  @Test("with a vector unit all reads of a network's steps are counted, as sweeps count them")
  func vectorUnit() throws {
    var other = AcceleratorSpec.Overrides()
    other.vectorLanes = 3
    let model = AnalyticalModel(
      spec: Self.spec(.weightStationary, .wrap, bits: 32).overriding(other))
    let layers = try model.estimates(of: topology, images: 4, batch: 4, .physical)
    let counts = layers.reduce(into: AccessCounts()) { $0 += $1.counts }
    let closed = model.counts(of: network, images: 4)
    #expect(counts.activationBitsRead == closed.activationBitsRead)
    #expect(counts.vectorOperations == closed.vectorOperations && closed.vectorOperations > 0)
    #expect(counts.cycles == closed.cycles)
    let without = AnalyticalModel(spec: Self.spec(.weightStationary, .wrap, bits: 32))
    #expect(without.counts(of: network, images: 4).vectorOperations == 0)
    let beside = layers.filter { !$0.isOnArray }
    #expect(beside.count > 1 && beside.contains { $0.counts.requantizations > 0 })
    #expect(
      layers.filter(\.isOnArray).map(\.counts.cycles)
        == (try topology.gemms(batch: 4).map { try model.estimate($0, .physical).counts.cycles }))
    #expect(
      try model.estimates(of: topology, images: 4, batch: 4, .scalesim).allSatisfy(\.isOnArray))
  }

  @Test("whole batches and a smaller last one are counted layer by layer")
  func batches() throws {
    let model = AnalyticalModel(spec: Self.spec(.weightStationary, .wrap, bits: 32))
    func counts(_ layers: [LayerEstimate]) -> AccessCounts {
      layers.reduce(into: AccessCounts()) { $0 += $1.counts }
    }
    let layers = try model.estimates(of: topology, images: 11, batch: 4, .physical)
    var byHand = counts(try topology.gemms(batch: 4).map { try model.estimate($0, .physical) })
    byHand += byHand
    byHand += counts(try topology.gemms(batch: 3).map { try model.estimate($0, .physical) })
    #expect(counts(layers) == byHand)
    #expect(byHand.multiplications == 11 * network.multiplyAccumulates)
    #expect(Set(layers.map(\.layer.name)).count == layers.count)
    let whole = try model.estimates(of: topology, images: 8, batch: 4, .physical)
    #expect(whole.count == layers.count / 2)
    #expect(
      try model.estimates(of: topology, images: 2, batch: 64, .physical).map(\.layer)
        == topology.gemms(batch: 2))
  }
}

extension NetworkRunTests {
  @Test(
    "a batch that passes in parts has the logits, cycles, changes and stalls of the whole",
    arguments: [
      // Tiles of 9 vectors, 5 rows or 7 columns: parts of 63, 60 and 63 images.
      (Dataflow.weightStationary, 9, nil as Int?, 63), (.weightStationary, 9, 24, 63),
      (.outputStationary, 9, nil, 60), (.outputStationary, 9, 24, 60),
      (.inputStationary, 64, nil, 63),
      (.inputStationary, 64, 24, 63),
      // Weights that stream in tiles: all at once.
      (.inputStationary, 4, nil, 150),
    ])
  func parts(dataflow: Dataflow, bankVectors: Int, dramBits: Int?, size: Int) throws {
    var other = AcceleratorSpec.Overrides(bankVectors: bankVectors)
    other.dramBitsPerCycle = dramBits
    if dramBits != nil { other.ports.weights.banks = 3 }
    let spec = Self.spec(dataflow, .wrap, bits: 32).overriding(other)
    let (images, features) = (150, 64)
    #expect(ProductParts.images(of: images, network, on: spec) == size)
    let words = Array(network.words(of: test).prefix(images * features))
    let multiplier = try ArrayInferenceTests.approximate()
    let hardware = InferenceHardware(accumulator: spec.accumulator)
    let found = ArrayInference(spec: spec, multiplier: multiplier).infer(
      network, inputs: words, images: images, on: hardware)
    // Layer by layer, all images at once.
    let array = RegisterLevelArray(spec: spec, capture: .encoded(multiplier))
    var toggles = [RegisterToggles](repeating: .init(), count: network.linears.count)
    var (cycles, stalls) = (0, 0)
    let trace = IntegerInference(network, multiplier: multiplier, hardware: hardware).trace(
      words, count: images
    ) { product in
      let (sums, counts, waits) = array.multiplyWaiting(
        activations: product.activations, weights: product.weights, shape: product.shape,
        convolution: ConvolutionGeometry(network.linears[product.layer].shape))
      toggles[product.layer] += counts.toggles
      cycles += counts.cycles
      stalls += waits.cycles
      return sums
    }
    #expect(found.logits == trace.logits)
    #expect(found.layerToggles == toggles)
    #expect(found.counts.toggles == toggles.reduce(into: .init(), +=))
    #expect(found.counts.cycles == cycles && found.stalls.cycles == stalls)
    #expect((stalls > 0) == (dramBits != nil))
  }
}
