import Networks
import QuantizedNetworks
import Randomness
import TestSupport
import Testing

@Suite struct FloatMatrixTests {
  @Test("products equal the triple loop, with either side transposed")
  func product() {
    var random = RandomStream(seed: 1, purpose: .test)
    for trial in 0..<40 {
      let (m, k, n) = (
        1 + Int(random.next() % 20), 1 + Int(random.next() % 20), 1 + Int(random.next() % 20)
      )
      let transposed = (left: trial & 1 == 1, right: trial & 2 == 2)
      let left = matrix(transposed.left ? k : m, transposed.left ? m : k, &random)
      let right = matrix(transposed.right ? n : k, transposed.right ? k : n, &random)
      let product = FloatMatrix.product(
        left, right, transposingLeft: transposed.left, transposingRight: transposed.right)
      #expect((product.rows, product.columns) == (m, n))
      for row in 0..<m {
        for column in 0..<n {
          let exact = (0..<k).reduce(0.0) { sum, inner in
            let a = transposed.left ? inner * m + row : row * k + inner
            let b = transposed.right ? column * k + inner : inner * n + column
            return sum + Double(left.values[a]) * Double(right.values[b])
          }
          #expect(abs(Double(product.values[row * n + column]) - exact) < 1e-5)
        }
      }
    }
  }

  @Test("the forward pass equals the naive network in double precision")
  func forward() {
    let network = DenseNetwork(sizes: [7, 5, 6, 3], seed: 4)
    var random = RandomStream(seed: 2, purpose: .test)
    let inputs = matrix(4, 7, &random)
    let naive = NaiveDenseNetwork(
      layers: network.layers.map {
        NaiveDenseNetwork.Layer(
          inputCount: $0.inputCount, outputCount: $0.outputCount,
          weights: $0.weights.map(Double.init), bias: $0.bias.map(Double.init))
      })
    let outputs = network.forward(inputs)
    for row in 0..<4 {
      let expected = naive.logits(inputs.values[row * 7..<(row + 1) * 7].map(Double.init))
      for (column, value) in expected.enumerated() {
        #expect(abs(Double(outputs[2].values[row * 3 + column]) - value) < 1e-5)
      }
    }
    #expect(network.hiddenRanges(for: inputs) == outputs.dropLast().map { $0.values.max() })
  }

  @Test("initial weights have mean 0 and standard deviation √(2/K), fixed by their seed")
  func initialization() {
    let network = DenseNetwork(sizes: [64, 200], seed: 9)
    let weights = network.layers[0].weights.map(Double.init)
    let mean = weights.reduce(0, +) / 12_800
    let variance = weights.reduce(0) { $0 + $1 * $1 } / 12_800
    // Standard errors over 12,800 draws: σ/113 for the mean, σ²/80 for the variance.
    #expect(abs(mean) < 4 * 0.1768 / 113)
    #expect(abs(variance - 2.0 / 64) < 4 * (2.0 / 64) / 80)
    #expect(network == DenseNetwork(sizes: [64, 200], seed: 9))
    #expect(network != DenseNetwork(sizes: [64, 200], seed: 10))
  }

  private func matrix(_ rows: Int, _ columns: Int, _ random: inout RandomStream) -> FloatMatrix {
    FloatMatrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in Float(random.nextNormal()) })
  }
}
