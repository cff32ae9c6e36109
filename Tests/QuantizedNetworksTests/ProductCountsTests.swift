import ErrorTables
import TableArithmetic
import Testing

@testable import QuantizedNetworks

@Suite("The products of a network's operands") struct ProductCountsTests {
  private static let count = 4

  @Test(
    "are counted as a loop over all of them counts, and drawn differences change as many as they say",
    arguments: [OperandEncoding.offset, .signMagnitude])
  func products(encoding: OperandEncoding) throws {
    let (network, inputs) = SampleNetworks.random(
      .perceptron([12, 7, 3]), count: Self.count, seed: 5)
    let integers = try SampleNetworks.quantized(
      network, inputs, QuantizationSpec(encoding: encoding))
    let multiplier = EncodedMultiplier.exact(integers.spec)
    let inference = IntegerInference(integers, multiplier: multiplier)
    let trace = inference.trace(integers.words(of: inputs.values), count: Self.count)
    var expected = ProductCounts(bits: 16, isSigned: encoding != .offset)
    var pairs: [(activation: UInt8, weight: UInt8)] = []
    for layer in 0..<2 {
      for product in inference.products(of: trace, layer: layer, images: Self.count) {
        for row in 0..<product.m {
          for step in 0..<product.k {
            for column in 0..<product.n {
              let (activation, weight) = (
                product.activations[row * product.k + step],
                product.weights[step * product.n + column]
              )
              pairs.append((activation, weight))
              expected.add(product: Int(multiplier.product(activation, weight)), count: 1)
            }
          }
        }
      }
    }
    let counts = inference.productCounts(of: trace, images: Self.count)
    #expect(counts == expected && counts.total == Self.count * integers.multiplyAccumulates)
    let shape = ConvolutionShape(
      channels: 1, input: ConvolutionShape.Size(square: 1), filters: 1,
      kernel: ConvolutionShape.Size(square: 1))
    // Every product errs, so that nothing is left to chance.
    for difference in [Int32(-20_000), -300, -1, 1, 250, 30_000] {
      let errors = ProductErrorModel.differences(
        DifferenceErrors(
          probability: 1, differences: [difference], counts: [1], outputBits: 16))
      var (changed, sum) = (0, 0)
      for (activation, weight) in pairs {
        let captured = multiplier.accumulators(
          activations: [activation], weights: [weight], images: 1, shape: shape, padding: 0,
          accumulator: AccumulatorSpec(width: 32, overflow: .wrap), errors: errors,
          key: ProductErrorKey(seed: 1, purpose: .timingErrors, index: 0, layer: 0))[0]
        let change = Int(captured - multiplier.product(activation, weight))
        changed += change == 0 ? 0 : 1
        sum += change
      }
      let injected = errors.injected(into: counts)
      #expect(abs(injected.rate - Double(changed) / Double(pairs.count)) < 1e-12)
      #expect(abs(injected.bias - Double(sum) / Double(pairs.count)) < 1e-8)
    }
  }
}
