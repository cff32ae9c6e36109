import Fitting
import Quantities

/// Timing errors of one operator against supply voltage, at the clock period of each voltage.
///
/// The hand-over from gates to networks: counts of wrong captured words over dies and transitions, the
/// masks of wrong bits and what words are off by, and the law fitted through them.
public struct TimingErrorTable: Hashable, Sendable, Codable {
  /// What was counted at one voltage.
  public struct Point: Hashable, Sendable, Codable {
    /// Volts and seconds.
    public let supply: Double
    public let clockPeriod: Double
    /// Wrong captured words and all captured words, one pair a die.
    public let errorsPerDie: [Int]
    public let trialsPerDie: Int
    /// How often each output bit was wrong, least significant first.
    public let bitErrors: [Int]
    /// The masks of wrong bits, ascending, and how often each was seen.
    public let masks: [UInt32]
    public let maskCounts: [Int]
    /// The differences captured − settled of wrong words, ascending, and how often each was seen.
    public let differences: [Int]
    public let differenceCounts: [Int]
    /// Mean and mean square of captured − settled, over all words.
    public let bias: Double
    public let meanSquare: Double

    public init(
      supply: Double, clockPeriod: Double, errorsPerDie: [Int], trialsPerDie: Int,
      bitErrors: [Int], masks: [UInt32], maskCounts: [Int], differences: [Int],
      differenceCounts: [Int], bias: Double, meanSquare: Double
    ) {
      precondition(!errorsPerDie.isEmpty && trialsPerDie > 0)
      precondition(masks.count == maskCounts.count)
      precondition(differences.count == differenceCounts.count)
      self.differences = differences
      self.differenceCounts = differenceCounts
      self.supply = supply
      self.clockPeriod = clockPeriod
      self.errorsPerDie = errorsPerDie
      self.trialsPerDie = trialsPerDie
      self.bitErrors = bitErrors
      self.masks = masks
      self.maskCounts = maskCounts
      self.bias = bias
      self.meanSquare = meanSquare
    }

    /// - Parameter errors: of each die.
    /// - Precondition: at least one die, all of the same width and sign, as many transitions each.
    public init(_ errors: [CapturedErrors], supply: Voltage, clockPeriod: Delay) {
      let total = errors.total
      precondition(errors.allSatisfy { $0.transitions == errors[0].transitions })
      let (masks, differences) = (total.masks, total.differences)
      self.init(
        supply: supply.value, clockPeriod: clockPeriod.value, errorsPerDie: errors.map(\.errors),
        trialsPerDie: errors[0].transitions, bitErrors: total.bitErrors,
        masks: masks.map(\.mask), maskCounts: masks.map(\.count),
        differences: differences.map { Int($0.difference) },
        differenceCounts: differences.map(\.count), bias: total.bias,
        meanSquare: total.meanSquare)
    }

    /// The share of wrong words over all dies and transitions.
    public var proportion: Proportion { grouped.proportion }

    private var grouped: GroupedProportion {
      GroupedProportion(
        successes: errorsPerDie,
        trials: [Int](repeating: trialsPerDie, count: errorsPerDie.count))
    }

    /// The 95 % interval of the error probability: Wilson's, or that of the mean over the dies where
    /// that is wider (transitions of one die are not independent: its gates are the same).
    public var interval95: ClosedRange<Double> { grouped.interval95 }

    /// The share of wrong words on each die.
    package var dieRates: [Double] { errorsPerDie.map { Double($0) / Double(trialsPerDie) } }

    /// What the network side draws from.
    public var distribution: ProductErrorDistribution {
      ProductErrorDistribution(
        probability: proportion.value, masks: masks, weights: maskCounts.map(Double.init))
    }
  }

  /// The name of the netlist and of the clock policy.
  public let netlist: String
  public let clock: String
  /// By ascending supply.
  public let points: [Point]

  public init(netlist: String, clock: String, points: [Point]) {
    precondition(
      zip(points, points.dropFirst()).allSatisfy { $0.supply < $1.supply }, "supplies must ascend")
    self.netlist = netlist
    self.clock = clock
    self.points = points
  }

  /// The counts at a characterized voltage, or nil between voltages.
  public func point(at supply: Voltage) -> Point? {
    points.first { abs($0.supply - supply.value) < 1e-9 }
  }

  /// The law through the points, or the reason why it is refused.
  public func fit() -> Result<TimingErrorFit, TimingErrorFit.Refusal> {
    TimingErrorFit.fit(points)
  }
}
