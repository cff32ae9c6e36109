/// A parallel-prefix adder for an accumulator: s = (a + b) modulo 2^width, logarithmic depth.
///
/// Source: Kogge, Stone, *A parallel algorithm for the efficient solution of a general class of
/// recurrence equations*, IEEE Transactions on Computers C-22(8), 1973.
public enum KoggeStoneAdder {
  /// The adder `input [w-1:0] a, b; output [w-1:0] s` over `GeneratorCells`.
  ///
  /// - Precondition: the width is in 2…64.
  public static func netlist(width: Int) -> Netlist {
    precondition((2...64).contains(width), "width outside 2…64")
    var design = GeneratedDesign(name: "add\(width)_kogge_stone")
    let a = design.input("a", width: width)
    let b = design.input("b", width: width)
    // Generate and propagate of the group of bits that ends at i and has `span` bits.
    let propagateBit = (0..<width).map { design.xor(a[$0], b[$0], name: "p_\($0)") }
    var propagate = propagateBit
    var notGenerate = (0..<width).map { design.nand(a[$0], b[$0], name: "g0_\($0)_nand") }
    var generate = (0..<width).map { design.inverted(notGenerate[$0], name: "g0_\($0)_inv") }
    var span = 1
    while span < width {
      let (lower, lowerPropagate) = (generate, propagate)
      for i in span..<width {
        // g = g(i) ∨ p(i)·g(i − span), p = p(i)·p(i − span)
        let name = "\(2 * span)_\(i)"
        let carried = design.nand(
          lowerPropagate[i], lower[i - span], name: "g\(name)_carried")
        generate[i] = design.nand(notGenerate[i], carried, name: "g\(name)")
        propagate[i] = design.and(
          lowerPropagate[i], lowerPropagate[i - span], name: "p\(name)")
      }
      for i in span..<width {
        notGenerate[i] = design.inverted(generate[i], name: "g\(2 * span)_\(i)_inv")
      }
      span *= 2
    }
    let sum = (0..<width).map { i in
      i == 0 ? propagateBit[0] : design.xor(propagateBit[i], generate[i - 1], name: "s_\(i)")
    }
    design.output("s", bits: sum)
    return design.finish()
  }
}
