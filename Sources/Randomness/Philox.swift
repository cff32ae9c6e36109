/// The Philox 4×32-10 counter-based generator.
///
/// Maps a 128-bit counter and a 64-bit key to 128 random bits, with no state carried from one
/// counter
/// to the next: a number depends on what it is for, never on the order of work or on threads.
/// Source: Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011.
public enum Philox {
  /// The four output words for a counter and a key, after ten rounds.
  @inlinable
  public static func block(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>
  ) -> SIMD4<UInt32> {
    let words = block(counter[0], counter[1], counter[2], counter[3], key[0], key[1])
    return SIMD4(words.0, words.1, words.2, words.3)
  }

  /// The same from words in registers, first word of counter and key first.
  @inlinable @inline(__always)
  public static func block(
    _ counter0: UInt32, _ counter1: UInt32, _ counter2: UInt32, _ counter3: UInt32,
    _ key0: UInt32, _ key1: UInt32
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c0, c1, c2, c3) = (counter0, counter1, counter2, counter3)
    var (k0, k1) = (key0, key1)
    for _ in 0..<10 {
      let first = UInt64(c0) &* 0xD251_1F53
      let second = UInt64(c2) &* 0xCD9E_8D57
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: first)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }
}
