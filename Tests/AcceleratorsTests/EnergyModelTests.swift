import Accelerators
import ErrorTables
import Quantities
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
      multiplier: profile(40e-15, 1e-7), adder: profile(20e-15, 5e-8))
  }

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
    // Horowitz at 0.9 V: 10 pJ for 64 bits, 2·0.1 pJ for a correction, 3.1 pJ for a scaling; 1.3 nJ for
    // 64 bits of DRAM.
    #expect(abs(energy.sram.value / (4 * 10e-12 * (0.7 / 0.9) * (0.7 / 0.9)) - 1) < 1e-12)
    #expect(
      abs(energy.outputStage.value / ((8 * 0.2e-12 + 5 * 3.1e-12) * (0.6 / 0.9) * (0.6 / 0.9)) - 1)
        < 1e-12)
    #expect(abs(energy.dram.value / (10 * 1.3e-9) - 1) < 1e-12)
    let inverter = try technology.switchingEnergy(of: "INV.Y", at: Voltage(0.6)).value
    #expect(abs(energy.registers.value / ((1000 * 4 + 200 * 5) * inverter) - 1) < 1e-12)
    // 256 multipliers, 256 + 16 adders; 67 flip-flops an element and 32·16·24 in the bank, of seven
    // inverters each.
    let cell = try technology.leakage(of: "INV", pins: ["Y"], at: Voltage(0.6)).value
    let logic = 256 * 1e-7 + 272 * 5e-8 + Double(256 * 67 + 32 * 16 * 24) * 7 * cell
    #expect(abs(energy.logicLeakage.value / (logic * 2e-6) - 1) < 1e-12)
    let bit = try technology.bitCellLeakage(at: Voltage(0.7)).value
    #expect(abs(energy.memoryLeakage.value / ((4096 + 2 * 4096) * 8 * bit * 2e-6) - 1) < 1e-12)
  }

  @Test("the components sum to the total, and doubling the work doubles each")
  func doubling() throws {
    let counts = AnalyticalModel(spec: spec).counts(
      of: try SampleNetworks.dense(64, 32), images: 32)
    var twice = counts
    twice += counts
    let one = model.energy(of: counts, clockPeriod: Delay(1e-9))
    let two = model.energy(of: twice, clockPeriod: Delay(1e-9))
    #expect(abs(two.total / one.total - 2) < 1e-12)
    let sum = [
      one.multiplier, one.accumulator, one.registers, one.outputStage, one.sram,
      one.logicLeakage, one.memoryLeakage,
    ].reduce(Energy(0), +)
    #expect(abs(sum / one.onChip - 1) < 1e-12)
    #expect(abs((one.onChip + one.dram) / one.total - 1) < 1e-12)
  }
}
