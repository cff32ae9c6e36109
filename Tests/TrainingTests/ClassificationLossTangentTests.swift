import Networks
import Randomness
import TestSupport
import Testing

@testable import Training

@Suite("The tangent of the loss's gradient") struct ClassificationLossTangentTests {
  @Test(
    "it is the mixed central difference of the loss by its definition",
    arguments: [(Float(0), Float(1)), (0.1, 1), (0.3, 4), (0, 0.25)])
  func definition(smoothing: Float, scale: Float) {
    var stream = RandomStream(seed: 1, purpose: .test)
    for (count, classes) in [(1, 2), (5, 10), (3, 26), (4, 1)] {
      func uniforms() -> [Float] {
        (0..<count * classes).map { _ in Float(2 * stream.nextUniform() - 1) }
      }
      let (logits, move, scaleMove) = (uniforms(), uniforms(), Float(stream.nextUniform()))
      let labels = (0..<count).map { _ in UInt8(stream.next() % UInt64(classes)) }
      let shape = FeatureShape(channels: classes)
      let result = ClassificationLossTangent(
        logits: Tensor(count: count, shape: shape, values: logits),
        logitTangent: Tensor(count: count, shape: shape, values: move), labels: labels,
        scale: scale, scaleTangent: scaleMove, smoothing: smoothing)
      let step = 1e-4
      /// The loss with everything moved along, and logit `index`, or the scale (nil), moved by more.
      func loss(_ index: Int?, _ by: Double, _ along: Double) -> Double {
        var moved = zip(logits, move).map { Double($0) + along * Double($1) }
        var scale = Double(scale) + along * Double(scaleMove)
        if let index { moved[index] += by } else { scale += by }
        return NaiveSmoothedLoss.mean(
          logits: (0..<count).map { Array(moved[$0 * classes..<($0 + 1) * classes]) },
          labels: labels, scale: scale, smoothing: Double(smoothing))
      }
      func mixed(_ index: Int?) -> Double {
        (loss(index, step, step) - loss(index, -step, step) - loss(index, step, -step)
          + loss(index, -step, -step)) / (4 * step * step)
      }
      #expect(abs(Double(result.scaleGradient) - mixed(nil)) < 1e-5)
      for index in logits.indices {
        #expect(abs(Double(result.gradient.values[index]) - mixed(index)) < 1e-5)
      }
    }
  }
}
