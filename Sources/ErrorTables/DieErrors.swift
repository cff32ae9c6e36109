/// What a number of dies of one multiplier capture wrong: their transition tables without the products
/// that are right.
///
/// Few transitions are captured wrong where anybody runs a network: of 2²⁴ products a table of 32 MB
/// holds, one in a hundred. Kept are a bit for each transition and the wrong products alone.
public struct DieErrors: Sendable {
  /// The products after everything has settled.
  public let settled: ProductTable
  /// By die and held byte; nil where every product is captured right.
  private let wrong: [[HeldErrors?]]
  /// Whether a product is captured wrong whose moving operand does not change: in no table of a
  /// circuit, whose gates have settled then.
  public let mayErrOnRepeats: Bool
  /// The bits of a byte that the tables' operands have; all where every product is captured right.
  public let movingMask: UInt8
  public let heldMask: UInt8

  /// - Parameters:
  ///   - dies: how many; at least one.
  ///   - table: of a die, each asked for once, in order; nil: every product is captured right.
  /// - Throws: what `table` throws.
  /// - Precondition: `settled` is of bytes, of which the second one is held; operands of a table
  ///   have at most 8 bits, and words are not wider.
  public init(
    dies: Int, settled: ProductTable, table: (_ die: Int) throws -> TransitionTable?
  ) rethrows {
    precondition(settled.widthA == 8 && settled.widthB == 8, "operands are bytes")
    self.settled = settled
    var (movingMask, heldMask) = (UInt8.max, UInt8.max)
    let wrong = try (0..<dies).map { die in
      guard let table = try table(die) else { return [HeldErrors?](repeating: nil, count: 256) }
      precondition(max(table.stationaryWidth, table.movingWidth) <= 8, "operands wider than bytes")
      let (heldCount, transitions) = (1 << table.stationaryWidth, 1 << (2 * table.movingWidth))
      movingMask = UInt8(1 << table.movingWidth - 1)
      heldMask = UInt8(heldCount - 1)
      return table.withProducts { products in
        (0...255).map { held in
          guard held < heldCount else { return nil }
          let first = held * transitions
          return HeldErrors(
            captured: UnsafeBufferPointer(rebasing: products[first..<first + transitions]),
            width: table.movingWidth,
            settled: (0...255).map { UInt16(truncatingIfNeeded: settled[$0, held]) })
        }
      }
    }
    self.wrong = wrong
    (self.movingMask, self.heldMask) = (movingMask, heldMask)
    mayErrOnRepeats = wrong.joined().contains { $0?.errsOnRepeats == true }
  }

  public init(_ tables: DieTables) {
    self.init(dies: tables.tables.count, settled: tables.settled) { tables.tables[$0] }
  }

  /// How many dies.
  public var count: Int { wrong.count }

  /// Whether a die captures any product of a held word wrong.
  @inline(__always)
  public func canErr(die: Int, held: UInt8) -> Bool { wrong[die][Int(held)] != nil }

  /// Finds the products that a die captures wrong, word by word: what a short stream takes.
  ///
  /// - Parameters:
  ///   - previous: moving words before; one for each present word.
  ///   - lanes: gets the places of wrong products.
  ///   - products: gets what is captured there.
  /// - Returns: how many there are.
  /// - Precondition: room for all words in `lanes` and `products`.
  public func capture(
    die: Int, held: UInt8, previous: UnsafeBufferPointer<UInt8>,
    current: UnsafeBufferPointer<UInt8>, lanes: UnsafeMutableBufferPointer<Int32>,
    products: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    precondition(
      previous.count == current.count && min(lanes.count, products.count) >= current.count,
      "no room for each product")
    return wrong[die][Int(held)]?.capture(previous, current, lanes, products) ?? 0
  }

  /// The same of a stream whose transitions are known; the places come in another order.
  public func capture(
    die: Int, held: UInt8, _ transitions: OperandTransitions,
    lanes: UnsafeMutableBufferPointer<Int32>, products: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    wrong[die][Int(held)]?.capture(transitions, lanes, products) ?? 0
  }
}

/// The transitions that one die captures wrong while it holds one byte.
private struct HeldErrors: Sendable {
  /// A bit for each transition, previous · 256 + present.
  private let bits: [UInt64]
  /// Which of these words are not 0.
  private let occupied: [UInt64]
  /// How many bits are set in the words before.
  private let before: [UInt32]
  /// The wrong products, in order.
  private let products: [UInt16]

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
    self.bits = bits
    occupied = OperandTransitions.occupied(bits)
    self.products = products
    var count: UInt32 = 0
    before = bits.map { word in
      defer { count += UInt32(word.nonzeroBitCount) }
      return count
    }
  }

  /// Whether a byte that is the previous one too is among them.
  var errsOnRepeats: Bool {
    (0..<256).contains { byte in
      let transition = byte << 8 | byte
      return bits[transition >> 6] >> UInt64(transition & 63) & 1 == 1
    }
  }

  func capture(
    _ previous: UnsafeBufferPointer<UInt8>, _ current: UnsafeBufferPointer<UInt8>,
    _ lanes: UnsafeMutableBufferPointer<Int32>, _ captured: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    bits.withUnsafeBufferPointer { bits in
      before.withUnsafeBufferPointer { before in
        products.withUnsafeBufferPointer { products in
          var count = 0
          for index in current.indices {
            let transition = Int(previous[index]) &<< 8 | Int(current[index])
            let word = bits[transition &>> 6]
            let bit = UInt64(1) &<< UInt64(transition & 63)
            if word & bit == 0 { continue }
            let rank = Int(before[transition &>> 6]) &+ (word & (bit &- 1)).nonzeroBitCount
            lanes[count] = Int32(truncatingIfNeeded: index)
            captured[count] = UInt32(products[rank])
            count &+= 1
          }
          return count
        }
      }
    }
  }

  func capture(
    _ transitions: OperandTransitions, _ lanes: UnsafeMutableBufferPointer<Int32>,
    _ captured: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    bits.withUnsafeBufferPointer { bits in
      occupied.withUnsafeBufferPointer { occupied in
        before.withUnsafeBufferPointer { before in
          products.withUnsafeBufferPointer { products in
            var count = 0
            transitions.forEachPlace(in: bits, occupied: occupied) { word, bit, place in
              let rank = Int(before[word]) &+ (bits[word] & (bit &- 1)).nonzeroBitCount
              lanes[count] = place
              captured[count] = UInt32(products[rank])
              count &+= 1
            }
            return count
          }
        }
      }
    }
  }
}
