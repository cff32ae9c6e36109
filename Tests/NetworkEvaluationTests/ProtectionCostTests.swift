import Accelerators
import ErrorTables
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

@testable import NetworkEvaluation

@Suite("What protection of the buffers costs")
struct ProtectionCostTests {
  @Test("check bits and hardened cells cost what bits of their own buffer's banks cost, by hand")
  func byHand() throws {
    let technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    var other = AcceleratorSpec.Overrides()
    (other.weightBufferWords, other.activationBufferWords) = (1 << 20, 65_536)
    other.outputBufferWords = 65_536
    other.ports.activations.banks = 2
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml")
    ).overriding(other)
    var counts = AccessCounts()
    counts.weightBitsRead = 6400
    counts.activationBitsRead = 640
    counts.activationBitsWritten = 64
    func energy(_ memory: MemoryChoice, hardened: Double) throws -> (
      access: Double, leakage: Double
    ) {
      let energy = try ProtectionCost(
        spec: spec, technology: technology, memory: memory, memorySupply: Voltage(0.45),
        hardened: hardened, cell: HardenedCell(energy: 1.5, leakage: 1.25, area: 1.5)
      ).energy(of: counts, time: Delay(1e-6))
      return (energy.access.value, energy.leakage.value)
    }
    // Weights: 1 MB, 100 pJ for 64 bits at 0.9 V. Activations are read from banks of 32 KB, 20 pJ, and
    // written to the other half, of one bank of 64 KB: a fifth of the way from 32 KB to 1 MB, by logarithms.
    let code = BufferFaultModel(protection: .code(.secded22of16, onDetectedError: .keep))
    let overhead = code.storageOverhead
    #expect(overhead > 0)
    let weights = try energy(MemoryChoice(weights: code), hardened: 0)
    #expect(abs(weights.access / (overhead * 100 * 100e-12 / 4) - 1) < 1e-12)
    let activations = try energy(MemoryChoice(activations: code), hardened: 0)
    let written = 20e-12 * pow(5, 1.0 / 5)
    #expect(
      abs(activations.access / (overhead * (10 * 20e-12 + 1 * written) / 4) - 1) < 1e-12)
    let bit = try technology.bitCellLeakage(at: Voltage(0.45)).value * 1e-6
    #expect(abs(activations.leakage / (overhead * 2 * 65_536 * 8 * bit) - 1) < 1e-12)
    let hardened = try energy(.standard, hardened: 0.1)
    #expect(abs(hardened.access / (0.05 * 100 * 100e-12 / 4) - 1) < 1e-12)
    #expect(abs(hardened.leakage / (0.025 * Double(1 << 23) * bit) - 1) < 1e-12)
  }
}
