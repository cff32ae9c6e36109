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

  /// - Parameters:
  ///   - dies: how many; at least one.
  ///   - table: of a die, each asked for once, in order; nil: every product is captured right.
  /// - Throws: what `table` throws.
  /// - Precondition: all operands have 8 bits; the second one is held.
  public init(
    dies: Int, settled: ProductTable, table: (_ die: Int) throws -> TransitionTable?
  ) rethrows {
    precondition(settled.widthA == 8 && settled.widthB == 8, "operands are bytes")
    self.settled = settled
    let wrong = try (0..<dies).map { die in
      guard let table = try table(die) else { return [HeldErrors?](repeating: nil, count: 256) }
      precondition(table.stationaryWidth == 8 && table.movingWidth == 8, "operands are bytes")
      return table.withProducts { products in
        (0...255).map { held in
          HeldErrors(
            captured: UnsafeBufferPointer(rebasing: products[held << 16..<(held + 1) << 16]),
            settled: (0...255).map { UInt16(truncatingIfNeeded: settled[$0, held]) })
        }
      }
    }
    self.wrong = wrong
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

  /// Finds the products that a die captures wrong.
  ///
  /// - Parameters:
  ///   - previous: moving words before; one for each present word.
  ///   - lanes: gets the places of wrong products, ascending.
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
}

/// The transitions that one die captures wrong while it holds one byte.
private struct HeldErrors: Sendable {
  /// A bit for each transition, previous · 256 + present.
  private let bits: [UInt64]
  /// How many bits are set in the words before.
  private let before: [UInt32]
  /// The wrong products, in order.
  private let products: [UInt16]

  /// - Parameters:
  ///   - captured: 65,536 products.
  ///   - settled: one a present byte.
  /// - Returns: nil where all are right.
  init?(captured: UnsafeBufferPointer<UInt16>, settled: [UInt16]) {
    var bits = [UInt64](repeating: 0, count: 1024)
    var products: [UInt16] = []
    settled.withUnsafeBufferPointer { settled in
      for word in 0..<1024 {
        let first = word << 6
        let row = first & 255
        var differing: UInt16 = 0
        for lane in 0..<64 { differing |= captured[first + lane] ^ settled[row + lane] }
        if differing == 0 { continue }
        for lane in 0..<64 where captured[first + lane] != settled[row + lane] {
          bits[word] |= 1 << UInt64(lane)
          products.append(captured[first + lane])
        }
      }
    }
    if products.isEmpty { return nil }
    self.bits = bits
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
}
