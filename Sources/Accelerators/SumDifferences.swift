/// What wrong products change the sums of a layer by: N × M, the vectors of an output side by side.
///
/// Wrong products come in the order of weights, each somewhere among the vectors, and all sums together
/// are more than a core's cache holds: added one by one, nearly each change would wait for a line of
/// memory. So they wait, by blocks of sums that the cache does hold, until a block has many.
struct SumDifferences {
  /// Bits of a sum's place in its block: below them in a word there is room for a difference of 17 bits.
  private static let placeBits = 15
  private static let placeMask = UInt32(1) << placeBits - 1
  /// Sums of a block, and of layers whose changes need not wait: 128 and 512 KB.
  private static let (block, few) = (1 << placeBits, 1 << 17)
  /// The most changes that wait for a block, and for all of them: 64 KB and 16 MB.
  private static let (room, rooms) = (1 << 14, 1 << 22)

  private let vectors: Int
  private var sums: [UInt32]
  /// Of each block so many words: the sum's place in it in the low bits, the change above.
  private var waiting: [UInt32] = []
  private var counts: [Int32] = []
  private let room: Int

  init(outputs: Int, vectors: Int) {
    self.vectors = vectors
    sums = [UInt32](repeating: 0, count: outputs * vectors)
    let blocks = sums.count <= Self.few ? 0 : (sums.count + Self.block - 1) / Self.block
    room = blocks == 0 ? 0 : max(1, min(Self.room, Self.rooms / blocks))
    waiting = [UInt32](repeating: 0, count: blocks * room)
    counts = [Int32](repeating: 0, count: blocks)
  }

  /// Takes all changes that a body makes.
  ///
  /// - Parameter body: gets what adds a difference of two products of 16 bits, modulo 2³², to the sum of
  ///   an output and a vector.
  mutating func collect(
    _ body: (_ change: (_ output: Int, _ vector: Int, _ difference: UInt32) -> Void) -> Void
  ) {
    let (vectors, room) = (vectors, room)
    sums.withUnsafeMutableBufferPointer { sums in
      guard room > 0 else {
        return body { output, vector, difference in
          sums[output &* vectors &+ vector] &+= difference
        }
      }
      waiting.withUnsafeMutableBufferPointer { waiting in
        counts.withUnsafeMutableBufferPointer { counts in
          func settle(_ block: Int) {
            let (first, start) = (block &* Self.block, block &* room)
            for index in start..<start &+ Int(counts[block]) {
              let change = waiting[index]
              sums[first &+ Int(change & Self.placeMask)] &+= UInt32(
                bitPattern: Int32(bitPattern: change) &>> Int32(Self.placeBits))
            }
            counts[block] = 0
          }
          body { output, vector, difference in
            let place = output &* vectors &+ vector
            let block = place &>> Self.placeBits
            if counts[block] == room { settle(block) }
            waiting[block &* room &+ Int(counts[block])] =
              difference &<< UInt32(Self.placeBits) | UInt32(truncatingIfNeeded: place)
              & Self.placeMask
            counts[block] &+= 1
          }
          counts.indices.forEach(settle)
        }
      }
    }
  }

  /// Adds them to M × N sums, a few lines of memory at a time.
  func add(to sums: inout [UInt32]) {
    let (vectors, outputs) = (vectors, vectors == 0 ? 0 : self.sums.count / vectors)
    self.sums.withUnsafeBufferPointer { differences in
      sums.withUnsafeMutableBufferPointer { sums in
        for first in stride(from: 0, to: vectors, by: 16) {
          for output in 0..<outputs {
            for vector in first..<min(vectors, first + 16) {
              sums[vector * outputs + output] &+= differences[output * vectors + vector]
            }
          }
        }
      }
    }
  }
}
