import Networks
import QuantizedNetworks

/// As `QuantizationAware`, with the smoothed difference gradient of the multiplier's own products in
/// the place of the exact product's: `ProductSlopes` names its source.
public struct DifferenceGradient: IntegerMethod {
  public let passes = 1
  public let window: GradientWindow
  let integers: IntegerPass
  /// Nil until the window is found.
  private let slopes: ProductSlopes?

  /// - Parameter window: of `ProductSlopes`, 0 to 127 words, or one that `prepared` finds.
  public init(_ integers: IntegerPass, window: GradientWindow) {
    self.integers = integers
    self.window = window
    slopes = window.words.map { ProductSlopes(of: integers.multiplier, window: $0) }
  }

  /// - Precondition: a window of words.
  public func gradient(
    of batch: TrainingBatch, in ranges: ActivationRanges, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    guard let slopes else { preconditionFailure("the window is searched before training") }
    return clean(batch, ranges, network, slopes: slopes, into: &gradient, work: work)
  }

  /// The windows that a search tries: none, and doubling to all words.
  static let searchedWindows = [0, 1, 2, 4, 8, 16, 32, 64, 127]
  /// Examples whose sums are predicted, at most.
  static let searchedExamples = 64

  /// Finds the window, where it is to be: the one whose slopes predict best how the layers' sums change
  /// from the network that the training begins with to the one after an epoch of straight-through
  /// training on the examples that ranges are measured on (`OperandMoves`).
  ///
  /// The epoch has the training's optimizer, rates, batch size and clips; of equally good windows the
  /// narrowest is taken. Our choice: a smoothed difference over h words to each side is the slope
  /// between two products about 2h words apart, so a window is right for steps that reach as far.
  public func prepared(
    for start: Network, settings: NetworkTrainingSettings, seed: UInt64, work: ChunkedWork
  ) throws -> DifferenceGradient {
    guard window == .searched else { return self }
    let pilot = try integers.pilot(settings, seed: seed, topology: start.topology, work: work)
    let first = pilot.start(from: start).network
    let ranges = try integers.ranges(of: first, work: work)
    let last = try pilot.train(from: first).network
    let before = integers.quantized(first, ranges, work: work)
    let (words, count) = integers.words(for: before, examples: Self.searchedExamples)
    let moves = OperandMoves(
      from: before, to: integers.quantized(last, ranges, work: work),
      multiplier: integers.multiplier, inputs: words, count: count)
    return DifferenceGradient(
      integers, window: .words(moves.bestWindow(of: Self.searchedWindows, work: work)))
  }
}

extension IntegerPass {
  /// One epoch of straight-through training on the examples that ranges are measured on, all of which
  /// count.
  fileprivate func pilot(
    _ settings: NetworkTrainingSettings, seed: UInt64, topology: NetworkTopology, work: ChunkedWork
  ) throws -> NetworkTrainer {
    var settings = settings
    settings.epochs = 1
    (settings.ending, settings.averageDecay, settings.patience) = (nil, nil, nil)
    settings.validationFraction = 0
    let examples = calibration.selecting(
      Array(0..<min(Self.calibrationExamples, calibration.count)))
    return try NetworkTrainer(
      topology: topology, settings: settings, seed: seed, data: (examples, examples),
      file: "the search of a gradient window", method: QuantizationAware(self), stage: .fineTuning,
      work: work)
  }
}
