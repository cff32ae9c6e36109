import Networks
import Randomness
import TestSupport
import Testing

@Suite struct FloatProductTests {
  @Test("products equal the triple loop, with either side transposed")
  func product() {
    var random = RandomStream(seed: 1, purpose: .test)
    for trial in 0..<40 {
      let (m, k, n) = (
        1 + Int(random.next() % 20), 1 + Int(random.next() % 20), 1 + Int(random.next() % 20)
      )
      let transposed = (left: trial & 1 == 1, right: trial & 2 == 2)
      let left = (0..<m * k).map { _ in Float(random.nextNormal()) }
      let right = (0..<k * n).map { _ in Float(random.nextNormal()) }
      var product = [Float](repeating: 0, count: m * n)
      FloatProduct.multiply(
        left, right, into: &product, m: m, k: k, n: n, transposingLeft: transposed.left,
        transposingRight: transposed.right)
      for row in 0..<m {
        for column in 0..<n {
          let exact = (0..<k).reduce(0.0) { sum, inner in
            let a = transposed.left ? inner * m + row : row * k + inner
            let b = transposed.right ? column * k + inner : inner * n + column
            return sum + Double(left[a]) * Double(right[b])
          }
          #expect(abs(Double(product[row * n + column]) - exact) < 1e-5)
        }
      }
    }
  }

  @Test("the forward pass of a perceptron equals the naive network in double precision")
  func forward() {
    let network = Network(topology: .perceptron([7, 5, 6, 3]), seed: 4)
    var random = RandomStream(seed: 2, purpose: .test)
    let inputs = Tensor(
      count: 4, shape: network.input, values: (0..<28).map { _ in Float(random.nextNormal()) })
    let naive = NaiveDenseNetwork(sizes: [7, 5, 6, 3], parameters: network.parameters)
    let logits = network.logits(inputs).values
    for row in 0..<4 {
      let expected = naive.logits(inputs.values[row * 7..<(row + 1) * 7].map(Double.init))
      for (column, value) in expected.enumerated() {
        #expect(abs(Double(logits[row * 3 + column]) - value) < 1e-5)
      }
    }
  }

  @Test("initial weights have mean 0 and standard deviation √(2/K), fixed by their seed")
  func initialization() {
    let network = Network(topology: .perceptron([64, 200]), seed: 9)
    let weights = network.parameters.prefix(12_800).map(Double.init)
    let mean = weights.reduce(0, +) / 12_800
    let variance = weights.reduce(0) { $0 + $1 * $1 } / 12_800
    // Standard errors over 12,800 draws: σ/113 for the mean, σ²/80 for the variance.
    #expect(abs(mean) < 4 * 0.1768 / 113)
    #expect(abs(variance - 2.0 / 64) < 4 * (2.0 / 64) / 80)
    #expect(network == Network(topology: .perceptron([64, 200]), seed: 9))
    #expect(network != Network(topology: .perceptron([64, 200]), seed: 10))
  }
}
