import ErrorTables
import Testing

/// Two-bit operands, exact but for 3·3, which gives 7: the Kulkarni block.
private let block = ProductTable(
  widthA: 2, widthB: 2,
  products: ProductTable.exact(widthA: 2, widthB: 2).products.map { $0 == 9 ? 7 : $0 })

@Test("the metrics of one error of −2 among 16 pairs follow their definitions")
func oneError() {
  let metrics = ErrorMetrics(of: block)
  #expect(metrics.errorRate == 1.0 / 16)
  #expect(metrics.meanErrorDistance == 2.0 / 16)
  #expect(metrics.normalizedMeanErrorDistance == 2.0 / 16 / 9)
  #expect(metrics.meanAbsoluteErrorPercent == 100 * 2.0 / 256)
  #expect(metrics.worstCaseError == 2)
  #expect(metrics.worstCaseErrorPercent == 12.5)
  #expect(metrics.meanSquaredError == 0.25)
  #expect(metrics.bias == -0.125)
  #expect(metrics.variance == 0.25 - 0.125 * 0.125)
  // Nine pairs have a product that is not 0.
  #expect(metrics.meanRelativeError == 2.0 / 9 / 9)
  #expect(metrics.worstCaseRelativeError == 2.0 / 9)
}

@Test("with max(1, exact) all pairs count for relative errors")
func atLeastOne() {
  let metrics = ErrorMetrics(of: block, convention: .atLeastOne)
  #expect(metrics.meanRelativeError == 2.0 / 9 / 16)
}
