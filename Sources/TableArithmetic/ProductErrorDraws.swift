import ErrorTables
import Foundation
import Randomness

#if arch(x86_64)
  import CTableKernels
#endif

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
/// error before, ⌊ln(1 − u)/ln(1 − p)⌋ products that are right, the second half its mask
/// or difference. So errors depend on (seed, purpose, layer, index) and the operation alone: not on
/// threads, on the order, or on which images share a call. Distances start anew at each segment, which is exact, as products
/// err independently.
struct ProductErrorDraws {
  static let segmentLength = 1 << 14
  /// The most errors of a batch: what is said of them stays in the first-level cache.
  static let batchCapacity = 256

  /// Some wrong products: their places in the stretch, in no particular order.
  struct Batch {
    /// How many places are filled.
    let count: Int
    /// The operation, counted from the first of the stretch.
    let operations: UnsafePointer<Int32>
    /// What the mask or difference is chosen by.
    let bits: UnsafePointer<UInt64>
    /// Which error of its segment it is, from 0 on.
    let numbers: UnsafePointer<UInt32>
  }

  let kernels: TableKernels
  private let key: ProductErrorKey
  private let probability: Double
  /// 1/ln(1 − p).
  private let distanceScale: Double

  /// - Precondition: `probability` is in (0, 1].
  init(probability: Double, key: ProductErrorKey, kernels: TableKernels) {
    precondition(probability > 0 && probability <= 1, "probability outside (0, 1]")
    self.key = key
    self.probability = probability
    self.kernels = kernels
    distanceScale = 1 / log1p(-probability)
  }

  func blocks(ofSegment segment: Int) -> RandomBlocks {
    RandomBlocks(
      seed: key.seed, purpose: key.purpose, lane: UInt32(truncatingIfNeeded: key.layer),
      index: key.index << 32 | UInt64(truncatingIfNeeded: segment))
  }

  /// Draws all errors of a stretch.
  ///
  /// - Precondition: at most 2³⁰ operations, below 2⁴⁶.
  func forEachBatch(of operations: Range<Int>, _ body: (Batch) -> Void) {
    precondition(operations.count <= 1 << 30, "too many operations at once")
    let capacity = Self.batchCapacity
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: capacity) { places in
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: capacity) { bits in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { numbers in
          guard let place = places.baseAddress, let bit = bits.baseAddress,
            let number = numbers.baseAddress
          else { return }
          let room = Room(capacity: capacity, operations: place, bits: bit, numbers: number)
          #if arch(x86_64)
            switch kernels {
            case .portable: drawPortably(operations, into: room, body)
            case .avx2: draw(operations, with: ax_draw_errors_avx2, into: room, body)
            case .avx512: draw(operations, with: ax_draw_errors_avx512, into: room, body)
            }
          #else
            drawPortably(operations, into: room, body)
          #endif
        }
      }
    }
  }

  /// Where a batch is put.
  private struct Room {
    let capacity: Int
    let operations: UnsafeMutablePointer<Int32>
    let bits: UnsafeMutablePointer<UInt64>
    let numbers: UnsafeMutablePointer<UInt32>

    func batch(_ count: Int) -> Batch {
      Batch(
        count: count, operations: UnsafePointer(operations), bits: UnsafePointer(bits),
        numbers: UnsafePointer(numbers))
    }
  }

  /// What the kernels are compared with.
  private func drawPortably(_ operations: Range<Int>, into room: Room, _ body: (Batch) -> Void) {
    var filled = 0
    var start = operations.lowerBound / Self.segmentLength * Self.segmentLength
    while start < operations.upperBound {
      let blocks = blocks(ofSegment: start / Self.segmentLength)
      var (position, number) = (-1, UInt32(0))
      while true {
        let (distance, bits) = blocks.block(number)
        let right = log(1 - distance.uniform) * distanceScale
        guard right < Double(Self.segmentLength) else { break }
        position += 1 + Int(right)
        guard position < Self.segmentLength else { break }
        if operations.contains(start + position) {
          room.operations[filled] = Int32(start + position - operations.lowerBound)
          room.bits[filled] = bits
          room.numbers[filled] = number
          filled += 1
        }
        if filled == room.capacity {
          body(room.batch(filled))
          filled = 0
        }
        number += 1
      }
      start += Self.segmentLength
    }
    if filled > 0 { body(room.batch(filled)) }
  }

  #if arch(x86_64)
    private func draw(
      _ operations: Range<Int>,
      with kernel: (
        UnsafeMutablePointer<AXErrorDraws>, Int64, UnsafeMutablePointer<Int32>,
        UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<Int64>
      ) -> Int32,
      into room: Room, _ body: (Batch) -> Void
    ) {
      precondition(
        room.capacity >= Int(AX_ERROR_SETS * AX_ERROR_LANES), "no room for a draw of each lane")
      let first = operations.lowerBound / Self.segmentLength
      let segments = (operations.upperBound - 1) / Self.segmentLength - first + 1
      var draws = AXErrorDraws()
      ax_begin_error_draws(
        &draws, UInt64(first), Int32(first * Self.segmentLength - operations.lowerBound),
        run(ofSegments: segments))
      draws.operations = Int32(operations.count)
      draws.scale = distanceScale
      draws.key = (UInt32(truncatingIfNeeded: key.seed), UInt32(truncatingIfNeeded: key.seed >> 32))
      draws.purpose = key.purpose.rawValue | UInt32(truncatingIfNeeded: key.layer) << 8
      draws.index = UInt32(truncatingIfNeeded: key.index)
      var (count, isMore): (Int64, Bool) = (0, true)
      while isMore {
        isMore =
          kernel(
            &draws, Int64(room.capacity), room.operations, room.bits, room.numbers, &count) != 0
        if count > 0 { body(room.batch(Int(count))) }
      }
    }

    /// How many lanes draw for a segment together, so that all are done the soonest.
    ///
    /// A segment with λ errors needs λ + 1 draws, and (run − 1)/2 are drawn in vain. Of g runs, each
    /// for n segments, the longest has about √(2nλ·ln g) draws more than the mean.
    private func run(ofSegments segments: Int) -> Int32 {
      let lanes = Int(AX_ERROR_SETS * AX_ERROR_LANES)
      let mean = probability * Double(Self.segmentLength)
      func steps(_ run: Int) -> Double {
        let runs = lanes / run
        let each = Double((segments + runs - 1) / runs)
        let draws = each * (mean + 1 + Double(run - 1) / 2)
        return (draws + (2 * each * mean * log(Double(runs))).squareRoot()) / Double(run)
      }
      let runs = [1, 2, 4, 8, 16]
      return Int32(runs.min { steps($0) < steps($1) } ?? 1)
    }
  #endif
}
