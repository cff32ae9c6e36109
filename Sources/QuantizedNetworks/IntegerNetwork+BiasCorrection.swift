import ErrorTables
import TableArithmetic

extension IntegerNetwork {
  /// The network whose biases take back what a multiplier adds on the average: each filter's mean
  /// difference between the approximate and the exact sums over examples, with their own operands.
  ///
  /// Layers are corrected in their order, each on the words that the corrected ones before it give.
  ///
  /// - Parameters:
  ///   - inputs: `count` × features words, such as those of training examples.
  /// - Precondition: a multiplier for the network's words; at least one example.
  public func correctingBias(
    for multiplier: EncodedMultiplier, inputs: [UInt8], count: Int
  ) -> IntegerNetwork {
    precondition(count > 0, "a mean needs examples")
    let exact = EncodedMultiplier.exact(spec)
    let inference = IntegerInference(self, multiplier: multiplier)
    var corrections = linears.map { [Int32](repeating: 0, count: $0.convolution.filters) }
    _ = inference.trace(inputs, count: count) { product in
      func sums(_ multiplier: EncodedMultiplier) -> [Int32] {
        multiplier.accumulators(
          activations: product.activations, weights: product.weights, images: product.m,
          shape: ConvolutionShape(
            channels: product.k, input: .init(square: 1), filters: product.n,
            kernel: .init(square: 1)), padding: 0,
          accumulator: AccumulatorSpec(width: 32, overflow: .wrap), errors: .none,
          key: ProductErrorKey(seed: 0, purpose: .timingErrors, index: 0, layer: product.layer))
      }
      var approximate = sums(multiplier)
      var excess = [Int64](repeating: 0, count: product.n)
      for (place, (wrong, right)) in zip(approximate, sums(exact)).enumerated() {
        excess[place % product.n] += Int64(wrong) - Int64(right)
      }
      let means = excess.map { Int32(clamping: Int64((Double($0) / Double(product.m)).rounded())) }
      for filter in means.indices {
        corrections[product.layer][product.group * product.n + filter] = 0 &- means[filter]
      }
      for place in approximate.indices { approximate[place] &-= means[place % product.n] }
      return approximate
    }
    return addingToBias(corrections)
  }

  /// - Parameter changes: one list a layer with weights, one number a filter.
  private func addingToBias(_ changes: [[Int32]]) -> IntegerNetwork {
    var index = 0
    let steps = steps.map { step in
      guard case .linear(let linear) = step.operation else { return step }
      defer { index += 1 }
      return Step(
        layer: step.layer, rectifier: step.rectifier,
        operation: .linear(linear.addingToBias(changes[index])), sources: step.sources,
        target: step.target)
    }
    return IntegerNetwork(spec: spec, slots: slots, steps: steps, classCount: classCount)
  }
}

extension IntegerLinear {
  /// - Parameter changes: one a filter; the biases stay within `maximumBias`.
  func addingToBias(_ changes: [Int32]) -> IntegerLinear {
    let limit = Self.maximumBias
    let moved = zip(bias, changes).map { min(limit, max(-limit, $0 &+ $1)) }
    return IntegerLinear(
      input: input, output: output, convolution: convolution, weights: weights,
      weightScales: weightScales, weightZeroPoints: weightZeroPoints, bias: moved,
      constants: constants.indices.map { constants[$0] + moved[$0] - bias[$0] },
      requantizations: requantizations, limits: limits, sumScales: sumScales)
  }
}
