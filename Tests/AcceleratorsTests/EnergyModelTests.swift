import Accelerators
import ErrorTables
import Files
import Foundation
import Netlists
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import Technology
import TestSupport
import Testing

@Suite("Energy of the array's work")
struct EnergyModelTests {
  let technology: TechnologyNode
  let spec: AcceleratorSpec
  let model: EnergyModel

  init() throws {
    technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    func profile(_ energy: Double, _ leakage: Double) -> OperatorProfile {
      OperatorProfile(
        supply: 0.6, energyPerOperation: energy, transitionsPerOperation: 10,
        leakagePower: leakage, criticalPath: 1e-9, slowestDieCriticalPath: 2e-9)
    }
    model = try EnergyModel(
      spec: spec, technology: technology, logicSupply: Voltage(0.6), memorySupply: Voltage(0.7),
      multiplier: profile(40e-15, 1e-7), adder: profile(20e-15, 5e-8), netlists: Self.netlists)
  }

  /// The model of another accelerator or technology, at the same supplies unless given.
  private func variant(
    of spec: AcceleratorSpec? = nil, _ technology: TechnologyNode? = nil, logic: Double = 0.6,
    memory: Double = 0.7
  ) throws -> EnergyModel {
    try EnergyModel(
      spec: spec ?? self.spec, technology: technology ?? self.technology,
      logicSupply: Voltage(logic), memorySupply: Voltage(memory), multiplier: model.multiplier,
      adder: model.adder, netlists: Self.netlists)
  }

  /// Two adders, of which one stands for a multiplier.
  static let netlists = (
    multiplier: AdderFamily.ripple.netlist(width: 8),
    adder: AdderFamily.koggeStone.netlist(width: 24)
  )

