/// The transitions that one die captures wrong while it holds one byte.
struct HeldErrors: Sendable {
  /// A bit for each transition, previous · 256 + present: 1,024 words.
  let bits: [UInt64]
  /// Which of these words are not 0: 16 words.
  let occupied: [UInt64]
  /// The wrong products, in order.
  let products: [UInt16]

  /// - Parameters:
  ///   - captured: the products of all transitions of moving words of `width` bits.
  ///   - settled: one a present byte.
  /// - Returns: nil where all are right.
  init?(captured: UnsafeBufferPointer<UInt16>, width: Int, settled: [UInt16]) {
    var bits = [UInt64](repeating: 0, count: 1024)
    var products: [UInt16] = []
    settled.withUnsafeBufferPointer { settled in
      // As many present words side by side as a word of bits has, or as there are.
      let run = min(64, 1 << width)
      for first in stride(from: 0, to: captured.count, by: run) {
        let present = first & (1 << width - 1)
        var differing: UInt16 = 0
        for lane in 0..<run { differing |= captured[first + lane] ^ settled[present + lane] }
        if differing == 0 { continue }
        let transition = (first >> width) << 8 | present
        for lane in 0..<run where captured[first + lane] != settled[present + lane] {
          bits[transition >> 6] |= 1 << UInt64(transition & 63 + lane)
          products.append(captured[first + lane])
        }
      }
    }
    if products.isEmpty { return nil }
    self.init(bits: bits, products: products)
  }

  /// - Precondition: a product for each bit that is set.
  init(bits: [UInt64], products: [UInt16]) {
    precondition(
      bits.count == 1024 && products.count == bits.reduce(0) { $0 + $1.nonzeroBitCount },
      "a product for each wrong transition")
    self.bits = bits
    occupied = OperandTransitions.occupied(bits)
    self.products = products
  }

  /// Whether a byte that is the previous one too is among them.
  var errsOnRepeats: Bool {
    (0..<256).contains { byte in
      let transition = byte << 8 | byte
      return bits[transition >> 6] >> UInt64(transition & 63) & 1 == 1
    }
  }
}
