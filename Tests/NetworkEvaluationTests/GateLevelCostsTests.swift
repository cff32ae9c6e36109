import Accelerators
import Characterization
import ErrorTables
import Files
import Foundation
import Netlists
import NetworkEvaluation
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology
import TestSupport
import Testing

@Suite("Costs of an array by its gates")
struct GateLevelCostsTests {
  let technology: TechnologyNode
  let cells: CellLibrary
  let spec: AcceleratorSpec
  let multiplier: ModelMultiplier
  private let netlist = Repository.path("HardwareSpecs/Multipliers/mul8u_truncated_t6.v")

  init() throws {
    technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    cells = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/ptm45.lib"))
    spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    multiplier = try ModelMultiplier(
      contentsOf: netlist, cells: cells, sign: .automatic, spec: QuantizationSpec())
  }

  func costs(_ clock: ClockPolicy, network: ModelUnderTest? = nil) throws -> GateLevelCosts {
    try GateLevelCosts(
      spec, multiplier: GateMultiplier(multiplier), cells: cells,
      at: GateLevelCosts.Point(
        technology: technology, file: "t.yaml", supply: Voltage(0.5), memorySupply: Voltage(0.6),
        clock: clock, transitions: 160, seed: 1), network: network, depth: 20)
  }