  @Test("a hand-computed example, component by component")
  func byHand() throws {
    var counts = AccessCounts()
    counts.cycles = 1000
    counts.multiplications = 100
    counts.accumulations = 100
    counts.zeroPointAdditions = 10
    counts.weightChanges = 7
    counts.corrections = 8
    counts.requantizations = 5
    counts.weightBitsRead = 64
    counts.activationBitsRead = 128
    counts.activationBitsWritten = 64
    counts.dramBits = 640
    counts.registerBitClocks = 1000
    counts.registerBitToggles = 200
    let energy = model.energy(of: counts, clockPeriod: Delay(2e-9))
    #expect(abs(energy.multiplier.value - 107 * 40e-15) < 1e-25)
    #expect(abs(energy.accumulator.value - 110 * 20e-15) < 1e-25)
    // Horowitz at 0.9 V: 64 bits take 10 pJ of 8 KB and 20 pJ of 32 KB, so the square root of 1/2 of 10
    // pJ of these buffers of 4 KB; 2·0.1 pJ for a correction, 3.1 pJ for a scaling; 1.3 nJ for 64 bits of
    // DRAM.
    let access = 10e-12 * 0.5.squareRoot()
    #expect(
      abs(try #require(energy.sram).value / (4 * access * (0.7 / 0.9) * (0.7 / 0.9)) - 1) < 1e-12)
    #expect(model.extrapolatedBuffers == Buffer.allCases)
    #expect(
      abs(
        try #require(energy.outputStage).value
          / ((8 * 0.2e-12 + 5 * 3.1e-12) * (0.6 / 0.9) * (0.6 / 0.9)) - 1) < 1e-12)
    #expect(abs(try #require(energy.dram).value / (10 * 1.3e-9) - 1) < 1e-12)
    // 640 bits at the accelerator's own figure.
    var other = AcceleratorSpec.Overrides()
    other.dramEnergyPerBit = Energy(4e-12)
    let stated = try variant(of: spec.overriding(other)).energy(
      of: counts, clockPeriod: Delay(1e-9))
    #expect(abs(try #require(stated.dram).value / (640 * 4e-12) - 1) < 1e-12)
    // Two pipeline registers of 16 bits and a valid bit each: as many flip-flops that leak.
    other.pipelineRegisters = 2
    let piped = try variant(of: spec.overriding(other))
    #expect(piped.flipFlopsPerElement == model.flipFlopsPerElement + 2 * 17)
    // Each has a clock gate of four inverters and a NAND2, and four inverters before its 16 bits; more
    // inputs before the gates take 1,634 inverters in the place of 1,121.
    let flipFlop = try FlipFlop(technology: model.technology, supply: model.logicSupply)
    let gate = try technology.leakage(of: "NAND2", pins: ["Y"], at: Voltage(0.6))
    let inverterLeakage = try technology.leakage(of: "INV", pins: ["Y"], at: Voltage(0.6))
    let stage = 17 * flipFlop.leakage + gate + 8 * inverterLeakage
    let more = Double(spec.processingElements * 2) * stage + (1634 - 1121) * inverterLeakage
    #expect(abs((piped.logicLeakagePower - model.logicLeakagePower) / more - 1) < 1e-9)
    // A vector unit of 8 lanes: 30 operations as the adder's, and 8 more adders that leak.
    var beside = counts
    beside.vectorOperations = 30
    var unit = AcceleratorSpec.Overrides()
    unit.vectorLanes = 8
    let wide = try variant(of: spec.overriding(unit))
    let vector = wide.energy(of: beside, clockPeriod: Delay(2e-9))
    #expect(abs(vector.vectorUnit.value - 30 * 20e-15) < 1e-25)
    #expect(abs((vector.logicLeakage - energy.logicLeakage).value / (8 * 5e-8 * 2e-6) - 1) < 1e-6)
    #expect(
      abs((vector.onChip - energy.onChip).value / (30 * 20e-15 + 8 * 5e-8 * 2e-6) - 1) < 1e-6)
    let inverter = try technology.switchingEnergy(of: "INV.Y", at: Voltage(0.6)).value
    #expect(abs(energy.registers.value / ((1000 * 4 + 200 * 5) * inverter) - 1) < 1e-12)
    // 256 multipliers, 256 + 16 adders; 67 flip-flops an element and 32·16·24 in the bank, of seven
    // inverters each; the clock tree's as in `ClockTreeTests`.
    let cell = try technology.leakage(of: "INV", pins: ["Y"], at: Voltage(0.6)).value
    let nand = try technology.leakage(of: "NAND2", pins: ["Y"], at: Voltage(0.6)).value
    let flipFlops = Double(256 * 67 + 32 * 16 * 24) * 7 * cell
    let tree = 18_017 * cell + 1968 * nand
    let logic = 256 * 1e-7 + 272 * 5e-8 + flipFlops + tree
    #expect(abs(energy.logicLeakage.value / (logic * 2e-6) - 1) < 1e-12)
    let bit = try technology.bitCellLeakage(at: Voltage(0.7)).value
    #expect(
      abs(try #require(energy.memoryLeakage).value / ((4096 + 2 * 4096) * 8 * bit * 2e-6) - 1)
        < 1e-12)
  }

  @Test("wires and clock tree by hand; an energy has none of wires where the technology has none")
  func interconnect() throws {
    var counts = ClockTreeTests.counts
    counts.linkBitToggles = 30
    let energy = model.energy(of: counts, clockPeriod: Delay(2e-9))
    // The cells of both netlists, five gated registers of 64 bits, three valid bits, 18 inverters and
    // a share of those before the gates.
    func cells(_ name: String) -> Double {
      Double(
        (Self.netlists.multiplier.cells + Self.netlists.adder.cells).count { $0.cell == name })
    }
    let small =
      0.532 * (cells("INV") + 18 + 1121.0 / 256) + 0.798 * (cells("NAND2") + cells("NOR2"))
    let large = 1.596 * cells("XOR2") + 4.256 * cells("FA")
    let area = small + large + 4.522 * 67 + 3.458 * 5
    let side = (area / 0.5).squareRoot()
    #expect(abs(try #require(model.elementSide) * 1e6 / side - 1) < 1e-12)
    #expect(side > 25 && side < 60)
    // ½CV² a change; femtofarads a micrometer.
    let wire = 0.104578e-15 * side * 0.36 / 2
    #expect(abs(try #require(energy.interconnect).value / (30 * wire) - 1) < 1e-12)
    let (inverters, nands) = ClockTreeTests.byHand
    let inverter = try technology.switchingEnergy(of: "INV.Y", at: Voltage(0.6)).value
    let nand = try technology.switchingEnergy(of: "NAND2.Y", at: Voltage(0.6)).value
    // 3/2·16·15 sides, up and down in every cycle.
    let clock = 100 * 0.110884e-15 * 360 * side * 0.36
    #expect(
      abs(energy.clockTree.value / (inverters * inverter + nands * nand + clock) - 1) < 1e-12)

    let folder = try TemporaryFolder()
    let without = try TechnologyReader.read(
      try folder.technology { $0.replacing(/\ninterconnect:\n(?:  .*\n)+/, with: "\n") }
    ).node
    let bare = try variant(without)
    let less = bare.energy(of: counts, clockPeriod: Delay(2e-9))
    #expect(bare.notCounted == ["wires", "clock_enables", "controller"])
    #expect(
      model.notCounted.contains("wires_within_elements") && !model.notCounted.contains("wires"))
    #expect(bare.elementSide == nil && less.interconnect == nil)
    #expect(abs(less.clockTree.value / (inverters * inverter + nands * nand) - 1) < 1e-12)
    #expect(abs((energy.total - less.total).value / (30 * wire + clock) - 1) < 1e-9)
  }

  @Test(
    "a technology without figures of a component has all others, and says which is not counted",
    arguments: [
      ("sram", ["sram", "memory_leakage"]), ("output_stage", ["output_stage"]), ("dram", ["dram"]),
    ])
  func missingParts(part: String, unknown: [String]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.technology { text in
      guard let from = text.range(of: "\n\(part):\n") else { return text }
      let rest = text[from.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
      return text[..<from.lowerBound] + "\n"
        + rest.drop { $0.hasPrefix("  ") }.joined(separator: "\n")
    }
    let refused = try #require(throws: InputError.self) { try TechnologyReader.read(path) }
    #expect(refused.message.contains("has no '\(part)'"))
    let lacking = try variant(TechnologyReader.read(path, needing: []).node)
    #expect(lacking.unknown == unknown && model.unknown.isEmpty)
    #expect(lacking.notCounted == model.notCounted + unknown)
    #expect((lacking.memoryLeakagePower == nil) == (part == "sram"))
    var counts = AnalyticalModel(spec: spec).counts(
      of: try SampleNetworks.dense(64, 32), images: 32)
    counts.toggles = RegisterToggles(all: 4000, links: 1500)
    counts.dramBits = 1000
    let (whole, less) = (
      model.energy(of: counts, clockPeriod: Delay(1e-9)),
      lacking.energy(of: counts, clockPeriod: Delay(1e-9))
    )
    var expected = whole
    switch part {
    case "sram": (expected.sram, expected.memoryLeakage) = (nil, nil)
    case "output_stage": expected.outputStage = nil
    default: expected.dram = nil
    }
    #expect(less == expected && less.total < whole.total)
    // What the accelerator states needs no figure of the technology.
    var stated = AcceleratorSpec.Overrides()
    stated.dramEnergyPerBit = Energy(4e-12)
    let own = try variant(of: spec.overriding(stated), lacking.technology)
    #expect(!own.unknown.contains("dram"))
    #expect(
      abs(try #require(own.energy(of: counts, clockPeriod: Delay(1e-9)).dram).value / 4e-9 - 1)
        < 1e-12)
  }

  @Test("whole memories leak by their law's bits and columns where the technology says so")
  func wholeMemories() throws {
    let folder = try TemporaryFolder()
    let edited = try TechnologyReader.read(
      try folder.technology {
        $0.replacing(
          "macros: sram_macros_45nm.csv",
          with: "macros: sram_macros_45nm.csv\n  macros_supply: 1.0 V\n  leakage: macros")
      }
    ).node
    var ports = AcceleratorSpec.Overrides()
    // Banks of 512 × 16 weights, 1024 × 8 activations and 4096 × 8 outputs; 4096 words each.
    ports.ports.weights = BufferPorts(banks: 4, wordBits: 16)
    ports.ports.activations = BufferPorts(banks: 4)
    func banked(_ technology: TechnologyNode, _ supply: Voltage) throws -> EnergyModel {
      try variant(of: spec.overriding(ports), technology, memory: supply.value)
    }
    // scipy's parameters: c for a bit, a for a column; nW.
    let (c, a) = (28.651587, 743.911228)
    let nominal =
      3 * 32_768 * c + (4 * 16 + 4 * 8 + 8) * a
    let whole = try #require(banked(edited, Voltage(1)).memoryLeakagePower)
    #expect(abs(whole.value * 1e9 / nominal - 1) < 1e-5)
    for volts in [0.5, 0.7, 1.0] {
      let ratio =
        try technology.bitCellLeakage(at: Voltage(volts))
        / technology.bitCellLeakage(at: Voltage(1))
      let low = try #require(banked(edited, Voltage(volts)).memoryLeakagePower)
      #expect(abs(low / whole / ratio - 1) < 1e-9)
      let cells = try #require(banked(technology, Voltage(volts)).memoryLeakagePower)
      #expect(cells < low)
    }
    let array = spec.overriding(ports)
    #expect(array.memoryLeakageSource(technology) == "cells")
    // 4096 words are more than any fitted memory has.
    #expect(array.memoryLeakageSource(edited) == "macros_extrapolated")
    ports.ports.outputs = BufferPorts(banks: 4)
    #expect(spec.overriding(ports).memoryLeakageSource(edited) == "macros")
  }

  @Test("the components sum to the total, and doubling the work doubles each")
  func doubling() throws {
    var counts = AnalyticalModel(spec: spec).counts(
      of: try SampleNetworks.dense(64, 32), images: 32)
    counts.toggles = RegisterToggles(all: 4000, links: 1500)
    counts.vectorOperations = 10
    var twice = counts
    twice += counts
    func parts(_ energy: EnergyBreakdown) throws -> [Energy] {
      [
        energy.multiplier, energy.accumulator, energy.registers,
        try #require(energy.interconnect), energy.clockTree, try #require(energy.outputStage),
        energy.vectorUnit, try #require(energy.sram), energy.logicLeakage,
        try #require(energy.memoryLeakage),
      ]
    }
    let one = model.energy(of: counts, clockPeriod: Delay(1e-9))
    let two = model.energy(of: twice, clockPeriod: Delay(1e-9))
    for (once, both) in zip(try parts(one), try parts(two)) {
      #expect(once.value > 0 && abs(both / once - 2) < 1e-12)
    }
    #expect(abs(two.total / one.total - 2) < 1e-12)
    let sum = try parts(one).reduce(Energy(0), +)
    #expect(abs(sum / one.onChip - 1) < 1e-12)
    #expect(abs((one.onChip + (try #require(one.dram))) / one.total - 1) < 1e-12)
  }

  @Test(
    "what a table and a technology both know costs the same to the last digit, the rest is named",
    arguments: Dataflow.allCases)
  func besideTable(dataflow: Dataflow) throws {
    let table = try EnergyTable(
      contentsOf: Repository.path("HardwareSpecs/Energy/horowitz45.yaml"))
    var stream = RandomStream(seed: 71, purpose: .test)
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &stream) }
    for _ in 0..<20 {
      // Both at the technology's supply of 0.9 V; banks from 64 bytes to 1 MB.
      func drawn() -> BufferPorts {
        BufferPorts(banks: draw(1...64), ports: draw(1...2), wordBits: draw(8...40))
      }
      var ports = AcceleratorSpec.Ports()
      if Bool.random(using: &stream) {
        (ports.weights, ports.activations, ports.outputs) = (drawn(), drawn(), drawn())
      }
      let spec = AcceleratorSpec(
        name: "test", rows: draw(1...9), columns: draw(1...9), dataflow: dataflow,
        accumulator: AccumulatorSpec(width: 24, overflow: .wrap), bankVectors: draw(1...9),
        weightBufferWords: 1 << draw(12...20), activationBufferWords: 1 << draw(12...20),
        outputBufferWords: draw(4096...100_000), ports: ports, guardBand: 1,
        nominalSupply: Voltage(1))
      let estimate = try AnalyticalModel(spec: spec).estimate(
        try GEMM(name: "layer", m: draw(1...40), k: draw(1...40), n: draw(1...40)), .physical)
      let byTable = LayerEnergy(of: estimate, on: spec, by: table)
      let gates = try variant(of: spec, logic: 0.9, memory: 0.9)
      let byGates = gates.energy(of: estimate.counts, clockPeriod: Delay(1e-9))
      let outside = Set(gates.extrapolatedBuffers.map(\.rawValue))
      let beyond = byTable.extrapolated.intersection([
        .weightBuffer, .activationBuffer, .outputBuffer,
      ])
      #expect(outside == Set(beyond.map(\.rawValue)))
      func sum(_ components: [LayerEnergy.Component]) throws -> Double {
        try components.reduce(0) { try $0 + #require(byTable.components[$1]) }
      }
      for (picojoules, energy) in [
        (try sum([.weightBuffer, .activationBuffer, .outputBuffer]), byGates.sram),
        (try sum([.outputStage]), byGates.outputStage), (try sum([.dram]), byGates.dram),
      ] {
        #expect(
          CellValue.format(picojoules, digits: 12)
            == CellValue.format(try #require(energy).in(.pico), digits: 12))
      }
      // Only the technology knows flip-flops, which build the bank too, and leakage.
      #expect(byTable.notCounted == [.registers, .interconnect])
      #expect(byGates.registers.value > 0 && byGates.logicLeakage.value > 0)
    }
  }

  @Test("banks and words by hand: an access works on one bank, and on a whole word of it")
  func banks() throws {
    var other = AcceleratorSpec.Overrides()
    (other.weightBufferWords, other.activationBufferWords) = (65_536, 32_768)
    other.outputBufferWords = 8192
    // 65,536 operands are 8,192 words of 8; two banks of 4,096 words of 64 bits, 32 KB each.
    other.ports.weights = BufferPorts(banks: 2, wordBits: 64)
    // 32,768 words of 20 bits, in which two operands lie: 16,384 words in 5 banks of 3,277.
    other.ports.activations = BufferPorts(banks: 5, ports: 2, wordBits: 20)
    let spec = spec.overriding(other)
    #expect(spec.weightMemory.bytesPerBank == 32_768 && spec.weightMemory.operandsPerWord == 8)
    #expect(spec.activationMemory.bytesPerBank == 8192.5)
    #expect(spec.outputMemory.bytesPerBank == 8192 && spec.outputMemory.banks == 1)
    // 40×20×24 on 16×16, 32 vectors a tile: weights pass twice, 20 vectors of 16 + 8 operands, which
    // are 2 + 1 words; activations twice, 40 vectors of 16 + 4 operands, 8 + 2 words; outputs once.
    let counts = try AnalyticalModel(spec: spec).estimate(
      GEMM(name: "l", m: 40, k: 20, n: 24), .physical
    ).counts
    // From DRAM come 480 weights, 60 words, and 800 activations, 400 words, once; 960 outputs leave.
    #expect(
      counts.bufferAccesses(on: spec).map(\.bits) == [
        (2 * 20 * 3 + 60) * 64, (2 * 40 * 10 + 400) * 20, 2 * 7680,
      ])
    let energy = try variant(of: spec, logic: 0.9, memory: 0.9).energy(
      of: counts, clockPeriod: Delay(1e-9))
    // Between 8 KB and 32 KB as the square root of the size.
    let activation = 10e-12 * (8192.5 / 8192).squareRoot()
    let sum = 180 * 20e-12 + 24_000.0 / 64 * activation + 240 * 10e-12
    #expect(abs(try #require(energy.sram).value / sum - 1) < 1e-12)
    // Every cell leaks: 2·4,096·64, 5·3,277·20 and 8,192·8 of them.
    let cells = 524_288.0 + 327_700 + 65_536
    let leakage = cells * (try technology.bitCellLeakage(at: Voltage(0.9))).value
    let time = Double(counts.cycles) * 1e-9
    #expect(abs(try #require(energy.memoryLeakage).value / (leakage * time) - 1) < 1e-12)
  }

  @Test("a bank of less than 64 bytes costs what one of 64 does")
  func smallestBank() throws {
    func memory(banks: Int) -> BufferMemory {
      BufferMemory(operands: 4096, bits: 8, ports: BufferPorts(banks: banks))
    }
    #expect(memory(banks: 32).bytesOfAccess == 128 && memory(banks: 64).bytesOfAccess == 64)
    #expect(memory(banks: 4096).bytesPerBank == 1 && memory(banks: 4096).bytesOfAccess == 64)
    #expect(memory(banks: 3).cells == 3 * 1366 * 8)
  }

  @Test("a technology with one access energy has it for every size")
  func oneEnergy() throws {
    let folder = try TemporaryFolder()
    let list = /access_energy_64bit:\n(?:    - .*\n)+/
    let path = try folder.technology { text in
      #expect(text.contains(list))
      return text.replacing(list, with: "access_energy_64bit: 7 pJ\n")
    }
    let node = try TechnologyReader.read(path).node
    for bytes in [1.0, 4096, 8192, 1e9] {
      let energy = try node.memory().access.energy(bits: 128, bytes: bytes, at: Voltage(0.45))
      #expect(abs(energy.value / (2 * 7e-12 / 4) - 1) < 1e-12)
      #expect(node.sram?.access.covers(bytes: bytes) == true)
    }
  }
}
