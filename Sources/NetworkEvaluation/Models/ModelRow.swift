import Files
import Fitting
import Quantities
import QuantizedNetworks

/// A row of `axtrain evaluate`: a network in one arithmetic.
public struct ModelRow: Sendable {
  /// What multiplies.
  public enum Arithmetic: String, Sendable {
    /// The network in floating point.
    case float
    /// Integers with exact products.
    case integer
    /// Integers with the captured products of a multiplier that has settled: fidelity `functional`.
    case approximate
    /// That multiplier on chips at an operating point: fidelity `statistical`.
    case hardware
  }

  public var arithmetic: Arithmetic
  public var multiplier: String?
  public var spec: QuantizationSpec?
  public var hardware: (model: ModelHardware, errors: ModelHardware.Errors)?
  /// Right classes of each chip; of one run where there are no chips.
  public var correct: [Int]
  /// Test examples.
  public var count: Int
  /// Of all runs together.
  public var seconds: Double
  /// The share of sums that accumulators of `hardware` did not hold; nil without them.
  public var overflowedShare: Double?

  public init(
    arithmetic: Arithmetic, multiplier: String? = nil, spec: QuantizationSpec? = nil,
    hardware: (model: ModelHardware, errors: ModelHardware.Errors)? = nil, correct: [Int],
    count: Int, seconds: Double, overflowedShare: Double? = nil
  ) {
    self.arithmetic = arithmetic
    self.multiplier = multiplier
    self.spec = spec
    self.hardware = hardware
    self.correct = correct
    self.count = count
    self.seconds = seconds
    self.overflowedShare = overflowedShare
  }

  private var accuracy: SharedProportion { SharedProportion(successes: correct, trials: count) }

  public static let columns = [
    ColumnDefinition(
      "arithmetic",
      "float; integer: exact products; approximate: the multiplier's settled products (fidelity functional); hardware: that multiplier on chips at an operating point (fidelity statistical, persistent memory faults)."
    ),
    ColumnDefinition("multiplier", "The multiplier's netlist; empty where products are exact."),
    ColumnDefinition("encoding", "How integers are stored and multiplied; empty for float."),
    ColumnDefinition("weight_bits", "Bits of a stored weight."),
    ColumnDefinition("activation_bits", "Bits of a stored activation."),
    ColumnDefinition("supply_v", "Supply of the logic rail, in volts; empty without hardware."),
    ColumnDefinition(
      "memory_supply_v",
      "Supply of the memory rail, in volts; empty with --memory-supply none, where no bit is wrong."
    ),
    ColumnDefinition(
      "clock_period_ns",
      "Guard band times the longest path of the typical die, in nanoseconds; empty without hardware."
    ),
    ColumnDefinition(
      "product_error_rate", "Share of products that were captured wrong on the simulated dies."),
    ColumnDefinition("bit_error_rate", "Share of stored bits that are read wrong."),
    ColumnDefinition(
      "extrapolated", "Whether the memory's law was used outside its fitted range, on request."),
    ColumnDefinition(
      "chips", "Chips whose errors the network was run with; empty without hardware."),
    ColumnDefinition("images", "Test examples."),
    ColumnDefinition("accuracy_percent", "Test accuracy, mean over the chips, in percent."),
    ColumnDefinition(
      "accuracy_low_percent",
      "Lower end of its 95 % interval, in percent: Wilson's over the examples and Student's over the chips, added in quadrature (Models.md)."
    ),
    ColumnDefinition("accuracy_high_percent", "Upper end of that interval, in percent."),
    ColumnDefinition("accuracy_worst_chip_percent", "Accuracy of the worst chip, in percent."),
    ColumnDefinition(
      "overflowed_sums_share",
      "Of the sums of products, those that the accelerator's accumulators did not hold in the end: a share of 1; empty without hardware."
    ),
    ColumnDefinition(
      "images_per_second", "Inferences a second of this run, all threads together."),
  ]

  public var cells: [CellValue] {
    let point = hardware
    let interval = accuracy.interval95
    return [
      .text(arithmetic.rawValue), multiplier.map { .text($0) } ?? .missing,
      spec.map { .text($0.encoding.rawValue) } ?? .missing,
      spec.map { .integer($0.weightBits) } ?? .missing,
      spec.map { .integer($0.activationBits) } ?? .missing,
      point.map { .real($0.model.supply.value) } ?? .missing,
      point?.model.memorySupply.map { .real($0.value) } ?? .missing,
      point.map { .real($0.errors.clockPeriod.in(.nano)) } ?? .missing,
      point.map { .real($0.errors.timing.proportion.value) } ?? .missing,
      point.map { .real($0.errors.bitErrorRate) } ?? .missing,
      point.map { .flag($0.errors.isExtrapolated) } ?? .missing,
      point == nil ? .missing : .integer(correct.count), .integer(count),
      .real(100 * accuracy.value), .real(100 * interval.lowerBound),
      .real(100 * interval.upperBound),
      point == nil
        ? .missing : .real(100 * Double(correct.min() ?? 0) / Double(count)),
      overflowedShare.map { .real($0) } ?? .missing,
      .real(Double(count * correct.count) / seconds),
    ]
  }
}
