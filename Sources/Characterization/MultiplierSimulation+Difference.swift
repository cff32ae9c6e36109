import ConcurrentWork
import ErrorTables
import Files
import LogicSimulation

/// An operand pair for which two multipliers give different products.
public struct ProductDifference: Hashable, Sendable {
  /// The operands and the products as numbers, signed where the multipliers are.
  public let a: Int128
  public let b: Int128
  public let product: Int128
  public let expected: Int128

  public init(a: Int128, b: Int128, product: Int128, expected: Int128) {
    self.a = a
    self.b = b
    self.product = product
    self.expected = expected
  }
}

/// What comparing two multipliers found.
public enum EquivalenceResult: Hashable, Sendable {
  /// All operand pairs give the same products.
  case equivalent(pairs: UInt64)
  /// No pair of a sample gives different products: no proof.
  case noDifference(samples: Int)
  /// The different pair with the smallest a + 2^wa·b of all, or of the first block of a sample that
  /// has one.
  case different(ProductDifference)
}

extension MultiplierSimulation {
  /// Compares the products with another multiplier's, or with the exact ones.
  ///
  /// - Parameters:
  ///   - other: of the same operand widths; nil stands for exact products.
  ///   - sample: what to compare where not all pairs can be.
  /// - Precondition: the widths are the same.
  /// - Throws: `InputError` 75 if stopped.
  public func difference(
    from other: MultiplierSimulation?, signs: OperandSigns, sample: Sample, jobs: Int,
    stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> EquivalenceResult {
    let format = ports.format(signs)
    precondition(
      other.map { $0.ports.format(signs) == format } ?? true, "the widths differ")
    guard isEnumerable && (other?.isEnumerable ?? true) else {
      return sampledDifference(from: other, format, sample)
    }
    let mine = ExhaustiveSimulator(
      netlist, index: ports.operandA.bits + ports.operandB.bits, outputs: ports.product.bits)
    let theirs = other.map {
      ExhaustiveSimulator(
        $0.netlist, index: $0.ports.operandA.bits + $0.ports.operandB.bits,
        outputs: $0.ports.product.bits, inOrderOf: mine)
    }
    let productWidth = ports.product.bits.count
    let otherWidth = other?.ports.product.bits.count ?? 64
    let firsts = try runConcurrently(
      jobs: jobs, items: Array(0..<mine.partCount), stopRequested: stopRequested
    ) { (part: Int) -> Int? in
      let blocks = ExhaustiveBlocks(mine, part: part)
      let otherBlocks = theirs.map { ExhaustiveBlocks($0, part: part) }
      var first: Int?
      while blocks.next() {
        if let otherBlocks { _ = otherBlocks.next() }
        if let first, blocks.first > first { continue }
        for lane in blocks.low.indices {
          let index = blocks.first + lane
          let product = format.number(product: blocks.word(lane), width: productWidth)
          let expected =
            otherBlocks.map { format.number(product: $0.word(lane), width: otherWidth) }
            ?? Self.exact(index, format)
          guard product != expected else { continue }
          first = min(first ?? index, index)
          break
        }
      }
      return first
    }
    guard let index = firsts.compactMap({ $0 }).min() else {
      return .equivalent(pairs: UInt64(1) << UInt64(format.pairBits))
    }
    return .different(difference(at: index, from: other, format))
  }

  private static func exact(_ index: Int, _ format: OperandFormat) -> Int128 {
    format.product(
      of: UInt64(index & (1 << format.widthA - 1)), and: UInt64(index >> format.widthA))
  }

  private func difference(
    at index: Int, from other: MultiplierSimulation?, _ format: OperandFormat
  ) -> ProductDifference {
    let a = UInt64(index & (1 << format.widthA - 1))
    let b = UInt64(index >> format.widthA)
    return ProductDifference(
      a: format.numberA(a), b: format.numberB(b), product: product(a, b, format),
      expected: other?.product(a, b, format) ?? Self.exact(index, format))
  }

  /// The product of two operand words.
  public func product(_ a: UInt64, _ b: UInt64, _ format: OperandFormat) -> Int128 {
    let simulator = BitParallelSimulator(netlist)
    var state = simulator.makeState()
    for (port, value) in [(ports.operandA, a), (ports.operandB, b)] {
      for (bit, net) in port.bits.enumerated() {
        state[Int(net.index)][0] = value >> UInt64(bit) & 1
      }
    }
    simulator.evaluate(&state)
    var word: UInt64 = 0
    for (bit, net) in ports.product.bits.enumerated() {
      word |= (state[Int(net.index)][0] & 1) << UInt64(bit)
    }
    return format.number(product: word, width: ports.product.bits.count)
  }

  private func sampledDifference(
    from other: MultiplierSimulation?, _ format: OperandFormat, _ sample: Sample
  ) -> EquivalenceResult {
    let blocks = sample.blockCount
    for block in 0..<blocks {
      var pairs: [(a: UInt64, b: UInt64)] = []
      var products: [Int128] = []
      forEachPair(of: sample, blocks: block..<block + 1) { a, b, product in
        pairs.append((a, b))
        products.append(format.number(product: product, width: ports.product.bits.count))
      }
      var expected: [Int128] = []
      if let other {
        other.forEachPair(of: sample, blocks: block..<block + 1) { _, _, product in
          expected.append(format.number(product: product, width: other.ports.product.bits.count))
        }
      } else {
        expected = pairs.map { format.product(of: $0.a, and: $0.b) }
      }
      guard let lane = products.indices.first(where: { products[$0] != expected[$0] }) else {
        continue
      }
      return .different(
        ProductDifference(
          a: format.numberA(pairs[lane].a), b: format.numberB(pairs[lane].b),
          product: products[lane], expected: expected[lane]))
    }
    return .noDifference(samples: blocks * SampledSimulator.laneCount)
  }
}
