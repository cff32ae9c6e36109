import Testing

@testable import ErrorTables

@Suite("What drawn errors make of products") struct InjectedErrorsTests {
  /// Products of a register of five bits, 0 and both ends among them.
  private static func products(isSigned: Bool) -> ProductCounts {
    var products = ProductCounts(bits: 5, isSigned: isSigned)
    for (index, count) in [(0, 40), (1, 3), (9, 5), (16, 11), (20, 2), (30, 1), (31, 7)] {
      products.add(product: index + products.lowest, count: count)
    }
    return products
  }

  private static func values(_ products: ProductCounts) -> [(value: Int, share: Double)] {
    products.counts.enumerated().map {
      ($0.offset + products.lowest, Double($0.element) / Double(products.total))
    }
  }

  @Test("differences are cut at both ends of the register", arguments: [false, true])
  func differences(isSigned: Bool) {
    let products = Self.products(isSigned: isSigned)
    let (lowest, highest) = (products.lowest, products.lowest + 31)
    let (differences, counts) = ([Int32(-31), -3, -1, 1, 2, 17, 31], [1, 8, 4, 9, 2, 5, 3])
    let errors = DifferenceErrors(
      probability: 0.3, differences: differences, counts: counts, outputBits: 5)
    var (rate, bias) = (0.0, 0.0)
    for (value, share) in Self.values(products) {
      for (difference, count) in zip(differences, counts) {
        let probability = 0.3 * share * Double(count) / 32
        let captured = min(max(value + Int(difference), lowest), highest)
        rate += captured == value ? 0 : probability
        bias += probability * Double(captured - value)
      }
    }
    let injected = ProductErrorModel.differences(errors).injected(into: products)
    #expect(abs(injected.rate - rate) < 1e-12 && injected.rate < 0.3)
    #expect(abs(injected.bias - bias) < 1e-12)
  }

  @Test(
    "masks change every product, bits as often as one of them is wrong", arguments: [false, true])
  func inverted(isSigned: Bool) {
    let products = Self.products(isSigned: isSigned)
    func change(_ value: Int, _ mask: Int) -> Double {
      let word = (value ^ mask) & 31
      return Double((isSigned && word > 15 ? word - 32 : word) - value)
    }
    func bias(_ probabilities: [(mask: Int, probability: Double)]) -> Double {
      Self.values(products).reduce(0) { sum, product in
        sum
          + probabilities.reduce(0) {
            $0 + product.share * $1.probability * change(product.value, $1.mask)
          }
      }
    }
    let distribution = ProductErrorDistribution(
      probability: 0.4, masks: [1, 6, 31, 16], weights: [1, 2, 3, 2])
    let expected = bias([(1, 0.05), (6, 0.1), (31, 0.15), (16, 0.1)])
    for model in [ProductErrorModel.masks(MaskErrors(distribution)), .maskRun(distribution)] {
      let injected = model.injected(into: products)
      #expect(injected.rate == 0.4 && abs(injected.bias - expected) < 1e-12)
    }
    let single = [0.1, 0, 0.3, 0.02, 0.2]
    let masks = (1..<32).map { mask in
      (
        mask: mask,
        probability: single.indices.reduce(1.0) {
          $0 * (mask >> $1 & 1 == 1 ? single[$1] : 1 - single[$1])
        }
      )
    }
    let injected = ProductErrorModel.bits(BitErrors(probabilities: single)).injected(into: products)
    #expect(abs(injected.rate - masks.reduce(0) { $0 + $1.probability }) < 1e-12)
    #expect(abs(injected.bias - bias(masks)) < 1e-12)
  }
}
