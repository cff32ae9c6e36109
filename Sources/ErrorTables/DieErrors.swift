/// What a number of dies of one multiplier capture wrong: their transition tables without the products
/// that are right.
///
/// Few transitions are captured wrong where anybody runs a network: of 2²⁴ products a table of 32 MB
/// holds, one in a hundred. Kept are these transitions and the wrong products alone.
public struct DieErrors: Sendable {
  /// The products after everything has settled.
  public let settled: ProductTable
  private let wrong: HeldErrorsMemory
  /// How many dies.
  public let count: Int
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
    self.init(
      settled: settled,
      dies: try (0..<dies).map { die in
        try table(die).map { WrongProducts($0, settled: settled) }
      })
  }

  /// - Parameters:
  ///   - settled: of bytes, of which the second one is held.
  ///   - dies: at least one; nil: every product is captured right. All of the same widths.
  public init(settled: ProductTable, dies: [WrongProducts?]) {
    precondition(settled.widthA == 8 && settled.widthB == 8, "operands are bytes")
    self.settled = settled
    let held = dies.map { $0?.held ?? [HeldErrors?](repeating: nil, count: 256) }
    wrong = HeldErrorsMemory(held)
    count = dies.count
    let last = dies.last { $0 != nil } ?? nil
    movingMask = last.map { UInt8(1 << $0.movingWidth - 1) } ?? .max
    heldMask = last.map { UInt8(1 << $0.stationaryWidth - 1) } ?? .max
    mayErrOnRepeats = held.joined().contains { $0?.errsOnRepeats == true }
  }

  public init(_ tables: DieTables) {
    self.init(dies: tables.tables.count, settled: tables.settled) { tables.tables[$0] }
  }

  /// Whether a die captures any product of a held word wrong.
  @inline(__always)
  public func canErr(die: Int, held: UInt8) -> Bool { wrong.canErr(die: die, held: held) }

  /// Finds the products of a stream that a die captures wrong.
  ///
  /// - Parameters:
  ///   - stream: its moving words, each after the one before.
  ///   - lanes: gets the places of wrong products, each once, in any order.
  ///   - products: gets what is captured there.
  /// - Returns: how many there are.
  /// - Precondition: room for all words of the stream in `lanes` and `products`.
  public func capture(
    die: Int, held: UInt8, _ stream: inout OperandTransitions,
    lanes: UnsafeMutableBufferPointer<Int32>, products: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    precondition(min(lanes.count, products.count) >= stream.count, "no room for each product")
    return wrong.errors(die: die, held: held)?.capture(&stream, lanes, products) ?? 0
  }
}
