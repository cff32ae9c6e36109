import Accelerators
import Characterization
import Datasets
import Files
import LogicSimulation
import NetworkEvaluation
import Networks
import Quantities
import QuantizedNetworks
import Technology
import TestSupport
import Testing

extension GateLevelCostsTests {
  /// Joules of a product, event by event, on 16 dies by turns.
  private func energyByEvents(_ previous: [UInt64], _ current: [UInt64]) throws -> Double {
    let netlist = multiplier.netlist
    let delays = try DieDelays(netlist, technology: technology, supply: Voltage(0.5))
    let simulator = EventDrivenSimulator(netlist: netlist)
    var joules = 0.0
    for die in 0..<16 {
      let share = stride(from: die, to: current.count, by: 16)
      let run = simulator.run(
        previous: share.map { previous[$0] }, current: share.map { current[$0] },
        delays: delays.die(UInt64(die), seed: 1), captureTimes: [])
      for (gate, count) in zip(netlist.gates, run.toggles) {
        let name = "\(netlist.cells[gate.cell].cell).\(gate.pin)"
        joules +=
          Double(count) * (try technology.switchingEnergy(of: name, at: Voltage(0.5))).value
      }
    }
    return joules / Double(current.count)
  }

  @Test(
    "a product costs what the gates of the array's elements spend on all their operands in turn, in each dataflow"
  )
  func byEvents() throws {
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 1)
    let model = try ModelUnderTest(
      network: Network(topology: .perceptron([64, 6, 10]), seed: 3), training: training, test: test,
      ranges: .calibration(examples: 100), spec: QuantizationSpec(), file: "n", work: .serial)
    let images = 32
    let inference = IntegerInference(model.integers, multiplier: .exact(.offset))
    let trace = inference.trace(
      Array(model.words.prefix(images * test.featureCount)), count: images)
    var energies: [Double] = []
    for dataflow in Dataflow.allCases {
      var other = AcceleratorSpec.Overrides(bankVectors: 32)
      (other.rows, other.columns, other.dataflow) = (3, 4, dataflow)
      let spec = spec.overriding(other)
      // What the registers of all elements of the naive array give their multipliers.
      var (previous, current) = ([UInt64](), [UInt64]())
      func see(_ before: (UInt8, UInt8), _ now: (UInt8, UInt8)) -> Int {
        previous.append(UInt64(before.0) | UInt64(before.1) << 8)
        current.append(UInt64(now.0) | UInt64(now.1) << 8)
        return 0
      }
      let isWeight = dataflow == .weightStationary
      let array = NaiveArray(
        rows: 3, columns: 4, bankVectors: 32, accumulatorWidth: 24, saturates: false, heldBits: 8,
        movingBits: 8
      ) { _, before, moving, held in
        isWeight
          ? see((before, held), (moving, held)) : see((held, before), (held, moving))
      }
      for layer in 0..<2 {
        for product in inference.products(of: trace, layer: layer, images: images) {
          let (m, k, n) = (product.m, product.k, product.n)
          let (activations, weights) = (product.activations, product.weights)
          switch dataflow {
          case .weightStationary:
            _ = array.stationary(
              held: weights, moving: activations, vectors: m, depth: k, outputs: n)
          case .inputStationary:
            _ = array.stationary(
              held: (0..<k).flatMap { k in (0..<m).map { activations[$0 * product.k + k] } },
              moving: (0..<n).flatMap { n in (0..<k).map { weights[$0 * product.n + n] } },
              vectors: n, depth: k, outputs: m)
          case .outputStationary:
            _ = array.outputStationary(
              activations: activations, weights: weights, m: m, k: k, n: n
            ) { see($1, $2) }
          }
        }
      }
      #expect(current.count == images * model.integers.multiplyAccumulates)
      let byEvents = try energyByEvents(previous, current)
      let costs = try GateLevelCosts(
        spec, multiplier: GateMultiplier(multiplier), cells: cells,
        at: GateLevelCosts.Point(
          technology: technology, file: "t.yaml", supply: Voltage(0.5),
          memorySupply: Voltage(0.6), clock: .track, transitions: 8_000, seed: 1),
        network: model, depth: 1)
      #expect(
        abs(costs.model.multiplier.energyPerOperation / byEvents - 1) < 0.03,
        "\(dataflow) \(costs.model.multiplier.energyPerOperation) \(byEvents)")
      energies.append(byEvents)
    }
    // Dataflows differ by more than that.
    for (a, b) in [(0, 1), (1, 2), (0, 2)] {
      #expect(abs(energies[a] / energies[b] - 1) > 0.06, "\(energies)")
    }
  }

  @Test(
    "counted changes of registers take the place of estimated ones, and the total area is a sum")
  func counted() throws {
    let estimates = try [9, 40].map {
      try AnalyticalModel(spec: spec).estimate(GEMM(name: "a", m: $0, k: 30, n: 20), .physical)
    }
    let layers = try LayerEstimate.table(estimates, of: spec, .physical)
    let costs = try costs(.track)
    let estimated = costs.table(adding: layers, of: estimates)
    let counted = costs.table(
      adding: layers, of: estimates,
      counted: [
        RegisterToggles(all: 1_000_000, links: 300_000),
        RegisterToggles(all: 2_000_000, links: 500_000),
      ])
    let toggle = try FlipFlop(technology: technology, supply: Voltage(0.5)).toggleEnergy.in(.pico)
    let link = try #require(costs.model.linkEnergy).in(.pico)
    for (row, count, links) in [(0, 1e6, 3e5), (1, 2e6, 5e5), (2, 3e6, 8e5)] {
      #expect(counted[row, "link_toggles"].number == links)
      let wires = try #require(counted[row, "interconnect_pj"].number)
      #expect(abs(wires / (links * link) - 1) < 1e-9)
      let known = try #require(estimated[row, "estimated_register_toggles"].number)
      #expect(
        counted[row, "estimated_register_toggles"] == estimated[row, "estimated_register_toggles"])
      #expect(counted[row, "register_toggles_source"] == .text("counted"))
      #expect(estimated[row, "register_toggles_source"] == .text("estimated"))
      let (a, b) = (
        try #require(estimated[row, "registers_pj"].number),
        try #require(counted[row, "registers_pj"].number)
      )
      #expect(abs((b - a) / ((count - known) * toggle) - 1) < 1e-6)
      let names = [
        "multiplier", "accumulator", "registers", "clock_tree", "weight_buffer",
        "activation_buffer", "output_buffer",
      ]
      let parts = names.compactMap { (name: String) in counted[row, name + "_area_um2"].number }
      #expect(parts.count == names.count)
      let total = try #require(counted[row, "total_area_um2"].number)
      #expect(abs(total / parts.reduce(0, +) - 1) < 1e-12)
    }
  }
}
