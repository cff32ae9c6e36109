import Files
import Fitting
import Quantities

extension Evaluation {
  /// A column of `points.csv` and the value that stands in it.
  struct Column: Sendable {
    let definition: ColumnDefinition
    let value: @Sendable (Evaluation) -> CellValue

    init(
      _ name: String, _ definition: String, _ value: @escaping @Sendable (Evaluation) -> CellValue
    ) {
      self.definition = ColumnDefinition(name, definition)
      self.value = value
    }
  }

  /// The definitions of the columns that every sweep has, in the order of the file.
  public static var columnDefinitions: [ColumnDefinition] { columns.map(\.definition) }

  /// The definitions of all columns of a sweep: behind those of every sweep stand those of what it
  /// chose.
  public static func columnDefinitions(for inputs: EvaluationInputs) -> [ColumnDefinition] {
    (columns + chosenColumns(inputs)).map(\.definition)
  }

  /// The row of this evaluation in a sweep with these inputs.
  public func row(for inputs: EvaluationInputs) -> [CellValue] {
    (Self.columns + Self.chosenColumns(inputs)).map { $0.value(self) }
  }

  static let columns: [Column] = identity + accuracy + energy + errors + provenance

  private static let identity: [Column] = [
    Column("multiplier", "The multiplier's netlist, by its file's name.") {
      .text($0.multiplierName)
    },
    Column(
      "method",
      "Training, as the sweep's methods name it (FileFormats.md); behind slashes no_ and the ingredient that an ablation leaves out of axtrain, and how bits in hardened cells were chosen, and their share."
    ) {
      .text(
        $0.point.trainingName + ($0.point.protection.map { "/\($0.label)" } ?? ""))
    },
    Column(
      "clock",
      "fixed: the period of the nominal supply at every supply; track: the period follows the supply."
    ) { .text($0.point.clock.rawValue) },
    Column("supply_v", "Supply of the logic rail, in volts.") {
      .real($0.point.logicSupply.value)
    },
    Column(
      "memory_supply_v",
      "Supply of the memory rail, in volts; empty with memory_supply: none, where no memory is modelled."
    ) { $0.energy.sram == nil ? .missing : .real($0.point.memorySupply.value) },
    Column(
      "clock_period_ns",
      "Clock period: guard band times the longest path of the typical die, in nanoseconds."
    ) { .real($0.clockPeriod.in(.nano)) },
    Column(
      "fidelity",
      "functional: no multiplier of the evaluated chips has a path longer than the clock period, so products are the netlist's; statistical: timing errors are drawn from the error tables; transition: products are looked up by operand transition, for a number of dies; gate: each element's own gates are simulated on its own operands. Memory errors are those of the chips."
    ) { .text($0.multiplierMeetsTiming ? "functional" : $0.fidelity.rawValue) },
  ]

  private static func percentages(of evaluation: Evaluation) -> PercentageInterval {
    PercentageInterval(
      mean: evaluation.accuracy.mean, halfWidth: evaluation.accuracy.halfWidth95)
  }

  private static let accuracy: [Column] = [
    Column("accuracy_percent", "Test accuracy, mean over chips and training seeds, in percent.") {
      .real(100 * $0.accuracy.mean)
    },
    Column(
      "accuracy_low_percent",
      "Lower end of the 95 % interval of the mean over chips and training seeds (Models.md), in percent; "
        + "for transition with one draw of dies, which all chips share, without what another draw would change."
    ) { .real(percentages(of: $0).low) },
    Column("accuracy_high_percent", "Upper end of that interval, in percent.") {
      .real(percentages(of: $0).high)
    },
    Column("accuracy_worst_chip_percent", "Accuracy of the worst chip, in percent.") {
      .real(100 * ($0.accuracyPerChip.min() ?? .nan))
    },
    Column(
      "accuracy_sd_seeds_percent",
      "Standard deviation between the networks of the training seeds, in percentage points; empty for one seed."
    ) {
      $0.accuracyPerSeed.count < 2
        ? .missing : .real(100 * SampleVariance($0.accuracyPerSeed).standardDeviation)
    },
    Column(
      "accuracy_se_test_percent",
      "Standard error that comes from the size of the test split, the binomial √(p(1−p)/n), in percentage points; common to all points, so not in the interval."
    ) {
      .real(
        100 * ($0.accuracy.mean * (1 - $0.accuracy.mean) / Double($0.testImages)).squareRoot())
    },
    Column("test_images", "Images of the test split.") { .integer($0.testImages) },
    Column("chips", "Chips (fault maps and timing-error streams) that were evaluated.") {
      .integer($0.accuracyPerChip.count)
    },
    Column(
      "training_passes",
      "Passes over the training split, forward and backward, that each network took, with those of clipping before a method and without those of a teacher; empty for external, where those of the command are not known."
    ) {
      $0.trainingPasses.map { passes in Int(exactly: passes).map { .integer($0) } ?? .real(passes) }
        ?? .missing
    },
  ]

