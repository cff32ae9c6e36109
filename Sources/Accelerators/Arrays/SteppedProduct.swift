import Files
import Randomness

/// One product of random words, stepped register by register and held against the closed form: cycles,
/// stalls, products, accesses of the bank and clock edges.
struct SteppedProduct {
  let counts: AccessCounts
  let stalls: StallCounts

  /// Runs one of a layer's repetitions.
  ///
  /// - Parameters:
  ///   - estimate: of the layer, convention `physical`.
  ///   - index: of the words in the stream (seed, stimulus).
  /// - Throws: `InputError` 70 if the closed form gives other counts.
  init(
    _ estimate: LayerEstimate, on spec: AcceleratorSpec, products: ArrayCapture, seed: UInt64,
    index: UInt64 = 0, observer: ArrayObserver? = nil
  ) throws {
    let stream = RandomStream(seed: seed, purpose: .stimulus, index: index)
    (counts, stalls) =
      spec.hasWideWords
      ? Self.run(UInt16.self, estimate.layer, spec, products, stream, observer)
      : Self.run(UInt8.self, estimate.layer, spec, products, stream, observer)
    try check(estimate, on: spec)
  }

  private func check(_ estimate: LayerEstimate, on spec: AcceleratorSpec) throws {
    let shape = estimate.layer.shape
    func difference(_ what: String) -> InputError {
      InputError(
        .internalError,
        "the closed form of \(shape.m)×\(shape.k)×\(shape.n) differs from the registers: \(what); "
          + "please report this")
    }
    var closed = AnalyticalModel(spec: spec).arrayCounts(shape)
    closed.toggles = counts.toggles
    // The estimate is of all repetitions.
    let cycles = estimate.computeCycles / estimate.layer.repetitions
    guard cycles == counts.cycles else {
      throw difference("\(cycles) and \(counts.cycles) cycles")
    }
    guard closed == counts else {
      throw difference("other products, accesses of the bank or clock edges")
    }
    guard stalls.times(estimate.layer.repetitions) == estimate.stalls else {
      let waits = stalls.times(estimate.layer.repetitions).cycles
      throw difference("\(estimate.stallCycles) and \(waits) cycles of waiting")
    }
  }

  private static func run<Word: ArrayWord>(
    _ type: Word.Type, _ layer: GEMM, _ spec: AcceleratorSpec, _ products: ArrayCapture,
    _ stream: RandomStream, _ observer: ArrayObserver?
  ) -> (AccessCounts, StallCounts) {
    let shape = layer.shape
    var stream = stream
    func random(_ count: Int, _ bits: Int) -> [Word] {
      let mask = Word(truncatingIfNeeded: 1 << bits - 1)
      return (0..<count).map { _ in Word(truncatingIfNeeded: stream.nextWord()) & mask }
    }
    let activations = random(shape.m * shape.k, spec.operandWidth)
    let weights = random(shape.k * shape.n, spec.weightWidth)
    let (_, counts, stalls) = RegisterLevelArray(spec: spec, capture: products).multiplyWaiting(
      activations: activations, weights: weights, shape: shape, convolution: layer.convolution,
      observer: observer)
    return (counts, stalls)
  }
}
