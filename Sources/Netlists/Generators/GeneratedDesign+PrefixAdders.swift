/// The parallel-prefix adders: generate and propagate of groups of bits, joined by
/// g = g(high) ∨ p(high)·g(low), p = p(high)·p(low).
extension GeneratedDesign {
  mutating func koggeStoneSum(_ a: [NetID], _ b: [NetID], _ carryIn: NetID) -> [NetID] {
    let width = a.count
    // Generate and propagate of the group of bits that ends at i and has `span` bits.
    let propagateBit = (0..<width).map { xor(a[$0], b[$0], name: "p_\($0)") }
    var propagate = propagateBit
    var notGenerate = (0..<width).map { nand(a[$0], b[$0], name: "g0_\($0)_nand") }
    var generate = (0..<width).map { inverted(notGenerate[$0], name: "g0_\($0)_inv") }
    if carryIn != Self.zero {
      generate[0] = nand(notGenerate[0], nand(propagate[0], carryIn))
      notGenerate[0] = inverted(generate[0])
    }
    var span = 1
    while span < width {
      let (lower, lowerPropagate) = (generate, propagate)
      for i in span..<width {
        let name = "\(2 * span)_\(i)"
        let carried = nand(lowerPropagate[i], lower[i - span], name: "g\(name)_carried")
        generate[i] = nand(notGenerate[i], carried, name: "g\(name)")
        propagate[i] = and(lowerPropagate[i], lowerPropagate[i - span], name: "p\(name)")
      }
      for i in span..<width {
        notGenerate[i] = inverted(generate[i], name: "g\(2 * span)_\(i)_inv")
      }
      span *= 2
    }
    return sums(propagateBit, generate, carryIn)
  }

  mutating func brentKungSum(_ a: [NetID], _ b: [NetID], _ carryIn: NetID) -> [NetID] {
    let width = a.count
    let propagateBit = (0..<width).map { xor(a[$0], b[$0]) }
    var propagate = propagateBit
    var generate = (0..<width).map { and(a[$0], b[$0]) }
    if carryIn != Self.zero {
      generate[0] = nand(inverted(generate[0]), nand(propagate[0], carryIn))
    }
    // Joins the group that ends at i with the one that ends `distance` bits below.
    func join(_ i: Int, _ distance: Int, _ design: inout GeneratedDesign) {
      let carried = design.nand(propagate[i], generate[i - distance])
      generate[i] = design.nand(design.inverted(generate[i]), carried)
      propagate[i] = design.and(propagate[i], propagate[i - distance])
    }
    var distance = 1
    while distance < width {
      for i in stride(from: 2 * distance - 1, to: width, by: 2 * distance) {
        join(i, distance, &self)
      }
      distance *= 2
    }
    while distance >= 1 {
      for i in stride(from: 3 * distance - 1, to: width, by: 2 * distance) {
        join(i, distance, &self)
      }
      distance /= 2
    }
    return sums(propagateBit, generate, carryIn)
  }

  private mutating func sums(
    _ propagate: [NetID], _ carries: [NetID], _ carryIn: NetID
  ) -> [NetID] {
    propagate.indices.map { i in
      xor(propagate[i], i == 0 ? carryIn : carries[i - 1], name: "s_\(i)")
    }
  }
}
