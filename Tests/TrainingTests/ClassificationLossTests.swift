import Networks
import Randomness
import TestSupport
import Testing

@testable import Training

@Suite("The loss with smoothed labels and a scale") struct ClassificationLossTests {
  @Test(
    "loss, gradient by logits and by the scale are those of the definition in double precision",
    arguments: [(Float(0), Float(1)), (0.1, 1), (0.3, 4), (0, 0.25)])
  func definition(smoothing: Float, scale: Float) {
    var stream = RandomStream(seed: 1, purpose: .test)
    for (count, classes) in [(1, 2), (5, 10), (3, 26), (4, 1)] {
      let logits = (0..<count * classes).map { _ in Float(6 * stream.nextUniform() - 3) }
      let labels = (0..<count).map { _ in UInt8(stream.next() % UInt64(classes)) }
      let result = ClassificationLoss(
        logits: Tensor(count: count, shape: FeatureShape(channels: classes), values: logits),
        labels: labels, scale: scale, smoothing: smoothing)
      func loss(_ logits: [Double], _ scale: Double) -> Double {
        NaiveSmoothedLoss.mean(
          logits: (0..<count).map { Array(logits[$0 * classes..<($0 + 1) * classes]) },
          labels: labels, scale: scale, smoothing: Double(smoothing))
      }
      let exact = logits.map(Double.init)
      #expect(abs(result.loss - loss(exact, Double(scale))) < 1e-5)
      let step = 1e-5
      let byScale =
        (loss(exact, Double(scale) + step) - loss(exact, Double(scale) - step)) / (2 * step)
      #expect(abs(Double(result.scaleGradient) - byScale) < 1e-5)
      for index in exact.indices {
        var (above, below) = (exact, exact)
        above[index] += step
        below[index] -= step
        let difference = (loss(above, Double(scale)) - loss(below, Double(scale))) / (2 * step)
        #expect(abs(Double(result.gradient.values[index]) - difference) < 1e-5)
      }
    }
  }

  @Test("of equal logits the lowest class counts, as in inference")
  func ties() {
    let logits = Tensor(
      count: 3, shape: FeatureShape(channels: 3), values: [1, 1, 0, 0, 2, 2, 0, 0, 1])
    #expect(ClassificationLoss(logits: logits, labels: [0, 1, 2], scale: 1).correct == 3)
    #expect(ClassificationLoss(logits: logits, labels: [1, 2, 0], scale: 1).correct == 0)
  }

  @Test("large logits neither overflow nor lose the loss")
  func large() {
    let logits = Tensor(count: 1, shape: FeatureShape(channels: 2), values: [2000, -2000])
    let result = ClassificationLoss(logits: logits, labels: [1], scale: 1)
    #expect(result.loss == 4000)
    #expect(result.gradient.values == [1, -1])
  }

  @Test("a logit that is not finite gives a loss that is not")
  func notFinite() {
    for bad in [Float.nan, .infinity, -.infinity] {
      for place in 0..<2 {
        var values: [Float] = [1, 2]
        values[place] = bad
        let logits = Tensor(count: 1, shape: FeatureShape(channels: 2), values: values)
        let losses = [UInt8(0), 1].map {
          ClassificationLoss(logits: logits, labels: [$0], scale: 1).loss
        }
        #expect(losses.contains { !$0.isFinite }, "\(values) \(losses)")
      }
    }
  }
}