  @Test("energies are those of the sweeps' model with the same profiles, to the last digit")
  func asSweeps() throws {
    let costs = try costs(.track)
    let uniform = UniformOperands(
      dataflow: .weightStationary, encoding: .offset, activationBits: 8, weightBits: 8, depth: 20,
      count: 160, seed: 1)
    func profile(_ netlist: Netlist, _ stimulus: Stimulus) throws -> OperatorProfile {
      try Characterizer(netlist: netlist, technology: technology, dies: 16, seed: 1).characterize(
        at: Voltage(0.5), clockPeriods: [], stimulus: stimulus
      ).profile
    }
    // The netlist's ports are a and b, a in the low bits.
    let product = try profile(
      multiplier.netlist, uniform.multiplier { UInt64($0) | UInt64($1) << 8 })
    let adder = AdderFamily.koggeStone.netlist(width: 24)
    let sum = try profile(adder, uniform.adder(spec.accumulator))
    #expect(costs.model.multiplier == product && costs.model.adder == sum)
    #expect(
      costs.clockPeriod == 1.1 * max(Delay(product.criticalPath), Delay(sum.criticalPath)))
    let model = try EnergyModel(
      spec: spec, technology: technology, logicSupply: Voltage(0.5), memorySupply: Voltage(0.6),
      multiplier: product, adder: sum, netlists: (multiplier.netlist, adder))
    let estimates = try ["a", "b"].map { name in
      try AnalyticalModel(spec: spec).estimate(
        GEMM(name: name, m: 40, k: 30, n: name == "a" ? 20 : 3), .physical)
    }
    let layers = try LayerEstimate.table(estimates, of: spec, .physical)
    let table = costs.table(adding: layers, of: estimates)
    for (row, estimate) in estimates.enumerated() {
      var counts = estimate.counts
      counts.toggles = AnalyticalModel(spec: spec).toggles(
        of: estimate,
        at: RegisterActivity(
          uniform: estimate.layer.shape, products: .encoded(multiplier.table), on: spec, seed: 1))
      #expect(
        table[row, "estimated_register_toggles"] == .integer(counts.registerBitToggles))
      let energy = model.energy(of: counts, clockPeriod: costs.clockPeriod)
      let components: [(String, Energy?)] = [
        ("multiplier_pj", energy.multiplier), ("accumulator_pj", energy.accumulator),
        ("registers_pj", energy.registers),
        ("interconnect_pj", energy.interconnect),
        ("clock_tree_pj", energy.clockTree), ("output_stage_pj", energy.outputStage),
        ("sram_pj", energy.sram), ("logic_leakage_pj", energy.logicLeakage),
        ("memory_leakage_pj", energy.memoryLeakage), ("dram_pj", energy.dram),
        ("on_chip_pj", energy.onChip), ("total_pj", energy.total),
      ]
      for (column, value) in components {
        #expect(table[row, column] == .real(try #require(value).in(.pico)), "\(column)")
      }
    }
    guard case .real(let a) = table[0, "total_pj"], case .real(let b) = table[1, "total_pj"],
      case .real(let both) = table[2, "total_pj"]
    else { return #expect(Bool(false), "energies") }
    #expect(abs((a + b) / both - 1) < 1e-12 && a > b)
    // Stalls leak, and do nothing else.
    let (counts, period) = (estimates[0].counts, costs.clockPeriod)
    let stalled = costs.energy(of: counts, stallCycles: 1000)
    let work = model.energy(of: counts, clockPeriod: period)
    let leaked =
      (model.logicLeakagePower + (try #require(model.memoryLeakagePower))) * (1000.0 * period)
    #expect(abs((stalled.total - work.total) / leaked - 1) < 1e-9)
  }

  @Test(
    "words of 12 and 9 bits, sums of 40: the netlists' energies on their own transitions, registers of all bits",
    arguments: Dataflow.allCases)
  func wideWords(dataflow: Dataflow) throws {
    var other = AcceleratorSpec.Overrides()
    (other.operandWidth, other.weightWidth, other.dataflow) = (12, 9, dataflow)
    other.accumulatorWidth = 40
    let spec = spec.overriding(other)
    let shape = MultiplierShape(width: 12, widthB: 9)
    let netlist = try MultiplierFamily.named("exact_dadda", shape).netlist(shape)
      .mapped(to: cells).netlist
    let multiplier = try GateMultiplier(
      wide: netlist, name: "wide", file: "wide.v", sign: .unsigned, encoding: .offset,
      activationBits: 12, weightBits: 9, cells: cells)
    let costs = try GateLevelCosts(
      spec, multiplier: multiplier, cells: cells,
      at: GateLevelCosts.Point(
        technology: technology, file: "t.yaml", supply: Voltage(0.5), memorySupply: Voltage(0.5),
        clock: .track, transitions: 320, seed: 1), network: nil, depth: 8)
    let uniform = UniformOperands(
      dataflow: dataflow, encoding: .offset, activationBits: 12, weightBits: 9, depth: 8,
      count: 320, seed: 1)
    let characterizer = Characterizer(
      netlist: netlist, technology: technology, dies: 16, seed: 1)
    #expect(
      costs.model.multiplier
        == (try characterizer.characterize(
          at: Voltage(0.5), clockPeriods: [],
          stimulus: uniform.multiplier { UInt64($0) | UInt64($1) << 12 }
        ).profile))
    let sums = uniform.adder(spec.accumulator)
    #expect(sums.current.contains { $0 & (1 << 40 - 1) > 1 << 21 })
    let adder = try AdderFamily.koggeStone.netlist(width: 40).mapped(to: cells).netlist
    #expect(
      costs.model.adder
        == (try Characterizer(netlist: adder, technology: technology, dies: 16, seed: 1)
          .characterize(at: Voltage(0.5), clockPeriods: [], stimulus: sums).profile))
    #expect(costs.model.flipFlops > 32 * 16 * 40)
    let estimate = try AnalyticalModel(spec: spec).estimate(
      GEMM(name: "a", m: 5, k: 8, n: 6), .physical)
    let table = costs.table(
      adding: try LayerEstimate.table([estimate], of: spec, .physical), of: [estimate])
    // The netlist is exact: registers change as under the exact products.
    let activity = RegisterActivity(
      uniform: estimate.layer.shape, products: .exact(for: spec), on: spec, seed: 1)
    #expect(activity.data > 0.1 && activity.data < 0.6)
    #expect(
      table[0, "estimated_register_toggles"]
        == .integer(AnalyticalModel(spec: spec).toggles(of: estimate, at: activity).all))
  }

  @Test("a fixed clock keeps the nominal supply's period")
  func fixedClock() throws {
    let (tracked, fixed) = (try costs(.track), try costs(.fixed))
    let nominal = try Characterizer(
      netlist: AdderFamily.koggeStone.netlist(width: 24), technology: technology, dies: 16, seed: 1
    ).criticalPath(at: Voltage(1))
    #expect(fixed.clockPeriod < tracked.clockPeriod && fixed.clockPeriod >= 1.1 * nominal)
    #expect(fixed.model.multiplier == tracked.model.multiplier)
  }

  @Test("areas are those of the library's cells, by hand; what has none is named")
  func areas() throws {
    let costs = try costs(.track)
    let estimates = [
      try AnalyticalModel(spec: spec).estimate(GEMM(name: "a", m: 2, k: 2, n: 2), .physical)
    ]
    let table = costs.table(
      adding: try LayerEstimate.table(estimates, of: spec, .physical), of: estimates)
    let gates = try #require(cells.area(of: multiplier.netlist)).value * 1e12
    let adder =
      try #require(
        cells.area(of: AdderFamily.koggeStone.netlist(width: 24))
      ).value * 1e12
    for (column, area) in [
      ("multiplier_area_um2", 256 * gates), ("accumulator_area_um2", (256 + 16) * adder),
      // 67 flip-flops an element and 32 · 16 · 24 in the bank, of 11 inverters of 0.01215 µm².
      ("registers_area_um2", Double(256 * 67 + 32 * 16 * 24) * 11 * 0.01215),
    ] {
      guard case .real(let value) = table[1, column] else {
        return #expect(Bool(false), "\(column)")
      }
      #expect(abs(value / area - 1) < 1e-12, "\(column)")
    }
    #expect(table[0, "area_not_counted"] == .text("wires;controller;output_stage"))
    // Buffers of one bank of 4096 words of 8 bits, which no memory of the data has.
    let law = try #require(technology.sram?.area)
    let buffer = law.area(words: 4096, width: 8).value * 1e12
    for name in ["weight", "activation", "output"] {
      #expect(table[1, "\(name)_buffer_area_um2"] == .real(buffer))
    }
    #expect(table[1, "buffer_area_source"] == .text("sram_macros_45nm.csv"))
    #expect(
      table[1, "area_extrapolated"] == .text("weight_buffer;activation_buffer;output_buffer"))
    #expect(table[1, "vector_unit_area_um2"] == .missing && table[1, "vector_unit_pj"] == .missing)
    // Buffers of 4 KB, below the technology's 8 KB.
    #expect(
      table[1, "energy_extrapolated"] == .text("weight_buffer;activation_buffer;output_buffer"))
  }

  @Test("buffers: banks add up, two ports have no area, a technology without memories has none")
  func bufferAreas() throws {
    func row(_ technology: TechnologyNode, _ ports: AcceleratorSpec.Ports) throws -> ResultTable {
      var other = AcceleratorSpec.Overrides()
      other.ports = ports
      let spec = spec.overriding(other)
      let estimates = [
        try AnalyticalModel(spec: spec).estimate(GEMM(name: "a", m: 2, k: 2, n: 2), .physical)
      ]
      return try GateLevelCosts(
        spec, multiplier: GateMultiplier(multiplier), cells: cells,
        at: GateLevelCosts.Point(
          technology: technology, file: "t.yaml", supply: Voltage(0.5), memorySupply: Voltage(0.6),
          clock: .track, transitions: 16, seed: 1), network: nil, depth: 20
      ).table(adding: LayerEstimate.table(estimates, of: spec, .physical), of: estimates)
    }
    var ports = AcceleratorSpec.Ports()
    // Four banks of 128 words of 64 bits, as memories of the data are; two of 1024 words of 16.
    ports.weights = BufferPorts(banks: 4, wordBits: 64)
    ports.activations = BufferPorts(banks: 2, ports: 2, wordBits: 16)
    ports.outputs = BufferPorts(banks: 2, wordBits: 16)
    let law = try #require(technology.sram?.area)
    let table = try row(technology, ports)
    #expect(
      table[1, "weight_buffer_area_um2"]
        == .real(
          4 * law.area(words: 128, width: 64).value * 1e12))
    #expect(table[1, "activation_buffer_area_um2"] == .missing)
    #expect(
      table[1, "output_buffer_area_um2"]
        == .real(
          2 * law.area(words: 1024, width: 16).value * 1e12))
    #expect(table[1, "area_extrapolated"] == .text(""))
    #expect(
      table[1, "area_not_counted"] == .text("activation_buffer;wires;controller;output_stage"))
    let bare = try Self.technology { $0.replacing("  macros: sram_macros_45nm.csv\n", with: "") }
    let without = try row(bare, ports)
    #expect(without[1, "weight_buffer_area_um2"] == .missing)
    #expect(without[1, "buffer_area_source"] == .missing)
    #expect(
      without[1, "area_not_counted"]
        == .text(
          "weight_buffer;activation_buffer;output_buffer;wires;controller;output_stage"))
  }

  @Test(
    "a vector unit has an adder a lane, and an addition an operation; without it both are empty")
  func vectorUnit() throws {
    var other = AcceleratorSpec.Overrides()
    other.vectorLanes = 6
    let spec = spec.overriding(other)
    let estimates = try AnalyticalModel(spec: spec).estimates(
      [
        .product(GEMM(name: "a", m: 2, k: 2, n: 2)),
        .vector(.addition(name: "add", batch: 2, channels: 5, positions: 9)),
      ], .physical)
    let costs = try GateLevelCosts(
      spec, multiplier: GateMultiplier(multiplier), cells: cells,
      at: GateLevelCosts.Point(
        technology: technology, file: "t.yaml", supply: Voltage(0.5), memorySupply: Voltage(0.6),
        clock: .track, transitions: 16, seed: 1), network: nil, depth: 20)
    let table = costs.table(
      adding: try LayerEstimate.table(estimates, of: spec, .physical), of: estimates)
    let adder = try #require(costs.adderArea).value * 1e12
    #expect(table[0, "vector_unit_pj"] == .real(0))
    for row in [1, 2] {
      #expect(
        table[row, "vector_unit_pj"]
          == .real((Energy(90 * costs.model.adder.energyPerOperation)).in(.pico)))
      let area = try #require(table[row, "vector_unit_area_um2"].number)
      #expect(abs(area / (6 * adder) - 1) < 1e-12)
    }
    guard case .text(let sources) = table[2, "energy_sources"] else {
      return #expect(Bool(false), "sources")
    }
    #expect(sources.hasSuffix(";vector_unit=gates"))
  }

  /// The 45 nm technology, its file edited.
  private static func technology(_ edit: (String) -> String) throws -> TechnologyNode {
    let folder = try TemporaryFolder()
    let path = try folder.technology { text in
      let edited = edit(text)
      #expect(edited != text)
      return edited
    }
    return try TechnologyReader.read(path).node
  }

  @Test(
    "uniform operands hold what the dataflow holds, and the adder sees the product of the multiplier's words",
    arguments: [
      (OperandEncoding.offset, Dataflow.weightStationary), (.offset, .inputStationary),
      (.offset, .outputStationary), (.twosComplement, .weightStationary),
      (.signMagnitude, .outputStationary), (.signMagnitude, .weightStationary),
    ], [AccumulatorOverflow.wrap, .saturate])
  func uniform(of array: (OperandEncoding, Dataflow), overflow: AccumulatorOverflow) throws {
    let (encoding, dataflow) = array
    let operands = UniformOperands(
      dataflow: dataflow, encoding: encoding, activationBits: 7, weightBits: 6, depth: 30,
      count: 400, seed: 5)
    let words = operands.multiplier { UInt64($0) | UInt64($1) << 8 }
    #expect(words.count == 400)
    #expect(words.holds(0xFF00) == (dataflow == .weightStationary))
    #expect(words.holds(0xFF) == (dataflow == .inputStationary))
    #expect((words.previous + words.current).allSatisfy { $0 & 0xFF < 128 && $0 >> 8 < 64 })
    let accumulator = AccumulatorSpec(width: 16, overflow: overflow)
    let sums = operands.adder(accumulator)
    let exact = EncodedMultiplier.exact(encoding, activationBits: 7, weightBits: 6)
    var seen: Set<Int> = []
    for (word, added) in zip(words.previous + words.current, sums.previous + sums.current) {
      let product = exact.product(UInt8(word & 0xFF), UInt8(word >> 8))
      #expect(added >> 16 == UInt128(truncatingIfNeeded: product) & 0xFFFF)
      let sum = Int(added & 0xFFFF)
      seen.insert(sum < 32_768 ? sum : sum - 65_536)
    }
    #expect(seen.contains(0) && seen.count > 100)
    // Sums of up to 29 unsigned products go beyond 32,767: they wrap, or are held there.
    if encoding == .offset { #expect(((seen.min() ?? 0) >= 0) == (overflow == .saturate)) }
    if encoding == .offset { #expect(seen.contains(32_767) == (overflow == .saturate)) }
    if dataflow == .outputStationary {
      // What was added before is in the sum now, unless a new one begins.
      for index in 0..<400 where sums.current[index] & 0xFFFF != 0 {
        let before = sums.previous[index]
        let added = accumulator.sum(
          Int64(Int16(truncatingIfNeeded: before)),
          signed: Int32(Int16(truncatingIfNeeded: before >> 16)))
        #expect(sums.current[index] & 0xFFFF == UInt128(truncatingIfNeeded: added) & 0xFFFF)
      }
    }
    let again = UniformOperands(
      dataflow: dataflow, encoding: encoding, activationBits: 7, weightBits: 6, depth: 30,
      count: 400, seed: 5)
    #expect(again.adder(accumulator) == sums)
    #expect(
      UniformOperands(
        dataflow: dataflow, encoding: encoding, activationBits: 7, weightBits: 6, depth: 30,
        count: 400, seed: 6
      ).adder(accumulator) != sums)
  }
}
