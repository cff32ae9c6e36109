import Accelerators
import ErrorTables
import Files
import Quantities
import QuantizedNetworks
import Technology

extension NetworkEvaluator {
  func protectionEnergy(
    _ point: DesignPoint, _ counts: AccessCounts, _ clockPeriod: Delay, hardened: Double
  ) throws -> (access: Energy, leakage: Energy) {
    guard inputs.setup.modelsMemory else { return (Energy(0), Energy(0)) }
    do throws(TechnologyError) {
      return try ProtectionCost(
        spec: inputs.multipliers[point.multiplier].accelerator, technology: inputs.technology,
        memory: inputs.setup.memory,
        memorySupply: point.memorySupply, hardened: hardened, cell: inputs.setup.hardenedCell
      ).energy(of: counts, time: Double(counts.cycles) * clockPeriod)
    } catch {
      throw InputError(.badData, at: SourceLocation(file: inputs.setup.technology), "\(error)")
    }
  }

  func wrongWeightBits(
    _ networks: [IntegerNetwork], _ multiplier: EncodedMultiplier, _ chips: [InferenceHardware],
    hardened: [HardenedBits?]
  ) -> Double {
    var wrong = 0
    for (network, hardened) in zip(networks, hardened) {
      for chip in chips {
        wrong +=
          IntegerInference(
            network, multiplier: multiplier, hardware: chip.hardening(hardened)
          ).wrongWeightBits
      }
    }
    let bits = networks[0].weightWords() * networks[0].spec.weightBits
    return Double(wrong) / Double(networks.count * chips.count * bits)
  }

  func energyModel(
    _ point: DesignPoint, _ multiplier: OperatorProfile, _ adder: OperatorProfile
  ) throws -> EnergyModel {
    do throws(TechnologyError) {
      return try EnergyModel(
        spec: inputs.multipliers[point.multiplier].accelerator, technology: inputs.technology,
        logicSupply: point.logicSupply, memorySupply: point.memorySupply, multiplier: multiplier,
        adder: adder,
        netlists: (inputs.multipliers[point.multiplier].netlist, inputs.adder))
    } catch {
      throw InputError(.badData, at: SourceLocation(file: inputs.setup.technology), "\(error)")
    }
  }
}

extension EnergyBreakdown {
  /// Every component divided by a number.
  static func / (energy: EnergyBreakdown, divisor: Double) -> EnergyBreakdown {
    var quotient = energy
    quotient.multiplier = energy.multiplier / divisor
    quotient.accumulator = energy.accumulator / divisor
    quotient.registers = energy.registers / divisor
    quotient.interconnect = energy.interconnect.map { $0 / divisor }
    quotient.clockTree = energy.clockTree / divisor
    quotient.outputStage = energy.outputStage.map { $0 / divisor }
    quotient.vectorUnit = energy.vectorUnit / divisor
    quotient.sram = energy.sram.map { $0 / divisor }
    quotient.logicLeakage = energy.logicLeakage / divisor
    quotient.memoryLeakage = energy.memoryLeakage.map { $0 / divisor }
    quotient.dram = energy.dram.map { $0 / divisor }
    return quotient
  }
}
