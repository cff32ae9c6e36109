import Accelerators
import Characterization
import Datasets
import ErrorTables
import LogicSimulation
import Netlists
import NetworkEvaluation
import Networks
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology
import TestSupport
import Testing

@Suite("A chip of any dataflow whose products are late", .serialized)
struct SimulatedChipTests {
  private let technology: TechnologyNode
  private let multiplier: ModelMultiplier
  private let network: IntegerNetwork
  private let words: [UInt8]
  private let images = 7
  private let adder = AdderFamily.koggeStone.netlist(width: 24)

  init() throws {
    technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    multiplier = try ModelMultiplier(
      contentsOf: Repository.path("HardwareSpecs/Multipliers/mul8u_exact_dadda.v"),
      cells: LibertyReader.library(contentsOf: Repository.path("HardwareSpecs/Cells/ptm45.lib")),
      sign: .automatic, spec: QuantizationSpec())
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 1)
    network = try TrainedNetworks.quantized(
      .perceptron([64, 6, 10]), training: training, test: test, epochs: 1)
    words = Array(network.words(of: test).prefix(images * 64))
  }

  private static func spec(_ dataflow: Dataflow, nominal: Double) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: 3, columns: 4, dataflow: dataflow,
      accumulator: AccumulatorSpec(width: 24, overflow: .wrap), bankVectors: 4,
      weightBufferWords: 4096, activationBufferWords: 4096, guardBand: 1,
      nominalSupply: Voltage(nominal))
  }

  private var point: GateLevelCosts.Point {
    GateLevelCosts.Point(
      technology: technology, file: "t.yaml", supply: Voltage(0.45), memorySupply: Voltage(0.6),
      clock: .fixed, transitions: 160, seed: 5)
  }

  private func chip(
    _ dataflow: Dataflow, _ fidelity: SimulatedChip.Fidelity, nominal: Double
  ) throws -> SimulatedChip {
    try SimulatedChip(
      Self.spec(dataflow, nominal: nominal), multiplier: multiplier, adder: adder, at: point,
      fidelity: fidelity, dies: 1, seed: 3, jobs: 2)
  }

  /// What an element's register takes, of one transition by events.
  private struct Captures {
    let simulator: EventDrivenSimulator
    let delays: [[Int64]]
    let step: Int64

    /// - Parameter dies: of each element.
    init(_ netlist: Netlist, _ technology: TechnologyNode, period: Delay, dies: [Die]) throws {
      simulator = EventDrivenSimulator(netlist: netlist)
      let source = try DieDelays(netlist, technology: technology, supply: Voltage(0.45))
      let path = StaticTiming(netlist: netlist, delays: source.typical).criticalPathDelay
      let grid = TimeGrid(criticalPath: path, steps: 128)
      delays = dies.map { grid.delays(source.delays(of: $0)).map { Int64($0) } }
      step = Int64(grid.captureStep(period.value * 1e15))
    }

    /// The netlist's first operand, the activation, is in the low bits.
    func callAsFunction(
      _ element: Int, _ before: (UInt8, UInt8), _ now: (UInt8, UInt8)
    ) -> Int {
      let run = simulator.run(
        previous: [UInt64(before.0) | UInt64(before.1) << 8],
        current: [UInt64(now.0) | UInt64(now.1) << 8], delays: delays[element],
        captureTimes: [step])
      return Int(run.captured[0][0])
    }
  }

  /// The naive array's sums with these captures, and how many were wrong.
  private func naive(
    _ dataflow: Dataflow, _ product: ArrayProduct, _ captures: Captures
  ) -> (sums: [Int], wrong: Int) {
    var wrong = 0
    func see(_ element: Int, _ before: (UInt8, UInt8), _ now: (UInt8, UInt8)) -> Int {
      let captured = captures(element, before, now)
      if captured != Int(now.0) * Int(now.1) { wrong += 1 }
      return captured
    }
    let (m, k, n) = (product.m, product.k, product.n)
    let holdsWeight = dataflow == .weightStationary
    let array = NaiveArray(
      rows: 3, columns: 4, bankVectors: 4, accumulatorWidth: 24, saturates: false, heldBits: 8,
      movingBits: 8
    ) { element, before, moving, held in
      holdsWeight
        ? see(element, (before, held), (moving, held))
        : see(element, (held, before), (held, moving))
    }
    switch dataflow {
    case .weightStationary:
      let sums = array.stationary(
        held: product.weights, moving: product.activations, vectors: m, depth: k, outputs: n
      ).sums
      return (sums, wrong)
    case .inputStationary:
      let sums = array.stationary(
        held: (0..<k).flatMap { k in (0..<m).map { product.activations[$0 * product.k + k] } },
        moving: (0..<n).flatMap { n in (0..<k).map { product.weights[$0 * product.n + n] } },
        vectors: n, depth: k, outputs: m
      ).sums
      return ((0..<m).flatMap { m in (0..<n).map { sums[$0 * product.m + m] } }, wrong)
    case .outputStationary:
      let sums = array.outputStationary(
        activations: product.activations, weights: product.weights, m: m, k: k, n: n
      ) { see($0, $1, $2) }.sums
      return (sums, wrong)
    }
  }

  private func products() -> [ArrayProduct] {
    let inference = IntegerInference(network, multiplier: .exact(.offset))
    let trace = inference.trace(words, count: images)
    return (0..<2).flatMap { inference.products(of: trace, layer: $0, images: images) }
  }

  @Test(
    "each element's own die on its own operands: the naive array with every transition event by event",
    arguments: Dataflow.allCases)
  func gates(dataflow: Dataflow) throws {
    let chip = try chip(dataflow, .gate, nominal: 0.47)
    let dies = (0..<12).map { Die(seed: 3, number: 1 << 41 | UInt64($0)) }
    let captures = try Captures(
      multiplier.netlist, technology, period: chip.clockPeriod, dies: dies)
    #expect(chip.dies == 12 && chip.seed == 3)
    for product in products() {
      let (sums, wrong) = naive(dataflow, product, captures)
      let found = chip.multiply(product)
      #expect(found.accumulators.map(Int.init) == sums)
      #expect(found.errors.errors == wrong)
      #expect(found.errors.transitions == product.m * product.k * product.n)
      #expect(wrong > 20 && wrong < found.errors.transitions / 2)
    }
  }

  @Test("transitions of an array in which activations stay are looked up in a table by activation")
  func transitions() throws {
    let chip = try chip(.inputStationary, .transition, nominal: 0.49)
    let die = Die(seed: 5, number: 1 << 40)
    let captures = try Captures(
      multiplier.netlist, technology, period: chip.clockPeriod,
      dies: [Die](repeating: die, count: 12))
    for product in products() {
      let (sums, wrong) = naive(.inputStationary, product, captures)
      let found = chip.multiply(product)
      #expect(found.accumulators.map(Int.init) == sums)
      #expect(found.errors.errors == wrong && wrong > 20)
    }
    #expect(throws: (any Error).self) { try self.chip(.outputStationary, .transition, nominal: 1) }
  }

  @Test(
    "a run: with a slow clock that without errors, bit for bit; with a fast one the same on 1 and 3 threads",
    arguments: Dataflow.allCases)
  func runs(dataflow: Dataflow) throws {
    func run(_ chip: SimulatedChip?, threads: Int) throws -> NetworkRun {
      var captured: (@Sendable (ArrayProduct) -> CapturedLayer)?
      if let chip { captured = { chip.multiply($0) } }
      return try NetworkRun(
        of: network, words: words, images: images, batch: 2, multiplier: multiplier.table,
        on: Self.spec(dataflow, nominal: 0.49), level: .register, captured: captured,
        work: ChunkedWork(threads: threads))
    }
    let settled = try run(nil, threads: 2)
    #expect(settled.errors == nil)
    // The period of 0.3 V is many times that of 0.45 V.
    let slow = try run(chip(dataflow, .gate, nominal: 0.3), threads: 2)
    #expect(slow.logits == settled.logits && slow.layerToggles == settled.layerToggles)
    let errors = try #require(slow.errors)
    #expect(errors.errors == 0)
    #expect(errors.transitions == images * network.multiplyAccumulates)
    let fast = try chip(dataflow, .gate, nominal: 0.49)
    let (one, three) = (try run(fast, threads: 1), try run(fast, threads: 3))
    #expect(one.logits == three.logits && one.errors == three.errors)
    #expect(one.logits != settled.logits)
  }
}
