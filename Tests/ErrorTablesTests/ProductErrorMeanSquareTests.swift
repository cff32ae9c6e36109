import Testing

@testable import ErrorTables

@Suite("The mean square of errors of products") struct ProductErrorMeanSquareTests {
  @Test("counted differences have their own, no errors none")
  func differences() {
    let errors = DifferenceErrors(
      probability: 0.2, differences: [-7, 3, 40], counts: [1, 2, 5], outputBits: 8)
    let expected = 0.2 * (49.0 + 2 * 9 + 5 * 1_600) / 8
    #expect(abs(ProductErrorModel.differences(errors).meanSquare - expected) < 1e-9)
    #expect(ProductErrorModel.none.meanSquare == 0)
  }

  @Test("masks and bits have that of all products of equally probable bits")
  func masks() {
    let (masks, weights) = ([UInt32(0b0001), 0b0110, 0b1111], [5.0, 2, 1])
    let distribution = ProductErrorDistribution(probability: 0.3, masks: masks, weights: weights)
    var expected = 0.0
    for (mask, weight) in zip(masks, weights) {
      for product in UInt32(0)..<16 {
        let change = Double(product ^ mask) - Double(product)
        expected += 0.3 * weight / 8 * change * change / 16
      }
    }
    for model in [ProductErrorModel.masks(MaskErrors(distribution)), .maskRun(distribution)] {
      #expect(abs(model.meanSquare - expected) < 1e-9)
    }
    let probabilities = [0.1, 0, 0.02, 0.3]
    var ofBits = 0.0
    for mask in UInt32(0)..<16 {
      let probability = probabilities.indices.reduce(1.0) {
        $0 * (mask >> UInt32($1) & 1 == 1 ? probabilities[$1] : 1 - probabilities[$1])
      }
      for product in UInt32(0)..<16 {
        let change = Double(product ^ mask) - Double(product)
        ofBits += probability * change * change / 16
      }
    }
    let model = ProductErrorModel.bits(BitErrors(probabilities: probabilities))
    #expect(abs(model.meanSquare - ofBits) < 1e-9)
  }
}
