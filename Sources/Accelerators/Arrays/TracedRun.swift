import Files
import QuantizedNetworks
import Randomness

/// A product of random words, stepped register by register and written down.
public struct TracedRun: Sendable {
  /// The registers as VCD; empty of signals if they were not asked for.
  public let vcd: String
  /// Accesses as CSV; only a header if they were not asked for.
  public let accesses: String
  public let counts: AccessCounts

  /// The most elements × cycles of a trace: it takes a few hundred megabytes then.
  public static let maximumElementCycles = 1 << 22

  /// Runs exact products; operands are the stream (seed, stimulus).
  ///
  /// - Throws: `InputError` 65 for operands of more than 8 bits or a trace that is too long, 70 if the
  ///   closed form gives other counts.
  public init(
    spec: AcceleratorSpec, layer: GEMM, seed: UInt64, registers: Bool, accesses: Bool
  ) throws {
    let shape = layer.shape
    guard spec.operandWidth <= 8, spec.weightWidth <= 8 else {
      throw InputError(
        .badData,
        "registers are stepped for operands of up to 8 bits, not \(spec.operandWidth) × "
          + "\(spec.weightWidth): leave --trace and --accesses out")
    }
    let model = AnalyticalModel(spec: spec)
    let estimate = try model.estimate(layer, .physical)
    let (length, isTooLong) = estimate.computeCycles.multipliedReportingOverflow(
      by: spec.processingElements)
    guard !isTooLong, length <= Self.maximumElementCycles,
      max(shape.m * shape.k, shape.k * shape.n) <= Self.maximumElementCycles
    else {
      throw InputError(
        .badData,
        "\(estimate.computeCycles) cycles of \(spec.processingElements) elements are too many for "
          + "a trace: at most \(Self.maximumElementCycles) together")
    }
    var stream = RandomStream(seed: seed, purpose: .stimulus)
    func words(_ count: Int, _ bits: Int) -> [UInt8] {
      (0..<count).map { _ in
        UInt8(truncatingIfNeeded: stream.nextWord()) & UInt8((1 << bits) - 1)
      }
    }
    let activations = words(shape.m * shape.k, spec.operandWidth)
    let weights = words(shape.k * shape.n, spec.weightWidth)
    let capture = ArrayCapture.encoded(
      .exact(spec.encoding, activationBits: spec.operandWidth, weightBits: spec.weightWidth))
    let trace = ArrayTrace(spec: spec, shape: shape, registers: registers, accesses: accesses)
    let counts = RegisterLevelArray(spec: spec, capture: capture).multiply(
      activations: activations, weights: weights, shape: shape, observer: trace
    ).counts
    var closed = model.arrayCounts(shape)
    closed.registerBitToggles = counts.registerBitToggles
    guard closed == counts else {
      throw InputError(
        .internalError,
        "the closed form of \(shape.m)×\(shape.k)×\(shape.n) differs from the registers: "
          + "\(closed.cycles) and \(counts.cycles) cycles; please report this")
    }
    vcd = trace.vcd
    self.accesses = trace.accesses
    self.counts = counts
  }
}
