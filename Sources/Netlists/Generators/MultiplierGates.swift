/// A multiplier under construction: operands `a` and `b`, and the design that the family's gates go
/// to. Each family is an extension with one method that returns the product's bits.
struct MultiplierGates {
  var design: GeneratedDesign
  let a: [NetID]
  let b: [NetID]
  let shape: MultiplierShape

  init(name: String, shape: MultiplierShape) {
    design = GeneratedDesign(name: name)
    a = design.input("a", width: shape.widthA)
    b = design.input("b", width: shape.widthB)
    self.shape = shape
  }

  /// Columns for all bits of the product.
  var emptyColumns: ColumnReduction { ColumnReduction(width: shape.productWidth) }

  /// The sum of columns by a Dadda tree and the adder of the shape.
  mutating func total(_ columns: ColumnReduction) -> [NetID] {
    var reduction = columns
    reduction.reduceByDadda(&design)
    return reduction.sum(by: shape.adder, &design)
  }

  /// The exact product of two unsigned vectors.
  mutating func exactProduct(_ x: [NetID], _ y: [NetID]) -> [NetID] {
    var columns = ColumnReduction(width: x.count + y.count)
    columns.addPartialProducts(x, y, &design)
    return total(columns)
  }
}
