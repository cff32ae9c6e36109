import ConcurrentWork
import ErrorTables
import Files
import LogicSimulation

extension MultiplierSimulation {
  /// The widest operand that a histogram weighs, in bits: a probability is kept for each word.
  public static let maximumHistogramWidth = 16

  /// The error metrics where operands are drawn independently from histograms, over all pairs of
  /// words that occur. Time grows with the pairs, 2^32 at 16 × 16 bits; memory with the words.
  ///
  /// - Parameters:
  ///   - histogram: of the operands' widths.
  ///   - file: the circuit's, for messages.
  /// - Throws: `InputError` 65 if an operand has more than 16 bits or the product more than 32; 75 if
  ///   stopped.
  public func metrics(
    under histogram: OperandHistogram, signs: OperandSigns, file: String, jobs: Int,
    stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> OperandHistogram.Metrics {
    let format = ports.format(signs)
    try checkFitsHistogram(file: file)
    precondition(
      histogram.a.count == 1 << format.widthA && histogram.b.count == 1 << format.widthB,
      "widths differ")
    let simulator = ExhaustiveSimulator(
      netlist, index: ports.operandA.bits + ports.operandB.bits, outputs: ports.product.bits)
    let productWidth = ports.product.bits.count
    let parts = try runConcurrently(
      jobs: jobs, items: Array(0..<simulator.partCount), stopRequested: stopRequested
    ) { (part: Int) -> OperandHistogram.Sums in
      var sums = OperandHistogram.Sums(histogram, format, productWidth: productWidth)
      simulator.run(part: part) { first, low, _ in sums.add(low, first: first) }
      return sums
    }
    var sums = OperandHistogram.Sums(histogram, format, productWidth: productWidth)
    for part in parts { sums.add(part) }
    return sums.metrics
  }

  /// - Throws: `InputError` 65 if an operand or the product is too wide to be weighed.
  func checkFitsHistogram(file: String) throws {
    for operand in [ports.operandA, ports.operandB]
    where operand.bits.count > Self.maximumHistogramWidth {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "operand '\(operand.name)' has \(operand.bits.count) bits: histograms weigh operands of at "
          + "most \(Self.maximumHistogramWidth)")
    }
    guard ports.product.bits.count <= 32 else {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "product '\(ports.product.name)' has \(ports.product.bits.count) bits: histograms weigh "
          + "products of at most 32")
    }
  }
}
