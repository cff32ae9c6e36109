/// The multiplier families that can be generated, with their parameters.
///
/// Each has two descriptions that know nothing of each other: `netlist(width:)`, gates over
/// `GeneratorCells`, and `product(_:_:)`, integers by the definition. Tests compare them on all
/// operand pairs.
public enum MultiplierFamily: Hashable, Sendable {
  /// The exact product: a Dadda tree and a ripple-carry adder.
  case exactDadda
  /// Partial products a(i)·b(j) with i + j < columns are dropped.
  case truncated(columns: Int)
  /// Broken-array multiplier: a partial product a(i)·b(j) is kept only if i + j ≥ vertical and
  /// j ≥ horizontal. Source: Mahdiani, Ahmadi, Fakhraie, Lucas, *Bio-inspired imprecise
  /// computational blocks*, IEEE TCAS-I 57(4), 2010.
  case brokenArray(vertical: Int, horizontal: Int)
  /// 2×2 blocks that give 7 for 3·3, summed exactly. Source: Kulkarni, Gupta, Ercegovac, *Trading
  /// accuracy for power with an underdesigned multiplier architecture*, VLSI Design 2011.
  case kulkarni

  /// The operand widths that are generated.
  public static let widths = 4...16

  /// The unsigned multiplier `input [w-1:0] a, b; output [2w-1:0] p` over `GeneratorCells`.
  ///
  /// - Precondition: the width is in 4…16; columns and vertical in 0…2·width − 1, horizontal in
  ///   0…width.
  public func netlist(width: Int) -> Netlist {
    precondition(Self.widths.contains(width), "width outside 4…16")
    checkParameters(width)
    var design = GeneratedDesign(name: moduleName(width: width))
    let a = design.input("a", width: width)
    let b = design.input("b", width: width)
    var reduction = ColumnReduction(width: 2 * width)
    switch self {
    case .exactDadda:
      reduction.addPartialProducts(a, b, &design) { _, _ in true }
    case .truncated(let columns):
      reduction.addTruncatedProducts(a, b, columns: columns, &design)
    case .brokenArray(let vertical, let horizontal):
      reduction.addBrokenArray(a, b, vertical: vertical, horizontal: horizontal, &design)
    case .kulkarni:
      reduction.addKulkarniBlocks(a, b, &design)
    }
    reduction.reduceByDadda(&design)
    design.output("p", bits: reduction.sumByRipple(&design))
    return design.finish()
  }

  /// What the multiplier gives for two operands, from the family's definition.
  ///
  /// - Precondition: operands in 0…65535.
  public func product(_ a: Int, _ b: Int) -> Int {
    precondition((0...0xFFFF).contains(a) && (0...0xFFFF).contains(b), "operand outside 0…65535")
    return switch self {
    case .exactDadda: a * b
    case .truncated(let columns): Self.truncatedProduct(a, b, columns: columns)
    case .brokenArray(let vertical, let horizontal):
      Self.brokenArrayProduct(a, b, vertical: vertical, horizontal: horizontal)
    case .kulkarni: Self.kulkarniProduct(a, b)
    }
  }

  /// `mul8u_truncated_t6`: the name of the module and of its file.
  public func moduleName(width: Int) -> String {
    let name =
      switch self {
      case .exactDadda: "exact_dadda"
      case .truncated(let columns): "truncated_t\(columns)"
      case .brokenArray(let vertical, let horizontal): "bam_v\(vertical)h\(horizontal)"
      case .kulkarni: "kulkarni"
      }
    return "mul\(width)u_\(name)"
  }

  /// The family and its parameters in words, for the header of a generated file.
  public var summary: String {
    switch self {
    case .exactDadda: "exact, Dadda tree, ripple-carry final adder"
    case .truncated(let columns): "truncated, t = \(columns) (a(i)b(j) with i + j < t is dropped)"
    case .brokenArray(let vertical, let horizontal):
      "broken array, v = \(vertical), h = \(horizontal) "
        + "(a(i)b(j) is kept if i + j >= v and j >= h)"
    case .kulkarni: "Kulkarni 2x2 blocks (3 x 3 gives 7), exact sums"
    }
  }

  private func checkParameters(_ width: Int) {
    switch self {
    case .exactDadda, .kulkarni: return
    case .truncated(let columns):
      precondition((0..<2 * width).contains(columns), "columns outside 0…2·width − 1")
    case .brokenArray(let vertical, let horizontal):
      precondition((0..<2 * width).contains(vertical), "vertical outside 0…2·width − 1")
      precondition((0...width).contains(horizontal), "horizontal outside 0…width")
    }
  }
}

extension ColumnReduction {
  /// Adds the partial products a(i)·b(j) that are kept, each an AND, to column i + j.
  mutating func addPartialProducts(
    _ a: [NetID], _ b: [NetID], _ design: inout GeneratedDesign,
    where isKept: (_ i: Int, _ j: Int) -> Bool
  ) {
    for (j, bitB) in b.enumerated() {
      for (i, bitA) in a.enumerated() where isKept(i, j) {
        columns[i + j].append(design.and(bitA, bitB, name: "pp_\(i)_\(j)"))
      }
    }
  }
}
