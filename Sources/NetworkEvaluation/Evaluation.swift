import Accelerators
import ErrorTables
import Fitting
import Quantities

/// The result of one design point.
public struct Evaluation: Sendable {
  public let point: DesignPoint
  public let multiplierName: String
  public let technologyName: String
  public let acceleratorName: String
  public let clockPeriod: Delay
  /// Accuracy in [0, 1] on the test split: one value a chip, each the mean over the training seeds.
  public let accuracyPerChip: [Double]
  /// One value a training seed, each the mean over the chips.
  public let accuracyPerSeed: [Double]
  public let trainingSeeds: [UInt64]
  public let chipSeed: UInt64
  /// Passes over the training split that each network took.
  public let trainingPasses: Int
  /// Of one inference, and the cycles that it takes in a full tile.
  public let energy: EnergyBreakdown
  public let cyclesPerInference: Double
  public let timing: TimingErrorTable.Point
  /// The fitted law's probability at this supply, where the law was accepted.
  public let fittedTimingErrorRate: Double?
  public let bitErrorRate: Double
  public let isExtrapolated: Bool
  public let multiplierProfile: OperatorProfile
  public let adderProfile: OperatorProfile

  /// Whether the adder's longest path on the slowest die fits the clock period. Where it does not, sums
  /// would be wrong too, which is not modelled: such a point is not ranked.
  public var accumulatorMeetsTiming: Bool {
    adderProfile.slowestDieCriticalPath <= clockPeriod.value
  }

  public var accuracy: SampleMean { SampleMean(accuracyPerChip) }
}

/// The mean of a sample with the 95 % interval of Student's t.
public struct SampleMean: Sendable, Hashable {
  public let mean: Double
  public let standardDeviation: Double
  public let count: Int

  /// - Precondition: at least two values.
  public init(_ values: [Double]) {
    precondition(values.count >= 2, "a mean with an interval needs two values")
    let sum = values.reduce(0, +)
    let average = sum / Double(values.count)
    mean = average
    count = values.count
    standardDeviation =
      (values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(values.count - 1))
      .squareRoot()
  }

  /// The half width of the interval.
  public var halfWidth95: Double {
    Normal.studentTwoSided95(degreesOfFreedom: count - 1) * standardDeviation
      / Double(count).squareRoot()
  }
}
