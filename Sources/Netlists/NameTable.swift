/// A name of a source text, as a number: names are compared once, when they are read.
struct NameID: Hashable, Sendable {
  let index: Int32
}

/// The distinct names of a source text. Open addressing over the bytes (Fowler–Noll–Vo hash), so
/// that a name that is met again costs no memory.
struct NameTable: Sendable {
  private var texts: [String] = []
  private var hashes: [UInt64] = []
  /// Positions in `texts`, -1 where free; a power of two, at most half full.
  private var slots: [Int32] = Array(repeating: -1, count: 64)

  subscript(name: NameID) -> String { texts[Int(name.index)] }

  /// The number of a name, new or known.
  mutating func intern(_ bytes: ArraySlice<UInt8>) -> NameID {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
    while slots[slot] >= 0 {
      let known = Int(slots[slot])
      if hashes[known] == hash && texts[known].utf8.elementsEqual(bytes) {
        return NameID(index: slots[slot])
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let name = NameID(index: Int32(texts.count))
    slots[slot] = name.index
    texts.append(String(decoding: bytes, as: UTF8.self))
    hashes.append(hash)
    if texts.count * 2 > slots.count { grow() }
    return name
  }

  /// The number of a name, new or known.
  mutating func intern(_ text: String) -> NameID { intern(ArraySlice(Array(text.utf8))) }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }
}
