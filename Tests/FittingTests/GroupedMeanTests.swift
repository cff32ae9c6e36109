import Fitting
import Foundation
import Randomness
import Testing

@Suite("Intervals of a mean over groups")
struct GroupedMeanTests {
  @Test("values without skewness, and two, have Student's interval")
  func student() {
    // 2.776445 is Student's t of four degrees of freedom, 12.706205 that of one, at 97.5 %.
    let even = GroupedMean.interval95([1, 2, 3, 4, 5])
    let half = 2.776445105 * (2.5 / 5.0).squareRoot()
    #expect(abs(even.lowerBound - (3 - half)) < 1e-8 && abs(even.upperBound - (3 + half)) < 1e-8)
    let two = GroupedMean.interval95([1, 2])
    #expect(abs(two.upperBound - (1.5 + 12.70620474 * 0.5)) < 1e-7)
    #expect(GroupedMean.interval95([0.3, 0.3, 0.3]) == 0.3...0.3)
  }

  /// By numpy and scipy from Hall's formula.
  @Test(
    "ends are those of a script",
    arguments: [
      ([0, 0, 0, 0.2], -0.038422854654787536, 0.39940033950282433),
      ([0.95, 0.96, 0.97, 0.90, 0.965], 0.8523943583930912, 0.9705639083340134),
      ([1, 2, 4, 8, 16, 32], 1.9753640314905603, 54.637239083728744),
    ])
  func recorded(values: [Double], low: Double, high: Double) {
    let interval = GroupedMean.interval95(values)
    #expect(abs(interval.lowerBound - low) < 1e-9 * high)
    #expect(abs(interval.upperBound - high) < 1e-9 * high)
  }

  @Test(
    "of dies that differ as much as late products do, it holds the mean far more often than Student's"
  )
  func coverage() {
    // Log-normal with σ = 1.3: the mean is e^(σ²/2), the standard deviation 2.1 times the mean.
    let sigma = 1.3
    let truth = exp(sigma * sigma / 2)
    var stream = RandomStream(seed: 1, purpose: .test)
    var (hall, student) = (0, 0)
    for _ in 0..<2000 {
      let values = (0..<20).map { _ in
        exp(
          sigma
            * (-2 * log(Double.random(in: .leastNonzeroMagnitude..<1, using: &stream)))
            .squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &stream)))
      }
      if GroupedMean.interval95(values).contains(truth) { hall += 1 }
      let mean = values.reduce(0, +) / 20
      let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (19 * 20)).squareRoot()
      if abs(mean - truth) <= 2.093024 * error { student += 1 }
    }
    #expect(student < 1680, "Student's \(student)")
    #expect(hall > 1780, "Hall's \(hall)")
  }
}
