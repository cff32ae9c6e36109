import ErrorTables
import Netlists
import Randomness

@testable import TableArithmetic

/// Tables of products, and every way to multiply through them.
enum SampleTables {
  static let exact = ProductTable.exact(widthA: 8, widthB: 8)
  /// The largest products.
  static let largest = ProductTable(
    widthA: 8, widthB: 8, products: [UInt32](repeating: 0xFFFF, count: 65_536))
  static let random = {
    var random = RandomStream(seed: 31, purpose: .test)
    return ProductTable(
      widthA: 8, widthB: 8, products: (0..<65_536).map { _ in random.nextWord() & 0xFFFF })
  }()
  /// Exact products but for one.
  static let almostExact = {
    var products = exact.products
    products[200 << 8 | 201] ^= 1
    return ProductTable(widthA: 8, widthB: 8, products: products)
  }()

  /// The products of a family by its model, which other tests compare with its netlist.
  static func generated(_ family: MultiplierFamily, isSigned: Bool = false) -> ProductTable {
    let model = family.model(MultiplierShape(width: 8, isSigned: isSigned))
    func operand(_ bits: Int) -> Int { isSigned && bits > 127 ? bits - 256 : bits }
    return ProductTable(
      widthA: 8, widthB: 8,
      products: (0..<65_536).map {
        UInt32(truncatingIfNeeded: model(operand($0 & 255), operand($0 >> 8))) & 0xFFFF
      })
  }

  /// Every family of 8 × 8 bits with the smallest, a middle and the largest value of each parameter.
  static func families(isSigned: Bool) throws -> [MultiplierFamily] {
    let shape = MultiplierShape(width: 8, isSigned: isSigned)
    return try MultiplierFamily.catalog.filter { $0.fits(shape) }.flatMap { entry in
      var lists: [[String: Int]] = [[:]]
      for parameter in entry.parameters {
        let values = parameter.values(shape)
        let chosen = Set([0, values.count / 2, values.count - 1].map { values[$0] }).sorted()
        lists = lists.flatMap { list in
          chosen.map { list.merging([parameter.name: $0]) { $1 } }
        }
      }
      return try lists.map { try MultiplierFamily.named(entry.name, parameters: $0, shape) }
    }
  }

  /// A multiplication for every instruction set of this processor and every method that fits the
  /// table, and those that choose by themselves.
  static func multiplications(_ table: ProductTable) -> [(name: String, TableMatrixMultiplication)]
  {
    TableKernels.available.flatMap { kernels in
      let chosen = TableMatrixMultiplication(table: table, kernels: kernels)
      let methods = TableMethod.candidates(
        kernels: kernels, isExact: chosen.isExact, factors: chosen.layouts.factors)
      return [("\(kernels)", chosen)]
        + methods.map { ("\(kernels) \($0.kernel) \($0.lanes)", chosen.always($0)) }
    }
  }
}
