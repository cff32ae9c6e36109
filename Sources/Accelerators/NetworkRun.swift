import ErrorTables
import Files
import Networks
import QuantizedNetworks
import Synchronization
import TableArithmetic

/// An integer network's images on an array, batch by batch: the values, bit for bit.
///
/// Of an image only its words and its logits stay; everything else is of the batches that run at the
/// moment, one a thread. Without memory faults; timing errors where a chip's elements capture products.
public struct NetworkRun: Sendable {
  /// What computes the values.
  public enum Level: String, CaseIterable, Sendable {
    /// Products through the multiplier's table; cycles are those of the closed form.
    case closedForm = "closed_form"
    /// Every register of the array, cycle by cycle.
    case register
  }

  public let level: Level
  /// Row-major, images × classes.
  public let logits: [Int32]
  public let classCount: Int
  /// Changes of flip-flops, of the array's registers and bank, of each layer with weights: of all whole
  /// batches, then of a last one that is smaller; nil of the closed form, which does not know them.
  public let layerToggles: [RegisterToggles]?

  /// The changes of all layers.
  public var registerBitToggles: Int? { layerToggles.map { $0.reduce(0) { $0 + $1.all } } }

  /// Of all products that a chip's elements captured; nil of settled ones.
  public let errors: CapturedErrors?
  /// The sums of each layer with weights, and those that accumulators could not hold; nil where a chip's
  /// elements captured products.
  public let overflows: [OverflowTally.Layer]?

  public var images: Int { logits.count / classCount }

  /// - Parameters:
  ///   - words: `images` × features, as `IntegerNetwork.words(of:)` gives them.
  ///   - batch: images of a batch, at least 1.
  ///   - captured: what a chip's elements make of a product of matrices, each batch's layer from
  ///     registers of zeros on; nil: settled products. Flip-flops are those of settled ones.
  /// - Throws: `InputError` 70 if the registers' counts or values are not those of the closed form.
  /// - Precondition: a multiplier for the network's words, which are the array's; level `register` where
  ///   elements capture products.
  public init(
    of network: IntegerNetwork, words: [UInt8], images: Int, batch: Int,
    multiplier: EncodedMultiplier, on spec: AcceleratorSpec, level: Level,
    captured: (@Sendable (ArrayProduct) -> CapturedLayer)? = nil, work: ChunkedWork
  ) throws {
    precondition(batch >= 1 && images >= 1, "a run needs images")
    precondition(words.count == images * network.input.shape.count, "words do not fit the images")
    precondition(level == .register || captured == nil, "the closed form captures nothing")
    self.level = level
    classCount = network.classCount
    let hardware = InferenceHardware(accumulator: spec.accumulator)
    let tally = OverflowTally(layers: network.linears.count)
    /// The closed form's logits, which are the registers' where products have settled.
    func computed() -> [Int32] {
      IntegerInference(network, multiplier: multiplier, hardware: hardware).counting(tally).logits(
        words, count: images, work: work)
    }
    switch level {
    case .closedForm:
      logits = computed()
      (layerToggles, errors) = (nil, nil)
    case .register:
      let run = try Self.step(
        network, words, images, batch, ArrayInference(spec: spec, multiplier: multiplier),
        hardware, captured, work)
      (logits, layerToggles, errors) = run
      if captured == nil, computed() != logits {
        throw InputError(
          .internalError, "the closed form's values differ from the registers; please report this")
      }
    }
    overflows = captured == nil ? tally.layers : nil
  }

  private static func step(
    _ network: IntegerNetwork, _ words: [UInt8], _ images: Int, _ batch: Int,
    _ array: ArrayInference, _ hardware: InferenceHardware,
    _ captured: (@Sendable (ArrayProduct) -> CapturedLayer)?, _ work: ChunkedWork
  ) throws -> (logits: [Int32], toggles: [RegisterToggles], errors: CapturedErrors?) {
    let features = network.input.shape.count
    let model = AnalyticalModel(spec: array.spec)
    let layers = network.linears.count
    let whole = min(batch, images)
    let parts = images % whole == 0 ? 1 : 2
    let totals = Mutex(
      (
        toggles: [RegisterToggles](repeating: RegisterToggles(), count: parts * layers),
        errors: CapturedErrors?.none,
        firstDifference: Int?.none
      ))
    let logits = [Int32](
      unsafeUninitializedCapacity: images * network.classCount
    ) { logits, initialized in
      nonisolated(unsafe) let logits = logits
      work.forEachChunk(of: images, size: batch) { _, chunk in
        let inputs = Array(words[chunk.lowerBound * features..<chunk.upperBound * features])
        let result = array.infer(
          network, inputs: inputs, images: chunk.count, on: hardware, captured: captured)
        var closed = model.counts(of: network, images: chunk.count)
        closed.toggles = result.counts.toggles
        totals.withLock { totals in
          if let errors = result.errors {
            totals.errors = (totals.errors ?? CapturedErrors(outputBits: 16)).adding(errors)
          }
          let first = chunk.count == whole ? 0 : layers
          for (layer, toggles) in result.layerToggles.enumerated() {
            totals.toggles[first + layer] += toggles
          }
          if closed != result.counts
            || model.stalls(of: network, images: chunk.count) != result.stalls
          {
            totals.firstDifference = min(totals.firstDifference ?? .max, chunk.lowerBound)
          }
        }
        let first = chunk.lowerBound * network.classCount
        for (index, logit) in result.logits.enumerated() {
          logits.initializeElement(at: first + index, to: logit)
        }
      }
      initialized = images * network.classCount
    }
    let (toggles, errors, difference) = totals.withLock { $0 }
    if let difference {
      throw InputError(
        .internalError,
        "the closed form of the batch from image \(difference) on differs from the registers; "
          + "please report this")
    }
    return (logits, toggles, errors)
  }
}

extension AnalyticalModel {
  /// What the layers of a network cost on so many images in batches: a row for all whole batches of a
  /// layer, which count as repetitions, and one for a last batch that is smaller.
  ///
  /// - Throws: `InputError` as `estimate`; 65 if a batch is too large.
  public func estimates(
    of topology: NetworkTopology, images: Int, batch: Int, _ convention: CycleConvention
  ) throws -> [LayerEstimate] {
    precondition(images >= 1 && batch >= 1, "a run needs images")
    var parts = [(size: min(batch, images), count: images / min(batch, images), name: "")]
    if images % parts[0].size > 0 { parts.append((images % batch, 1, ", last batch")) }
    do {
      return try parts.flatMap { part in
        try estimates(
          topology.work(batch: part.size).map {
            try $0.repeated(part.count, suffix: part.name)
          }, convention)
      }
    } catch let error as WorkloadError {
      throw InputError(.badData, error.reason)
    }
  }
}
