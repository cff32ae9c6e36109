/// The transitions that one die captures wrong while it holds one byte, and what it captures.
struct HeldErrors: Sendable {
  /// Previous · 256 + present, ascending.
  let transitions: [UInt16]
  /// One for each.
  let products: [UInt16]

  /// - Parameters:
  ///   - captured: the products of all transitions of moving words of `width` bits.
  ///   - settled: one a present byte.
  /// - Returns: nil where all are right.
  init?(captured: UnsafeBufferPointer<UInt16>, width: Int, settled: [UInt16]) {
    var (transitions, products): ([UInt16], [UInt16]) = ([], [])
    settled.withUnsafeBufferPointer { settled in
      // Few are wrong: so many present words side by side are compared first.
      let run = min(64, 1 << width)
      for first in stride(from: 0, to: captured.count, by: run) {
        let present = first & (1 << width - 1)
        var differing: UInt16 = 0
        for lane in 0..<run { differing |= captured[first + lane] ^ settled[present + lane] }
        if differing == 0 { continue }
        let transition = (first >> width) << 8 | present
        for lane in 0..<run where captured[first + lane] != settled[present + lane] {
          transitions.append(UInt16(transition + lane))
          products.append(captured[first + lane])
        }
      }
    }
    if products.isEmpty { return nil }
    self.init(transitions: transitions, products: products)
  }

  /// - Precondition: transitions ascend, with a product for each.
  init(transitions: [UInt16], products: [UInt16]) {
    precondition(
      products.count == transitions.count && Self.ascend(transitions),
      "a product for each wrong transition, in order")
    self.transitions = transitions
    self.products = products
  }

  static func ascend(_ transitions: [UInt16]) -> Bool {
    zip(transitions, transitions.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// Whether a byte that is the previous one too is among them.
  var errsOnRepeats: Bool { transitions.contains { $0 >> 8 == $0 & 255 } }
}
