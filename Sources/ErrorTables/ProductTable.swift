/// The captured output of a multiplier for every pair of operands.
///
/// The one table that the exact and every approximate network path share: exchange it, and nothing
/// else, to go from the exact integer network to an approximate one.
public struct ProductTable: Hashable, Sendable {
  /// Operand widths in bits, 1 to 10; a is the first operand (activation), b the second (weight).
  public let widthA: Int
  public let widthB: Int
  /// The product of a and b at `[b << widthA | a]`: a row of consecutive entries holds one weight.
  public let products: [UInt32]

  /// - Precondition: widths 1 to 10, and one product for each pair.
  public init(widthA: Int, widthB: Int, products: [UInt32]) {
    precondition((1...10).contains(widthA) && (1...10).contains(widthB), "width outside 1…10")
    precondition(products.count == 1 << (widthA + widthB), "one product for each operand pair")
    self.widthA = widthA
    self.widthB = widthB
    self.products = products
  }

  /// The exact unsigned products: the null object of every comparison.
  public static func exact(widthA: Int, widthB: Int) -> ProductTable {
    var products: [UInt32] = []
    products.reserveCapacity(1 << (widthA + widthB))
    for b in 0..<UInt32(1) << UInt32(widthB) {
      for a in 0..<UInt32(1) << UInt32(widthA) { products.append(a * b) }
    }
    return ProductTable(widthA: widthA, widthB: widthB, products: products)
  }

  /// The products of the exchanged operands.
  public var exchanged: ProductTable {
    let pairs = (0..<1 << widthA).flatMap { a in (0..<1 << widthB).map { (a: a, b: $0) } }
    return ProductTable(widthA: widthB, widthB: widthA, products: pairs.map { self[$0.a, $0.b] })
  }

  /// The products of bytes whose bits above an operand's width do not count.
  ///
  /// - Precondition: operands of at most 8 bits.
  public var ofBytes: ProductTable {
    precondition(widthA <= 8 && widthB <= 8, "operands wider than bytes")
    if widthA == 8 && widthB == 8 { return self }
    let (maskA, maskB) = (1 << widthA - 1, 1 << widthB - 1)
    let pairs = (0...255).flatMap { b in (0...255).map { (a: $0 & maskA, b: b & maskB) } }
    return ProductTable(widthA: 8, widthB: 8, products: pairs.map { self[$0.a, $0.b] })
  }

  @inlinable
  public subscript(a: Int, b: Int) -> UInt32 { products[b << widthA | a] }
}