  private static func nanojoules(
    _ name: String, _ definition: String, _ value: @escaping @Sendable (Evaluation) -> Energy?
  ) -> Column {
    Column(name, definition + ", in nanojoules an inference.") {
      value($0).map { .real($0.in(.nano)) } ?? .missing
    }
  }

  private static let energy: [Column] = [
    nanojoules("energy_on_chip_nj", "Energy without DRAM") { $0.energy.onChip },
    nanojoules("energy_total_nj", "Energy with DRAM") { $0.energy.total },
    nanojoules(
      "energy_multiplier_nj",
      "Switching energy of the multipliers, from their netlist under operands of trained networks"
    ) { $0.energy.multiplier },
    nanojoules("energy_accumulator_nj", "Switching energy of the adders, from their netlist") {
      $0.energy.accumulator
    },
    nanojoules("energy_registers_nj", "Energy of flip-flops, clocks and data") {
      $0.energy.registers
    },
    Column(
      "energy_interconnect_nj",
      "Energy of the wires from element to element and to the bank, in nanojoules an inference; empty where the technology has no `interconnect`."
    ) { $0.energy.interconnect.map { .real($0.in(.nano)) } ?? .missing },
    nanojoules(
      "energy_clock_tree_nj", "Energy of the clock's inverters, gates and wires to the elements"
    ) { $0.energy.clockTree },
    nanojoules(
      "energy_output_stage_nj",
      "Energy of bias, zero-point correction and scaling, and of the vector unit's comparisons and additions where the accelerator has one"
    ) { evaluation in evaluation.energy.outputStage.map { $0 + evaluation.energy.vectorUnit } },
    nanojoules("energy_sram_nj", "Energy of accesses to the weight and activation buffers") {
      $0.energy.sram
    },
    nanojoules("energy_logic_leakage_nj", "Leakage of the logic rail times the time") {
      $0.energy.logicLeakage
    },
    nanojoules("energy_memory_leakage_nj", "Leakage of the memory rail times the time") {
      $0.energy.memoryLeakage
    },
    nanojoules("energy_leakage_nj", "Both leakages") {
      evaluation in
      evaluation.energy.memoryLeakage.map { evaluation.energy.logicLeakage + $0 }
    },
    nanojoules("energy_dram_nj", "Energy of off-chip transfers") { $0.energy.dram },
    Column("energy_not_counted", "What no component of the energy counts, `;` between them.") {
      .text($0.energyNotCounted.joined(separator: ";"))
    },
    Column(
      "multiplication_energy_fj", "Switching energy of one multiplication, in femtojoules."
    ) { .real($0.multiplierProfile.energyPerOperation * 1e15) },
    Column("cycles_per_inference", "Clock cycles of a full tile over its vectors.") {
      .real($0.cyclesPerInference)
    },
    Column("time_per_inference_us", "Those cycles times the clock period, in microseconds.") {
      .real(($0.cyclesPerInference * $0.clockPeriod).in(.micro))
    },
  ]

  private static let errors: [Column] = [
    Column(
      "timing_error_rate",
      "Share of captured products that are wrong, in [0, 1]: counted on the evaluated chips where these are simulated (gate, transition), else what drawing from the error tables makes wrong, in the mean over draws on the networks' products."
    ) { .real($0.timingErrors.rate) },
    Column(
      "timing_error_rate_low",
      "Lower end of its 95 % interval (over chips, draws or dies, or Wilson; of drawn errors the tables' in the ratio of both rates); empty for transition with one draw of dies, which all chips share."
    ) { $0.timingErrors.interval95.map { .real($0.lowerBound) } ?? .missing },
    Column("timing_error_rate_high", "Upper end of that interval.") {
      $0.timingErrors.interval95.map { .real($0.upperBound) } ?? .missing
    },
    Column("timing_error_bias", "Mean of captured minus settled product, likewise.") {
      .real($0.timingErrors.bias)
    },
    Column(
      "weight_bit_error_rate", "Probability that a bit of the weight buffer is read wrong."
    ) { .real($0.memoryErrors.weights) },
    Column(
      "activation_bit_error_rate",
      "Probability that a bit of the activation buffer is read wrong."
    ) { .real($0.memoryErrors.activations) },
    Column(
      "extrapolated", "true: the memory failure law is used outside the range it was fitted on."
    ) { .flag($0.isExtrapolated) },
    Column(
      "accumulator_meets_timing",
      "false: the longest path of the slowest adder of the evaluated chips is longer than the clock period; the point is not ranked."
    ) { .flag($0.accumulatorMeetsTiming) },
  ]

  private static let provenance: [Column] = [
    Column("technology", "The technology's name; its data are in the manifest.") {
      .text($0.technologyName)
    },
    Column("accelerator", "The accelerator's name.") { .text($0.acceleratorName) },
    Column("training_seeds", "Seeds of the trained networks, separated by blanks.") {
      .text($0.trainingSeeds.map(String.init).joined(separator: " "))
    },
    Column("chip_seed", "Seed of the first chip; the others follow by one.") {
      .integer(Int($0.chipSeed))
    },
  ]
}
