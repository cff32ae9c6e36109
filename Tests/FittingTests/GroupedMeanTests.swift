import Foundation
import Randomness
import Testing

@testable import Fitting

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

  /// By numpy and scipy from Hall's formula, the skewness limited.
  @Test(
    "ends are those of a script",
    arguments: [
      ([0, 0, 0, 0.2], -0.07284744909686437, 0.4870177870118889),
      ([0.95, 0.96, 0.97, 0.90, 0.965], 0.8517721728505634, 0.9761111121781518),
      ([1, 2, 4, 8, 16, 32], 0.9417693939420886, 44.97087028409142),
      (
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 400],
        4.219662354448634, 151.95357426721884
      ),
    ])
  func recorded(values: [Double], low: Double, high: Double) {
    let interval = GroupedMean.interval95(values)
    #expect(abs(interval.lowerBound - low) < 1e-9 * high)
    #expect(abs(interval.upperBound - high) < 1e-9 * high)
  }

  /// Standard normal numbers by Box and Muller.
  private static func normal(_ count: Int, _ stream: inout RandomStream) -> [Double] {
    (0..<count).map { _ in
      (-2 * log(Double.random(in: .leastNonzeroMagnitude..<1, using: &stream))).squareRoot()
        * cos(2 * .pi * Double.random(in: 0..<1, using: &stream))
    }
  }

  @Test(
    "of few values the cube root's argument stays at 1/1,000 or more, and the interval under 1.8 of Student's",
    arguments: [3, 4, 5, 8, 12, 19])
  func limit(count: Int) {
    let student = Normal.studentTwoSided95(degreesOfFreedom: Double(count - 1))
    let n = Double(count)
    let limit = GroupedMean.skewnessLimit(count: count, student: student)
    #expect(abs(1 - limit * student / n.squareRoot() - limit * limit / (6 * n) - 1e-3) < 1e-12)
    // One far from the others: no sample is more skewed.
    for far in [100.0, -100] {
      let values = [far] + [Double](repeating: 0, count: count - 1)
      let interval = GroupedMean.interval95(values)
      let half = student * SampleVariance(values).ofMean.squareRoot()
      #expect(interval.contains(far / n))
      #expect((interval.upperBound - interval.lowerBound) / (2 * half) < 1.8)
    }
    #expect(GroupedMean.skewnessLimit(count: 20, student: 2.09) == .infinity)
  }

  @Test(
    "of four and of eight normal values it holds the mean in 95 % of samples", arguments: [4, 8])
  func normalCoverage(count: Int) {
    var stream = RandomStream(seed: UInt64(count), purpose: .test)
    let held = (0..<4000).count { _ in
      GroupedMean.interval95(Self.normal(count, &stream)).contains(0)
    }
    // Seven standard deviations below 95 %, four above.
    #expect((3704...3856).contains(held), "\(held)")
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
      let values = Self.normal(20, &stream).map { exp(sigma * $0) }
      if GroupedMean.interval95(values).contains(truth) { hall += 1 }
      let mean = values.reduce(0, +) / 20
      let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (19 * 20)).squareRoot()
      if abs(mean - truth) <= 2.093024 * error { student += 1 }
    }
    #expect(student < 1680, "Student's \(student)")
    #expect(hall > 1780, "Hall's \(hall)")
  }
}
