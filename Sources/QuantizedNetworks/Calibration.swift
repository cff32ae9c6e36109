import Networks
import Synchronization

/// What the layers of a float network give for some inputs: the numbers that ranges of activations
/// are chosen from.
public struct Calibration: Sendable {
  /// By the layers' numbers.
  let outputs: [Int: ValueHistogram]

  /// Runs the inputs twice, for the ranges, then for what lies within them; once where the rule looks
  /// at the ranges alone.
  ///
  /// - Parameters:
  ///   - rule: that ranges will be chosen by.
  ///   - forEachBatch: calls its argument with each batch, the same ones each time.
  /// - Throws: `QuantizationError` at a layer whose outputs are not finite; what `forEachBatch`
  ///   throws.
  public init(
    of network: Network, rule: RangeRule, work: ChunkedWork = .serial,
    forEachBatch: ((Tensor) -> Void) throws -> Void
  ) throws {
    let ranges = Mutex<[Int: ClosedRange<Float>]>([:])
    let unbounded = Mutex<Set<Int>>([])
    try forEachBatch { batch in
      let hook = LayerHook.observe { layer, outputs in
        var (low, high) =
          ranges.withLock { $0[layer].map { ($0.lowerBound, $0.upperBound) } }
          ?? (Float(0), Float(0))
        var sum: Float = 0
        for value in outputs.values {
          low = min(low, value)
          high = max(high, value)
          // 0·x is 0 for every finite x, and not a number for the others.
          sum += 0 * value
        }
        guard sum == 0 else {
          unbounded.withLock { _ = $0.insert(layer) }
          return
        }
        ranges.withLock { $0[layer] = low...high }
      }
      _ = network.logits(batch, work: work, hook: hook)
    }
    if let layer = unbounded.withLock({ $0.min() }) {
      throw QuantizationError(
        layer: "layer \(layer), counted from 0 in the order of the topology",
        reason: "its outputs are not finite: the weights are too large")
    }
    let found = ranges.withLock { $0 }
    let histograms = Mutex(found.mapValues { ValueHistogram(range: $0) })
    guard rule.needsCounts else {
      outputs = histograms.withLock { $0 }
      return
    }
    try forEachBatch { batch in
      let hook = LayerHook.observe { layer, outputs in
        histograms.withLock { $0[layer]?.add(outputs.values) }
      }
      _ = network.logits(batch, work: work, hook: hook)
    }
    outputs = histograms.withLock { $0 }
  }
}
