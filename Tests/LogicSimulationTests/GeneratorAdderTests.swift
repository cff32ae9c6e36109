import LogicSimulation
import Netlists
import Randomness
import Testing

@Suite("Generated adders")
struct GeneratorAdderTests {
  static let families: [AdderFamily] =
    AdderFamily.exactAdders + [0, 1, 3].map { .lowerPartOR(bits: $0) }

  @Test("an adder of 2, 3 and 5 bits gives its definition's sum on all pairs", arguments: families)
  func exhaustive(family: AdderFamily) {
    for width in [2, 3, 5] {
      if case .lowerPartOR(let bits) = family, bits > width { continue }
      let simulator = BitParallelSimulator(family.netlist(width: width))
      for a in 0..<UInt64(1) << UInt64(width) {
        for b in 0..<UInt64(1) << UInt64(width) {
          let sum = simulator.outputs(for: [a, b])[0]
          #expect(sum == family.sum(a, b, width: width), "\(family) \(width): \(a) + \(b)")
        }
      }
    }
  }

  @Test(
    "every width of 2 to 64 gives the definition's sum on a sample, all-ones carries included",
    arguments: families)
  func sampled(family: AdderFamily) {
    var stream = RandomStream(seed: 5, purpose: .test)
    for width in AdderFamily.widths {
      if case .lowerPartOR(let bits) = family, bits > width { continue }
      let simulator = BitParallelSimulator(family.netlist(width: width))
      let mask = UInt64.max >> UInt64(64 - width)
      let random = (0..<10).map { _ in (stream.next() & mask, stream.next() & mask) }
      for (a, b) in random + [(mask, 1), (1, mask), (mask, mask), (0, 0)] {
        let sum = simulator.outputs(for: [a, b])[0]
        #expect(sum == family.sum(a, b, width: width), "\(family) \(width): \(a) + \(b)")
      }
    }
  }

  @Test(
    "a saturating adder stays at the ends of two's complement: all pairs of 2, 3 and 5 bits, samples and ends of wide ones",
    arguments: AdderFamily.exactAdders)
  func saturating(family: AdderFamily) {
    var stream = RandomStream(seed: 6, purpose: .test)
    for width in [2, 3, 5, 24, 48] {
      let simulator = BitParallelSimulator(family.saturatingNetlist(width: width))
      let (least, most) = (-(1 << (width - 1)), 1 << (width - 1) - 1)
      let ends = [least, least + 1, -1, 0, 1, most - 1, most]
      let numbers =
        width < 8
        ? Array(least...most)
        : ends + (0..<30).map { _ in Int.random(in: least...most, using: &stream) }
      let mask = UInt64.max >> UInt64(64 - width)
      for a in numbers {
        for b in numbers {
          let sum = simulator.outputs(
            for: [a, b].map { UInt64(bitPattern: Int64($0)) & mask })[0]
          let wanted = min(most, max(least, a + b))
          #expect(
            sum == UInt64(bitPattern: Int64(wanted)) & mask, "\(family) \(width): \(a) + \(b)")
        }
      }
    }
  }

  @Test("the exact adders' definition is addition, and lower-part OR errs as published")
  func definitions() {
    for family in AdderFamily.exactAdders {
      #expect(family.sum(200, 100, width: 8) == 44)
      #expect(family.sum(.max, 2, width: 64) == 1)
    }
    // 0111 + 0101 with four ORed bits and no carry; with a carry out of 1xxx + 1xxx.
    #expect(AdderFamily.lowerPartOR(bits: 4).sum(7, 5, width: 8) == 7)
    #expect(AdderFamily.lowerPartOR(bits: 4).sum(8, 8, width: 8) == 24)
    #expect(AdderFamily.lowerPartOR(bits: 0).sum(7, 5, width: 8) == 12)
  }

  @Test("prefix adders are of logarithmic depth, Brent-Kung with fewer cells than Kogge-Stone")
  func depths() {
    let ripple = AdderFamily.ripple.netlist(width: 32)
    let lookAhead = AdderFamily.carryLookAhead.netlist(width: 32)
    let koggeStone = AdderFamily.koggeStone.netlist(width: 32)
    let brentKung = AdderFamily.brentKung.netlist(width: 32)
    #expect(koggeStone.depth < brentKung.depth)
    #expect(brentKung.depth < ripple.depth)
    // A full adder is one level: two NAND2 a group of four bits are half as many, and a few.
    #expect(lookAhead.depth < ripple.depth)
    #expect(brentKung.cells.count < koggeStone.cells.count)
    #expect(ripple.cells.count < brentKung.cells.count)
  }
}
