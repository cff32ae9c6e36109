import Files
import Networks
import QuantizedNetworks
import Synchronization
import TableArithmetic

/// An integer network's images on an array, batch by batch: the values, bit for bit.
///
/// Of an image only its words and its logits stay; everything else is of the batches that run at the
/// moment, one a thread. Neither timing errors nor memory faults.
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
  public let layerToggles: [Int]?

  /// The changes of all layers.
  public var registerBitToggles: Int? { layerToggles.map { $0.reduce(0, +) } }

  public var images: Int { logits.count / classCount }

  /// - Parameters:
  ///   - words: `images` × features, as `IntegerNetwork.words(of:)` gives them.
  ///   - batch: images of a batch, at least 1.
  /// - Throws: `InputError` 70 if the registers' counts are not those of the closed form.
  /// - Precondition: a multiplier for the network's words, which are the array's.
  public init(
    of network: IntegerNetwork, words: [UInt8], images: Int, batch: Int,
    multiplier: EncodedMultiplier, on spec: AcceleratorSpec, level: Level, work: ChunkedWork
  ) throws {
    precondition(batch >= 1 && images >= 1, "a run needs images")
    precondition(words.count == images * network.input.shape.count, "words do not fit the images")
    self.level = level
    classCount = network.classCount
    let hardware = InferenceHardware(accumulator: spec.accumulator)
    switch level {
    case .closedForm:
      logits = IntegerInference(network, multiplier: multiplier, hardware: hardware).logits(
        words, count: images, work: work)
      layerToggles = nil
    case .register:
      let run = try Self.step(
        network, words, images, batch, ArrayInference(spec: spec, multiplier: multiplier),
        hardware, work)
      (logits, layerToggles) = (run.logits, run.toggles)
    }
  }

  private static func step(
    _ network: IntegerNetwork, _ words: [UInt8], _ images: Int, _ batch: Int,
    _ array: ArrayInference, _ hardware: InferenceHardware, _ work: ChunkedWork
  ) throws -> (logits: [Int32], toggles: [Int]) {
    let features = network.input.shape.count
    let model = AnalyticalModel(spec: array.spec)
    let layers = network.linears.count
    let whole = min(batch, images)
    let parts = images % whole == 0 ? 1 : 2
    let totals = Mutex(
      (toggles: [Int](repeating: 0, count: parts * layers), firstDifference: Int?.none))
    let logits = [Int32](
      unsafeUninitializedCapacity: images * network.classCount
    ) { logits, initialized in
      nonisolated(unsafe) let logits = logits
      work.forEachChunk(of: images, size: batch) { _, chunk in
        let inputs = Array(words[chunk.lowerBound * features..<chunk.upperBound * features])
        let result = array.infer(network, inputs: inputs, images: chunk.count, on: hardware)
        var closed = model.counts(of: network, images: chunk.count)
        closed.registerBitToggles = result.counts.registerBitToggles
        totals.withLock { totals in
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
    let (toggles, difference) = totals.withLock { $0 }
    if let difference {
      throw InputError(
        .internalError,
        "the closed form of the batch from image \(difference) on differs from the registers; "
          + "please report this")
    }
    return (logits, toggles)
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
