import Characterization
import ErrorTables
import Files
import LogicSimulation
import Quantities

extension ModelHardware {
  /// The same chips at other supplies.
  public func at(_ supply: Voltage, memorySupply: Voltage?) -> ModelHardware {
    ModelHardware(
      accelerator: accelerator, adder: adder, technology: technology, clock: clock, supply: supply,
      memorySupply: memorySupply, chips: chips, seed: seed, dies: dies, transitions: transitions,
      extrapolatesMemoryLaw: extrapolatesMemoryLaw)
  }

  /// The chips that training captures products on at this point; nil where no die of the pool has a
  /// path longer than the period.
  ///
  /// - Parameters:
  ///   - variants: dies, at least one.
  ///   - file: of the technology, for messages.
  /// - Throws: `InputError` 65 if the multiplier does not take bytes, the technology cannot answer at
  ///   this supply, or the period is shorter than a time step.
  public func trainingChips(
    _ multiplier: ModelMultiplier, clockPeriod: Delay, variants: Int, file: String
  ) throws -> TrainingChips? {
    try multiplier.checkPlainBytes()
    let choice = TimingErrorChoice.standard
    let simulation = try ElementSimulation(
      multiplier.netlist, products: multiplier.products, accelerator: accelerator,
      technology: (technology, file), supply: supply, clockPeriod: clockPeriod,
      steps: choice.steps, pulses: choice.pulses,
      chips: EvaluationSetup.ChipChoice(count: chips, seed: seed), poolSeed: seed)
    guard simulation.canErr(variants: variants, of: .training) else { return nil }
    return TrainingChips(
      spec: accelerator,
      tables: try simulation.tables(variants: variants, jobs: 1, of: .training))
  }
}

extension ModelMultiplier {
  /// Refuses a multiplier whose transitions no table holds, or whose words are no plain bytes.
  ///
  /// - Throws: `InputError` 65.
  public func checkPlainBytes() throws {
    guard table.encoding == .offset, products.widthA == 8, products.widthB == 8 else {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "multiplies \(table.encoding.rawValue) words through operands of \(products.widthA) and "
          + "\(products.widthB) bits: transition tables take 8 bits in offset words")
    }
  }
}
