/// Numbered blocks of 128 random bits that are fixed by (seed, purpose, lane, index) alone.
///
/// What a kernel draws from where each of its events has a number of its own: event j reads block j
/// and nothing else, whatever came before it. Block j holds the words 4j … 4j + 3 of the
/// `RandomStream` of the same (seed, purpose, lane, index).
public struct RandomBlocks: Sendable {
  @usableFromInline let key: (UInt32, UInt32)
  @usableFromInline let counter: (UInt32, UInt32, UInt32)

  /// - Precondition: `lane` is below 2²⁴.
  @inlinable
  public init(seed: UInt64, purpose: RandomPurpose, lane: UInt32, index: UInt64) {
    precondition(lane < 1 << 24, "lane too large")
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = (
      purpose.rawValue | lane << 8, UInt32(truncatingIfNeeded: index),
      UInt32(truncatingIfNeeded: index >> 32)
    )
  }

  /// The two 64-bit halves of a block, uniform and independent.
  @inlinable @inline(__always)
  public func block(_ number: UInt32) -> (UInt64, UInt64) {
    let words = Philox.block(number, counter.0, counter.1, counter.2, key.0, key.1)
    return (
      UInt64(words.0) | UInt64(words.1) << 32, UInt64(words.2) | UInt64(words.3) << 32
    )
  }
}

extension UInt64 {
  /// The upper 53 bits as a number in [0, 1).
  @inlinable @inline(__always)
  public var uniform: Double { Double(self >> 11) * 0x1p-53 }
}
