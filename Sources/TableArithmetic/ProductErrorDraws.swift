import ErrorTables
import Foundation
import Randomness

/// Where the errors of a layer's products come from: a chip, or a training step, under a seed.
public struct ProductErrorKey: Hashable, Sendable {
  public let seed: UInt64
  public let purpose: RandomPurpose
  /// The chip or the training step, below 2³².
  public let index: UInt64
  /// Below 2²⁴.
  public let layer: Int

  /// - Precondition: `index` is below 2³², `layer` below 2²⁴.
  public init(seed: UInt64, purpose: RandomPurpose, index: UInt64, layer: Int) {
    precondition(index < 1 << 32 && (0..<1 << 24).contains(layer), "index or layer too large")
    self.seed = seed
    self.purpose = purpose
    self.index = index
    self.layer = layer
  }
}

/// Finds the wrong products of a stretch of a layer's operations, each keyed by its position.
///
/// Operation (i·K + k)·N + n is that of image i, counted from the first of the dataset, weight
/// (k, n). The operations are cut into segments of 2¹⁴. Segment s has the blocks of (seed, purpose,
/// layer, index·2³² + s). Its jth error takes block j: the first half gives the distance from the
/// error before, ⌊ln(1 − u)/ln(1 − p)⌋ products that are right, the second half the mask. So errors
/// depend on (seed, purpose, layer, index) and the operation alone: not on threads, on the order, or
/// on which images share a call. Distances start anew at each segment, which is exact, as products
/// err independently.
struct ProductErrorDraws {
  static let segmentLength = 1 << 14

  /// An error within a segment.
  struct Draw {
    /// The operation, counted from the start of the segment.
    var position: Int32
    /// What its mask is made from.
    var bits: UInt64
  }

  private let key: ProductErrorKey
  /// 1/ln(1 − p).
  private let distanceScale: Double

  /// - Precondition: `probability` is in (0, 1].
  init(probability: Double, key: ProductErrorKey) {
    precondition(probability > 0 && probability <= 1, "probability outside (0, 1]")
    self.key = key
    distanceScale = 1 / log1p(-probability)
  }

  func blocks(ofSegment segment: Int) -> RandomBlocks {
    RandomBlocks(
      seed: key.seed, purpose: key.purpose, lane: UInt32(truncatingIfNeeded: key.layer),
      index: key.index << 32 | UInt64(truncatingIfNeeded: segment))
  }

  /// Draws all errors of a segment, in ascending order.
  ///
  /// - Parameter draws: `segmentLength` places; as many as returned are filled.
  @inline(__always)
  func fill(_ draws: UnsafeMutablePointer<Draw>, from blocks: RandomBlocks) -> Int {
    var position = -1
    var count = 0
    while true {
      let (distance, bits) = blocks.block(UInt32(truncatingIfNeeded: count))
      // At most 37 / p; below 2⁶³, as ln(1 − p) is −2⁻⁵³ or less for any p that changes it.
      let right = log(1 - distance.uniform) * distanceScale
      guard right < Double(Self.segmentLength) else { return count }
      position += 1 + Int(right)
      guard position < Self.segmentLength else { return count }
      draws[count] = Draw(position: Int32(truncatingIfNeeded: position), bits: bits)
      count += 1
    }
  }
}
