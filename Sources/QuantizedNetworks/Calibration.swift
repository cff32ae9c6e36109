import Networks
import Synchronization

/// What the layers of a float network give for some inputs: the numbers that ranges of activations
/// are chosen from.
public struct Calibration: Sendable {
  /// By the layers' numbers.
  let outputs: [Int: ValueHistogram]

  /// Runs the inputs twice: for the ranges, then for what lies within them.
  ///
  /// - Parameter forEachBatch: calls its argument with each batch, the same ones each time.
  /// - Throws: what `forEachBatch` throws.
  public init(
    of network: Network, work: ChunkedWork = .serial,
    forEachBatch: ((Tensor) -> Void) throws -> Void
  ) rethrows {
    let ranges = Mutex<[Int: ClosedRange<Float>]>([:])
    try forEachBatch { batch in
      let hook = LayerHook.observe { layer, outputs in
        var (low, high) =
          ranges.withLock { $0[layer].map { ($0.lowerBound, $0.upperBound) } }
          ?? (Float(0), Float(0))
        for value in outputs.values {
          low = min(low, value)
          high = max(high, value)
        }
        ranges.withLock { $0[layer] = low...high }
      }
      _ = network.logits(batch, work: work, hook: hook)
    }
    let found = ranges.withLock { $0 }
    let histograms = Mutex(found.mapValues { ValueHistogram(range: $0) })
    try forEachBatch { batch in
      let hook = LayerHook.observe { layer, outputs in
        histograms.withLock { $0[layer]?.add(outputs.values) }
      }
      _ = network.logits(batch, work: work, hook: hook)
    }
    self.outputs = histograms.withLock { $0 }
  }
}
