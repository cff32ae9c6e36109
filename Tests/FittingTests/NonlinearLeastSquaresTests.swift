import Fitting
import Foundation
import Testing

@Suite("Non-linear least squares through GSL")
struct NonlinearLeastSquaresTests {
  @Test("a law without noise is found exactly, whatever the weights")
  func exact() throws {
    let x = (0..<12).map { Double($0) / 3 }
    let y = x.map { 2.5 * exp(-0.7 * $0) + 0.25 }
    let fit = try NonlinearLeastSquares.fit(
      names: ["a", "b", "c"], start: [1, 1, 0], x: x, y: y,
      sigma: x.map { 0.1 + 0.01 * $0 }
    ) { p, x in p[0] * exp(-p[1] * x) + p[2] }
    for (found, truth) in zip(fit.parameters, [2.5, 0.7, 0.25]) {
      #expect(abs(found - truth) < 1e-8)
    }
    #expect(fit.chiSquared < 1e-14)
    #expect(fit.range == 0...(11.0 / 3))
  }

  @Test("a straight line gives the textbook's parameters, covariance and chi-squared")
  func line() throws {
    // Closed form of weighted linear regression (Bevington, Robinson, ch. 6), computed here.
    let x = [1.0, 2, 3, 4, 5]
    let y = [1.1, 1.9, 3.2, 3.8, 5.3]
    let sigma = [0.1, 0.2, 0.1, 0.2, 0.3]
    let w = sigma.map { 1 / ($0 * $0) }
    let s = w.reduce(0, +)
    let sx = zip(w, x).reduce(0) { $0 + $1.0 * $1.1 }
    let sy = zip(w, y).reduce(0) { $0 + $1.0 * $1.1 }
    let sxx = zip(w, x).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    let sxy = zip(w, zip(x, y)).reduce(0) { $0 + $1.0 * $1.1.0 * $1.1.1 }
    let d = s * sxx - sx * sx
    let fit = try NonlinearLeastSquares.fit(
      names: ["a", "b"], start: [0, 0], x: x, y: y, sigma: sigma
    ) { p, x in p[0] + p[1] * x }
    #expect(abs(fit.parameters[0] - (sxx * sy - sx * sxy) / d) < 1e-6)
    #expect(abs(fit.parameters[1] - (s * sxy - sx * sy) / d) < 1e-6)
    #expect(abs(fit.standardErrors[0] / (sxx / d).squareRoot() - 1) < 1e-6)
    #expect(abs(fit.standardErrors[1] / (s / d).squareRoot() - 1) < 1e-6)
    #expect(abs(fit.covariance[1] / (-sx / d) - 1) < 1e-6)
  }

  @Test("bad data end in an error, never in GSL's abort")
  func bad() {
    func fit(x: [Double], y: [Double], sigma: [Double]? = nil) throws {
      _ = try NonlinearLeastSquares.fit(
        names: ["a", "b"], start: [1, 1], x: x, y: y, sigma: sigma
      ) { p, x in p[0] / (x - p[1]) }
    }
    #expect(throws: FittingError.tooFewPoints(points: 2, parameters: 2)) {
      try fit(x: [1, 2], y: [1, 2])
    }
    #expect(throws: FittingError.self) { try fit(x: [1, 2, 3], y: [1, .nan, 2]) }
    #expect(throws: FittingError.self) { try fit(x: [1, 2, 3], y: [1, 2, 3], sigma: [1, 0, 1]) }
    // The model is infinite at the start: GSL says so.
    #expect(throws: FittingError.self) { try fit(x: [1, 2, 3], y: [1, 2, 3]) }
  }

  @Test("Wilson's interval gives the values of its formula at the corners")
  func wilson() {
    // scipy.stats.binomtest(k, n).proportion_ci(method='wilson')
    let none = Proportion(successes: 0, trials: 100).wilson95
    #expect(none.lowerBound == 0 && abs(none.upperBound - 0.0369934982) < 1e-8)
    let some = Proportion(successes: 7, trials: 50).wilson95
    #expect(abs(some.lowerBound - 0.0695083343) < 1e-8)
    #expect(abs(some.upperBound - 0.2618619371) < 1e-8)
    #expect(Proportion(successes: 5, trials: 5).wilson95.upperBound == 1)
  }
}
