import Fitting
import Foundation
import Testing

@Suite("What a fit says of itself")
struct FitStatisticsTests {
  /// A line with three residuals that are known beforehand.
  private func line(sigma: Double) throws -> FitResult {
    // y = 1 + 2x with residuals +d, −2d, +d, orthogonal to both parameters.
    let d = 0.3
    return try NonlinearLeastSquares.fit(
      names: ["a", "b"], start: [0, 0], x: [1, 2, 3], y: [3 + d, 5 - 2 * d, 7 + d],
      sigma: [sigma, sigma, sigma]
    ) { $0[0] + $0[1] * $1 }
  }

  @Test("the probability of chi-squared is the upper tail of its distribution")
  func probability() throws {
    // One degree of freedom: P(χ² > c) = erfc(√(c/2)).
    for sigma in [0.1, 0.3, 1.0] {
      let fit = try line(sigma: sigma)
      let chiSquared = 6 * 0.09 / (sigma * sigma)
      #expect(abs(fit.chiSquared / chiSquared - 1) < 1e-9)
      let probability = try #require(fit.chiSquaredProbability)
      #expect(abs(probability / erfc((chiSquared / 2).squareRoot()) - 1) < 1e-9)
    }
    let plain = try NonlinearLeastSquares.fit(
      names: ["a"], start: [0], x: [1, 2, 3], y: [1, 2, 4]
    ) { p, _ in p[0] }
    #expect(plain.chiSquaredProbability == nil)
  }

  @Test("correlations of a line are those of its closed form")
  func correlation() throws {
    let fit = try line(sigma: 0.3)
    // cov(a, b)/(σa·σb) = −Σx/√(n·Σx²).
    let expected = -6 / (3.0 * 14).squareRoot()
    #expect(abs(fit.correlation[1] - expected) < 1e-7)
    #expect(fit.correlation[1] == fit.correlation[2])
    #expect(abs(fit.correlation[0] - 1) < 1e-12 && abs(fit.correlation[3] - 1) < 1e-12)
  }

  @Test("the band of a line is that of its closed form, inside and outside the data")
  func band() throws {
    let fit = try line(sigma: 0.3)
    for x in [0.0, 1, 2, 3.5, 10] {
      // σ²(x) = s²·(1/n + (x − x̄)²/Σ(x − x̄)²).
      let expected = 0.3 * (1 / 3.0 + (x - 2) * (x - 2) / 2).squareRoot()
      let deviation = fit.standardDeviation(at: x) { $0[0] + $0[1] * $1 }
      #expect(abs(deviation / expected - 1) < 1e-7, "\(x)")
    }
  }

  @Test("the band of a curve follows the gradient of its law")
  func curve() throws {
    let x = (0..<10).map { Double($0) / 2 }
    let y = x.enumerated().map { 2 * exp(-0.5 * $1) + ($0 % 2 == 0 ? 0.01 : -0.01) }
    let model: NonlinearLeastSquares.Model = { $0[0] * exp(-$0[1] * $1) }
    let fit = try NonlinearLeastSquares.fit(
      names: ["a", "b"], start: [1, 1], x: x, y: y, model: model)
    let (a, b) = (fit.parameters[0], fit.parameters[1])
    let gradient = [exp(-b * 1.3), -1.3 * a * exp(-b * 1.3)]
    let c = fit.covariance
    let variance =
      gradient[0] * gradient[0] * c[0] + 2 * gradient[0] * gradient[1] * c[1]
      + gradient[1] * gradient[1] * c[3]
    let deviation = fit.standardDeviation(at: 1.3, of: model)
    #expect(abs(deviation / variance.squareRoot() - 1) < 1e-6)
  }

  @Test("a search that steps out of the law's domain takes a shorter step")
  func domain() throws {
    // From K = 100 the first full step makes K negative, where ln K is not.
    let x = [0.6, 0.7, 0.8, 0.9, 1.0, 1.1]
    let y = x.map { log(5 * $0) - 1.4 * log($0 - 0.45) }
    let fit = try NonlinearLeastSquares.fit(
      names: ["k", "vt", "alpha"], start: [10, 0.3, 1.3], x: x, y: y
    ) { log($0[0] * $1) - $0[2] * log($1 - $0[1]) }
    for (found, truth) in zip(fit.parameters, [5, 0.45, 1.4]) {
      #expect(abs(found - truth) < 1e-6)
    }
  }

  @Test("of several starts the best end is taken, and a law that is nowhere finite is refused")
  func starts() throws {
    let x = (1...8).map(Double.init)
    let y = x.map { sin(2 * $0) }
    let fit = try NonlinearLeastSquares.bestFit(
      names: ["omega"], starts: [[0.5], [1.9], [3]], x: x, y: y
    ) { sin($0[0] * $1) }
    #expect(abs(fit.parameters[0] - 2) < 1e-9)
    #expect(throws: FittingError.notFinite("the law where the search begins")) {
      try NonlinearLeastSquares.bestFit(names: ["a"], starts: [[1], [2]], x: x, y: y) { _, _ in
        .nan
      }
    }
  }

  @Test("residuals over their standard deviations, or over their own RMS")
  func residuals() throws {
    let weighted = try line(sigma: 0.3).normalizedResiduals
    for (found, expected) in zip(weighted, [-1.0, 2, -1]) { #expect(abs(found - expected) < 1e-6) }
    let exact = FitResult.exact(names: ["a"], parameters: [3], x: [1], observed: [3])
    #expect(exact.normalizedResiduals == [0])
    #expect(exact.range == 1...1)
  }
}
