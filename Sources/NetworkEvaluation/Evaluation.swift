import Accelerators
import ErrorTables
import Fitting
import Quantities
import QuantizedNetworks
import Training

/// The result of one design point.
public struct Evaluation: Sendable {
  public let point: DesignPoint
  public let multiplierName: String
  /// The words that the multiplier takes.
  public let words: QuantizationSpec
  public let technologyName: String
  public let acceleratorName: String
  public let clockPeriod: Delay
  /// Accuracy in [0, 1] on the test split: one value a chip, each the mean over the training seeds.
  public let accuracyPerChip: [Double]
  /// One value a training seed, each the mean over the chips.
  public let accuracyPerSeed: [Double]
  public let testImages: Int
  public let trainingSeeds: [UInt64]
  public let chipSeed: UInt64
  /// Passes over the training split, forward and backward, that each network took; nil: an external
  /// trainer took some of them.
  public let trainingPasses: Double?
  /// Of one inference, and the cycles that it takes in a full tile.
  public let energy: EnergyBreakdown
  /// What none of its components counts.
  public let energyNotCounted: [String]
  public let cyclesPerInference: Double
  /// Of the error tables.
  public let timing: TimingErrorTable.Point
  /// The folder of tables that were made before the sweep; nil: the sweep's own.
  public let characterizedFolder: String?
  /// What each chip's elements captured over all networks and images, where they were simulated;
  /// empty where errors were drawn from the tables, or none can be.
  public let captured: [CapturedErrors]
  /// What errors drawn from the tables made of the networks' products; nil where none were drawn.
  let injected: InjectedErrors?
  /// What the sweep chose; a point that cannot err is `functional` whatever this says.
  public let fidelity: TimingErrorChoice.Fidelity
  /// Draws of dies that the sweep chose; those of chips that cannot err do not matter.
  let dieDraws: Int
  let memoryErrors: MemoryErrors
  /// Whether the memory's law was asked outside its fitted range, for the point or its training.
  let isExtrapolated: Bool
  /// What act's penalty weighed in training; nil of other methods.
  let penaltyNoise: [PenaltyNoise]?
  /// Of the difference gradient: the words to each side that each seed's training found; empty where
  /// none was searched.
  public let gradientWindows: [Int]
  /// nil where the sweep does not ask for it.
  let sensitivity: SensitivityByLayer?
  /// What check bits add to `energy`, in which it is contained.
  public let checkBitEnergy: Energy
  /// What hardened cells cost more than others, contained in it too.
  public let hardenedEnergy: Energy
  /// The share of the networks' weight bits that are read wrong after all protection: the mean over
  /// chips and networks.
  public let wrongWeightBits: Double
  /// Of the bits of the weights: those in hardened cells.
  public let hardenedShare: Double
  public let multiplierProfile: OperatorProfile
  public let adderProfile: OperatorProfile

  /// Whether the adder's longest path on the slowest instance of all evaluated chips fits the clock
  /// period. Where it does not, sums could be wrong too, which is not modelled: such a point is not ranked.
  public var accumulatorMeetsTiming: Bool {
    adderProfile.meetsTiming(clockPeriod)
  }

  /// Whether no multiplier of any evaluated chip has a path longer than the clock period, so that its
  /// captured products are its settled ones.
  public var multiplierMeetsTiming: Bool {
    multiplierProfile.meetsTiming(clockPeriod)
  }

  /// Wrong products, their 95 % interval and the mean of captured minus settled product: of what was
  /// simulated or drawn. With `transition` draws of dies are the sample; one is none: nil. Drawn errors
  /// have the interval of their table, over dies, in the ratio of both rates; where none is drawn it is
  /// the table's.
  public var timingErrors: (rate: Double, interval95: ClosedRange<Double>?, bias: Double) {
    guard !captured.isEmpty else {
      guard let injected else { return (0, timing.interval95, 0) }
      let ratio = injected.rate / timing.proportion.value
      let interval = timing.interval95
      return (
        injected.rate, interval.lowerBound * ratio...min(1, interval.upperBound * ratio),
        injected.bias
      )
    }
    let all = captured.total
    let groups = fidelity == .gate ? captured.count : dieDraws
    guard groups > 1 else { return (all.errorRate, nil, all.bias) }
    let counted = (0..<groups).map { group in
      stride(from: group, to: captured.count, by: groups).reduce(into: (errors: 0, trials: 0)) {
        $0.errors += captured[$1].errors
        $0.trials += captured[$1].transitions
      }
    }
    let sample = GroupedProportion(
      successes: counted.map(\.errors), trials: counted.map(\.trials))
    return (all.errorRate, sample.interval95, all.bias)
  }

  /// Chips that cannot err, or have gates of their own, share no draw of dies.
  public var accuracy: CrossedMean {
    CrossedMean(
      perChip: accuracyPerChip, perSeed: accuracyPerSeed,
      draws: fidelity == .transition && !captured.isEmpty ? dieDraws : 1)
  }
}

/// The mean of a value measured for every chip with every trained network, and its 95 % interval.
///
/// Variance of the mean = s²(chips)/C + s²(networks)/S, s² the variances of the means over the other
/// factor; Student's t with Satterthwaite's degrees of freedom (Biometrics Bulletin 2 (1946) 110). With one
/// network the interval is over chips alone. Chips that share draws of dies are clusters: then
/// `ClusteredMean` takes the place of s²(chips)/C. The finite test split is not in it.
public struct CrossedMean: Sendable, Hashable {
  public let mean: Double
  /// The half width of the interval.
  public let halfWidth95: Double

  /// Values that differ by no more than the rounding of their own means do not differ.
  ///
  /// - Parameters:
  ///   - perChip: values in [0, 1].
  ///   - perSeed: likewise.
  ///   - draws: of dies, at most as many as chips: chip c has its dies from draw c mod `draws`. With
  ///     one, chips are taken for independent, and what another draw would change is not in the interval.
  /// - Precondition: at least two chips and one network.
  public init(perChip: [Double], perSeed: [Double], draws: Int = 1) {
    precondition(perChip.count >= 2 && !perSeed.isEmpty, "an interval needs two chips")
    precondition(1...perChip.count ~= draws, "a draw without a chip, or no draw")
    mean = perChip.reduce(0, +) / Double(perChip.count)
    var factors = [ClusteredMean(perChip, clusters: draws == 1 ? perChip.count : draws)]
    if perSeed.count >= 2 { factors.append(ClusteredMean(perSeed, clusters: perSeed.count)) }
    var variance = 0.0
    var squares = 0.0
    let rounding = Double(perChip.count + perSeed.count) * Double.ulpOfOne
    for factor in factors {
      guard let low = factor.clusterMeans.min(), let high = factor.clusterMeans.max(),
        high - low > rounding
      else { continue }
      let part = factor.varianceOfMean
      variance += part
      squares += part * part / factor.degreesOfFreedom
    }
    let degrees = squares > 0 ? variance * variance / squares : 1
    halfWidth95 =
      variance > 0
      ? Normal.studentTwoSided95(degreesOfFreedom: degrees) * variance.squareRoot() : 0
  }
}
