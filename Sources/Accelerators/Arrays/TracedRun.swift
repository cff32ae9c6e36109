import Files

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
    let estimate = try AnalyticalModel(spec: spec).estimate(layer, .physical)
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
    let run = try SteppedProduct(
      estimate, on: spec, products: .exact(for: spec), seed: seed, observer: trace)
    trace.finish()
    (counts, stalls) = (run.counts, run.stalls)
  }
}
