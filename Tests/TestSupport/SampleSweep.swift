import Files
import Foundation

/// Made results of a sweep with the shape that real ones have: an energy minimum near 0.5 V, error
/// rates that rise as the voltage falls, training that resists them. No number here is a result.
public enum SampleSweep {
  public static let multipliers = ["exact", "truncated_6", "broken_array", "kulkarni"]
  public static let methods = ["conventional", "weight_clipping", "pas"]
  public static let clocks = ["fixed", "track"]
  public static let voltages = [
    0.45, 0.48, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 1.0,
  ]

  public static let columns: [ColumnDefinition] = [
    .init("point", "Name of the operating point."),
    .init("multiplier", "Multiplier of the processing elements."),
    .init("method", "Training: conventional, weight_clipping or pas."),
    .init("clock", "fixed: period of the nominal voltage; track: period follows the voltage."),
    .init("supply_v", "Supply of the logic, V."),
    .init("memory_supply_v", "Supply of the weight memory, V."),
    .init("clock_period_ns", "Clock period, ns."),
    .init("accuracy_percent", "Mean accuracy over fault maps, percent."),
    .init("accuracy_low_percent", "Lower end of its 95 % confidence interval, percent."),
    .init("accuracy_high_percent", "Upper end of its 95 % confidence interval, percent."),
    .init("energy_on_chip_nj", "Energy per inference without DRAM, nJ."),
    .init("energy_total_nj", "Energy per inference with DRAM, nJ."),
    .init("timing_error_rate", "Share of products captured wrong, 0 to 1."),
    .init("timing_error_rate_low", "Lower end of its 95 % confidence interval."),
    .init("timing_error_rate_high", "Upper end of its 95 % confidence interval."),
    .init("weight_bit_error_rate", "Share of stored weight bits read wrong, 0 to 1."),
    .init("extrapolated", "Whether a law was used outside its fitted range."),
    .init("accumulator_meets_timing", "Whether the accumulator's adder is in time."),
    .init("energy_multiplier_nj", "Energy of the multipliers, nJ."),
    .init("energy_accumulator_nj", "Energy of the accumulators, nJ."),
    .init("energy_registers_nj", "Energy of the registers, nJ."),
    .init("energy_interconnect_nj", "Energy of wires between elements, nJ."),
    .init("energy_clock_tree_nj", "Energy of the clock before the registers, nJ."),
    .init("energy_output_stage_nj", "Energy of the output stage, nJ."),
    .init("energy_sram_nj", "Energy of the on-chip memories, nJ."),
    .init("energy_logic_leakage_nj", "Leakage power of the logic times time, nJ."),
    .init("energy_memory_leakage_nj", "Leakage power of the memories times time, nJ."),
    .init("energy_leakage_nj", "Leakage power times time, nJ."),
    .init("energy_dram_nj", "Energy of off-chip access, nJ."),
  ]

  /// All combinations, multipliers slowest, clocks fastest.
  public static var table: ResultTable {
    var table = ResultTable(columns: columns)
    for (index, multiplier) in multipliers.enumerated() {
      for voltage in voltages {
        for (strength, method) in methods.enumerated() {
          for clock in clocks {
            table.append(row(index, multiplier, voltage, strength, method, clock))
          }
        }
      }
    }
    return table
  }

  private static func row(
    _ index: Int, _ multiplier: String, _ voltage: Double, _ strength: Int, _ method: String,
    _ clock: String
  ) -> [CellValue] {
    let isFixed = clock == "fixed"
    // A delay law of near-threshold shape, normalized to 1 V.
    func delay(_ volts: Double) -> Double {
      let drive = log1p(exp((volts - 0.42) / 0.06))
      return volts / (drive * drive) * (1 + 0.1 * drive)
    }
    let slowing = delay(voltage) / delay(1)
    let saving = [1, 0.72, 0.64, 0.81][index]
    let period = isFixed ? 1.6 : 1.1 * slowing
    let slack = period / (slowing * (0.85 + 0.15 * saving))
    let timing = 0.3 / (1 + exp((slack - 0.62) * 22))
    let memory = 0.5 * erfc((voltage - 0.28) / (sqrt(2.0) * 0.075))
    let dynamic = voltage * voltage
    let multiplierEnergy = 2.1 * saving * dynamic
    let accumulator = 0.7 * dynamic
    let registers = 0.9 * dynamic
    let (interconnect, clockTree) = (0.2 * dynamic, 0.3 * dynamic)
    let output = 0.1 * dynamic
    let sram = 1.5 * dynamic
    let leakage = 0.06 * voltage * exp(1.2 * voltage) * period
    let onChip =
      multiplierEnergy + accumulator + registers + interconnect + clockTree + output + sram
      + leakage
    let tolerance = [1, 0.5, 0.22][strength]
    let clean =
      97.2 - [0, 0.5, 1.1, 0.8][index] * (strength == 2 ? 0.3 : 1) - (strength == 1 ? 0.3 : 0)
    let harm = (timing * 12 + memory * 45) * tolerance
    let accuracy = 10 + (clean - 10) * exp(-harm)
    let spread = 0.15 + 2.5 * (1 - exp(-harm)) * tolerance
    return [
      .text("\(multiplier)/\(method)/\(clock)/\(voltage) V"), .text(multiplier), .text(method),
      .text(clock), .real(voltage), .real(voltage), .real(period), .real(accuracy),
      .real(accuracy - spread), .real(min(100, accuracy + spread)), .real(onChip),
      .real(onChip + 9), .real(timing), .real(timing * 0.9), .real(timing * 1.1), .real(memory),
      .flag(voltage < 0.48), .flag(!(isFixed && voltage < 0.6)), .real(multiplierEnergy),
      .real(accumulator), .real(registers), .real(interconnect), .real(clockTree), .real(output),
      .real(sram), .real(0.7 * leakage), .real(0.3 * leakage), .real(leakage), .real(9),
    ]
  }
}
