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
import Randomness
import TableArithmetic
import Technology
import TestSupport
import Testing
import Training

@Suite("Fidelities of the same operation", .serialized)
struct FidelityTests {
  let spec: AcceleratorSpec
  let vectors = 40
  /// Operands of both layers of a trained network.
  let products: [ArrayProduct]
  let multiplier: StationaryMultiplier
  let table = ProductTable.exact(widthA: 8, widthB: 8)
  let dies: [Int]
  /// Of two dies at 0.45 V, in steps; the longest path of the typical one has 128.
  let delays: [[Int32]]

  init() throws {
    spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 1)
    let network = try TrainedNetworks.quantized(
      .perceptron([64, 32, 10]), training: training, test: test, epochs: 2)
    let inference = IntegerInference(network, multiplier: .exact(.offset))
    let trace = inference.trace(
      Array(network.words(of: test).prefix(vectors * 64)), count: vectors)
    products = (0..<2).flatMap { [vectors] in
      inference.products(of: trace, layer: $0, images: vectors)
    }
    let netlist = MultiplierFamily.exact(.dadda).netlist(width: 8)
    let ports = try MultiplierPorts(binding: netlist, file: netlist.name)
    multiplier = StationaryMultiplier(netlist, ports: ports)
    dies = ElementTables.dies(elements: spec.processingElements, variants: 2, chipSeed: 3)
    delays = try Self.delays(of: netlist)
  }

  private static func delays(of netlist: Netlist) throws -> [[Int32]] {
    let technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    let source = try DieDelays(netlist, technology: technology, supply: Voltage(0.45))
    let grid = TimeGrid(
      criticalPath: StaticTiming(netlist: netlist, delays: source.typical).criticalPathDelay,
      steps: 128)
    return (0..<2).map { grid.delays(source.die($0, seed: 1)) }
  }

  private func gate(_ captureStep: Int32, _ pulses: PulseRule) -> GateArray {
    GateArray(
      spec: spec, settled: TableMatrixMultiplication(table: table), multiplier: multiplier,
      delays: dies.map { delays[$0] },
      captureStep: captureStep, pulses: pulses)
  }

  private func elements(_ captureStep: Int32, _ pulses: PulseRule) throws -> ElementTables {
    ElementTables(
      dies: DieTables(
        tables: try delays.map {
          try multiplier.table(delays: $0, captureStep: captureStep, pulses: pulses, jobs: 2)
        }, settled: table), dieOfElement: dies)
  }

  private func array(_ elements: ElementTables) -> TransitionArray {
    TransitionArray(
      spec: spec, dies: DieErrors(elements.dies), dieOfElement: elements.dieOfElement)
  }

  @Test(
    "on a trained network's operands transition, gate and the register level give the same sums, bit for bit"
  )
  func transitionIsGate() throws {
    let elements = try elements(100, .inertial)
    let (transition, gate) = (
      array(elements),
      gate(100, .inertial)
    )
    let registers = WeightStationaryArray(spec: spec, elements: elements)
    for product in products {
      let looked = transition.multiply(
        activations: product.activations, weights: product.weights, shape: product.shape)
      let simulated = gate.multiply(
        activations: product.activations, weights: product.weights, shape: product.shape)
      #expect(looked.accumulators == simulated.accumulators)
      #expect(looked.errors == simulated.errors)
      #expect(looked.errors.errors > 0)
      #expect(
        registers.multiply(
          activations: product.activations, weights: product.weights, shape: product.shape
        ).sums
          == looked.accumulators)
    }
  }

  @Test("with a clock period without end transition and gate give the settled products")
  func infiniteClock() throws {
    let transitions = try PulseRule.allCases.map { array(try elements(1 << 24, $0)) }
    let settled = TableMatrixMultiplication(table: table)
    for product in products {
      let functional = settled.multiply(
        activations: product.activations, weights: product.weights, m: product.m, k: product.k,
        n: product.n,
        accumulator: spec.accumulator)
      for transition in transitions {
        let looked = transition.multiply(
          activations: product.activations, weights: product.weights, shape: product.shape)
        #expect(looked.accumulators == functional && looked.errors.errors == 0)
      }
      for pulses in PulseRule.allCases {
        let simulated = gate(1 << 24, pulses).multiply(
          activations: product.activations, weights: product.weights, shape: product.shape)
        #expect(simulated.accumulators == functional && simulated.errors.errors == 0)
      }
    }
  }

  @Test(
    "words of six bits: transition is gate, and the gates' products are the event-driven simulator's"
  )
  func narrow() throws {
    let netlist = MultiplierFamily.exact(.dadda).netlist(width: 6)
    let narrow = StationaryMultiplier(
      netlist, ports: try MultiplierPorts(binding: netlist, file: netlist.name))
    let delays = try Self.delays(of: netlist)
    let settled = ProductTable.exact(widthA: 6, widthB: 6).ofBytes
    let captureStep: Int32 = 90
    let gate = GateArray(
      spec: spec, settled: TableMatrixMultiplication(table: settled), multiplier: narrow,
      delays: dies.map { delays[$0] }, captureStep: captureStep, pulses: .inertial)
    let errors = try DieErrors(dies: 2, settled: settled) {
      try narrow.table(
        delays: delays[$0], captureStep: captureStep, pulses: .inertial, jobs: 2)
    }
    let transition = TransitionArray(spec: spec, dies: errors, dieOfElement: dies)
    // As many vectors as transitions are looked for one by one, and more.
    for vectors in [40, 600] {
      let shape = MatrixShape(m: vectors, k: 20, n: 18)
      var stream = RandomStream(seed: UInt64(vectors), purpose: .test)
      func words(_ count: Int) -> [UInt8] {
        // Bits above the operand, as a faulty buffer may give, reach no gate.
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &stream) }
      }
      let (activations, weights) = (words(shape.m * shape.k), words(shape.k * shape.n))
      let looked = transition.multiply(activations: activations, weights: weights, shape: shape)
      let narrowed = transition.multiply(
        activations: activations.map { $0 & 63 }, weights: weights.map { $0 & 63 }, shape: shape)
      #expect(looked.accumulators == narrowed.accumulators)
      let simulated = gate.multiply(activations: activations, weights: weights, shape: shape)
      #expect(looked.accumulators == simulated.accumulators)
      #expect(looked.errors == simulated.errors && looked.errors.errors > 0)
    }
    for (held, moving) in [(5, [0, 63, 1, 42]), (63, [63, 0, 63, 21])] {
      let words = moving.map { narrow.word(moving: $0, stationary: held) }
      let run = EventDrivenSimulator(netlist: netlist).run(
        previous: Array(words.dropLast()), current: Array(words.dropFirst()),
        delays: delays[0].map(Int64.init), captureTimes: [Int64(captureStep)])
      var (lanes, captured) = ([Int32](repeating: 0, count: 3), [UInt32](repeating: 0, count: 3))
      var stream = OperandTransitions()
      stream.take(
        previous: moving.dropLast().map(UInt8.init), current: moving.dropFirst().map(UInt8.init))
      let count = lanes.withUnsafeMutableBufferPointer { lanes in
        captured.withUnsafeMutableBufferPointer {
          errors.capture(die: 0, held: UInt8(held), &stream, lanes: lanes, products: $0)
        }
      }
      var seen = run.settled.map { UInt32($0) }
      for index in 0..<count { seen[Int(lanes[index])] = captured[index] }
      #expect(seen == run.captured[0].map { UInt32($0) })
    }
  }
}
