import ConcurrentWork
import ErrorTables
import LogicSimulation
import Netlists
import Randomness

/// The settled products of a multiplier netlist: over all operand pairs where that can be done, else
/// over a seeded sample of them.
public struct MultiplierSimulation: Sendable {
  public let netlist: Netlist
  public let ports: MultiplierPorts

  /// A sample of operand pairs, drawn uniformly.
  public struct Sample: Hashable, Sendable {
    /// Rounded up to a multiple of 2,048.
    public let count: Int
    public let seed: UInt64

    public init(count: Int, seed: UInt64) {
      precondition((1...1 << 40).contains(count), "sample count outside 1…2^40")
      self.count = count
      self.seed = seed
    }

    var blockCount: Int { (count + SampledSimulator.laneCount - 1) / SampledSimulator.laneCount }
  }

  /// - Precondition: the ports are the netlist's, and it has no other input bits.
  public init(_ netlist: Netlist, ports: MultiplierPorts) {
    self.netlist = netlist
    self.ports = ports
  }

  private var widthA: Int { ports.operandA.bits.count }
  private var widthB: Int { ports.operandB.bits.count }

  /// Whether all pairs are simulated: operands of at most 32 bits together; of at most 24 where the
  /// product has more than 32 bits, or one operand fewer than 4 and the other more than 16, since
  /// such pairs are added up one by one.
  public var isEnumerable: Bool {
    let bits = widthA + widthB
    let isFast =
      ports.product.bits.count <= 32 && (min(widthA, widthB) >= 4 || max(widthA, widthB) <= 16)
    return bits <= (isFast ? ExhaustiveSimulator.maximumIndexBits : 24)
  }

  /// The product of each operand pair.
  ///
  /// - Throws: `InputError` 65, with the file's name, if the operands are too wide for a table.
  public func productTable(file: String) throws -> ProductTable {
    try ports.checkFitsTable(file: file)
    return ProductTable(
      simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
      product: ports.product)
  }

  /// Σ over all operand pairs.
  ///
  /// - Precondition: `isEnumerable`.
  /// - Throws: `InputError` 75 if stopped.
  public func sums(
    signs: OperandSigns, convention: RelativeErrorConvention, jobs: Int,
    stopRequested: @escaping @Sendable () -> Bool = { false },
    finished: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> ErrorSums {
    precondition(isEnumerable, "too wide to enumerate")
    // The operand that runs through consecutive products has at most 16 bits, since its numbers are
    // kept in tables, and long rows are faster.
    let isAInner = widthA <= 16 && (widthA >= widthB || widthB > 16)
    let (inner, outer) =
      isAInner
      ? (ports.operandA.bits, ports.operandB.bits) : (ports.operandB.bits, ports.operandA.bits)
    let rowSigns = isAInner ? signs : OperandSigns(a: signs.b, b: signs.a)
    let simulator = ExhaustiveSimulator(
      netlist, index: inner + outer, outputs: ports.product.bits)
    let productWidth = ports.product.bits.count
    let total = simulator.partCount
    let parts = try runConcurrently(
      jobs: jobs, items: Array(0..<total), stopRequested: stopRequested,
      finished: { finished($0, total) },
      work: { (part: Int) -> ErrorSums in
        if productWidth > 32 {
          let format = OperandFormat(widthA: inner.count, widthB: outer.count, signs: rowSigns)
          return wideSums(simulator, part, format, convention: convention)
        }
        var accumulator = ErrorAccumulator(
          innerWidth: inner.count, outerWidth: outer.count, productWidth: productWidth,
          signs: rowSigns, convention: convention)
        simulator.run(part: part) { first, low, _ in accumulator.add(low, first: first) }
        return accumulator.sums
      })
    return parts.reduce(into: ErrorSums()) { $0 += $1 }
  }

  /// Σ over a part of the pairs, one by one, for products of more than 32 bits; the operand that
  /// runs is the format's first.
  private func wideSums(
    _ simulator: ExhaustiveSimulator, _ part: Int, _ format: OperandFormat,
    convention: RelativeErrorConvention
  ) -> ErrorSums {
    let blocks = ExhaustiveBlocks(simulator, part: part)
    var sums = ErrorSums()
    while blocks.next() {
      for lane in blocks.low.indices {
        let index = UInt64(blocks.first + lane)
        let inner = index & (1 << UInt64(format.widthA) - 1)
        sums.add(
          product: format.number(product: blocks.word(lane), width: ports.product.bits.count),
          exact: format.product(of: inner, and: index >> UInt64(format.widthA)),
          convention: convention)
      }
    }
    return sums
  }

  /// Σ over a sample of operand pairs.
  public func sums(
    of sample: Sample, signs: OperandSigns, convention: RelativeErrorConvention, jobs: Int
  ) throws -> ErrorSums {
    let blocks = sample.blockCount
    // Parts of a fixed number of blocks, whatever the number of threads.
    let partBlocks = max(1, (blocks + 63) / 64)
    let starts = Array(stride(from: 0, to: blocks, by: partBlocks))
    let parts = try runConcurrently(jobs: jobs, items: starts) { (start: Int) -> ErrorSums in
      var sums = ErrorSums()
      forEachPair(of: sample, blocks: start..<min(start + partBlocks, blocks)) { a, b, product in
        let format = ports.format(signs)
        sums.add(
          product: format.number(product: product, width: ports.product.bits.count),
          exact: format.product(of: a, and: b), convention: convention)
      }
      return sums
    }
    return parts.reduce(into: ErrorSums()) { $0 += $1 }
  }

  /// The words of the operands and of the product for each pair of a sample's blocks.
  func forEachPair(
    of sample: Sample, blocks: Range<Int>,
    _ body: (_ a: UInt64, _ b: UInt64, _ product: UInt64) -> Void
  ) {
    let simulator = SampledSimulator(
      netlist, ports: [ports.operandA.bits, ports.operandB.bits, ports.product.bits])
    for block in blocks {
      var stream = RandomStream(
        seed: sample.seed, purpose: .operandSample, index: UInt64(block))
      simulator.run { stream.next() }
      for lane in 0..<SampledSimulator.laneCount {
        body(
          simulator.value(port: 0, lane: lane), simulator.value(port: 1, lane: lane),
          simulator.value(port: 2, lane: lane))
      }
    }
  }
}
