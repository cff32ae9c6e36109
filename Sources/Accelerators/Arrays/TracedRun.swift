import Files
import QuantizedNetworks
import Randomness

/// A product of random words, stepped register by register and written down.
public struct TracedRun: Sendable {
  public let counts: AccessCounts
  public let stalls: StallCounts

  /// The most elements × cycles of a trace, whose file may take gigabytes then.
  public static let maximumElementCycles = 1 << 28
  /// The most words of an operand.
  public static let maximumWords = 1 << 22

  /// Runs exact products; operands are the stream (seed, stimulus).
  ///
  /// - Parameters:
  ///   - registers: takes the text of a VCD file with the registers, part by part; nil: none.
  ///   - accesses: takes the lines of a CSV file with the accesses; nil: none.
  /// - Throws: `InputError` 65 for a trace that is too long, 70 if the closed form gives other counts.
  public init(
    spec: AcceleratorSpec, layer: GEMM, seed: UInt64, registers: ((String) -> Void)?,
    accesses: ((String) -> Void)?
  ) throws {
    let shape = layer.shape
    let model = AnalyticalModel(spec: spec)
    let estimate = try model.estimate(layer, .physical)
    let (length, isTooLong) = estimate.computeCycles.multipliedReportingOverflow(
      by: spec.processingElements)
    guard !isTooLong, length <= Self.maximumElementCycles else {
      throw InputError(
        .badData,
        "\(estimate.computeCycles) cycles of \(spec.processingElements) elements are too many for "
          + "a trace: at most \(Self.maximumElementCycles) together")
    }
    let words = max(shape.m * shape.k, shape.k * shape.n)
    guard words <= Self.maximumWords else {
      throw InputError(
        .badData,
        "\(words) words of an operand are too many for a trace: at most \(Self.maximumWords)")
    }
    let trace = ArrayTrace(spec: spec, shape: shape, registers: registers, accesses: accesses)
    let (counts, stalls) =
      spec.hasWideWords
      ? Self.run(UInt16.self, spec, layer, seed, trace)
      : Self.run(UInt8.self, spec, layer, seed, trace)
    var closed = model.arrayCounts(shape)
    closed.toggles = counts.toggles
    guard closed == counts else {
      throw InputError(
        .internalError,
        "the closed form of \(shape.m)×\(shape.k)×\(shape.n) differs from the registers: "
          + "\(closed.cycles) and \(counts.cycles) cycles; please report this")
    }
    // The estimate is of all repetitions, a trace of one.
    guard stalls.times(layer.repetitions) == estimate.stalls else {
      throw InputError(
        .internalError,
        "the closed form of \(shape.m)×\(shape.k)×\(shape.n) waits otherwise than the registers: "
          + "\(estimate.stallCycles) and \(stalls.cycles) cycles; please report this")
    }
    trace.finish()
    self.counts = counts
    self.stalls = stalls
  }

  private static func run<Word: ArrayWord>(
    _ type: Word.Type, _ spec: AcceleratorSpec, _ layer: GEMM, _ seed: UInt64, _ trace: ArrayTrace
  ) -> (AccessCounts, StallCounts) {
    let shape = layer.shape
    var stream = RandomStream(seed: seed, purpose: .stimulus)
    func random(_ count: Int, _ bits: Int) -> [Word] {
      (0..<count).map { _ in
        Word(truncatingIfNeeded: stream.nextWord()) & Word(truncatingIfNeeded: 1 << bits - 1)
      }
    }
    let activations = random(shape.m * shape.k, spec.operandWidth)
    let weights = random(shape.k * shape.n, spec.weightWidth)
    let (_, counts, stalls) = RegisterLevelArray(spec: spec, capture: .exact(for: spec))
      .multiplyWaiting(
        activations: activations, weights: weights, shape: shape, convolution: layer.convolution,
        observer: trace)
    return (counts, stalls)
  }
}
