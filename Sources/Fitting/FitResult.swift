import CGSL

/// A fitted law: parameters with their uncertainty, how well the law describes the data, and where.
public struct FitResult: Sendable, Equatable {
  public let names: [String]
  public let parameters: [Double]
  /// Covariance of the parameters, row-major. Scaled by the reduced χ² if the data came without
  /// standard deviations.
  public let covariance: [Double]
  /// Sum of squared weighted residuals.
  public let chiSquared: Double
  public let degreesOfFreedom: Int
  /// The points that were fitted, in their order, and the standard deviations of y if they had any.
  public let x: [Double]
  public let observed: [Double]
  public let sigma: [Double]?
  /// Fitted − observed, in the units of y, point by point.
  public let residuals: [Double]
  /// The smallest and largest x of the data: the law is trusted inside only.
  public let range: ClosedRange<Double>
  /// Whether χ² was formed with the data's own standard deviations, so that its size means something.
  public let isWeighted: Bool

  /// χ² over the degrees of freedom; NaN where there are none.
  public var reducedChiSquared: Double { chiSquared / Double(degreesOfFreedom) }

  /// A law is refused where its χ² is less probable than this.
  public static let leastProbability = 1e-3

  /// The probability that data of this law, with the stated standard deviations, give this χ² or a
  /// larger one; nil where the data brought none or leave no degree of freedom.
  public var chiSquaredProbability: Double? {
    guard isWeighted, degreesOfFreedom > 0 else { return nil }
    return gsl_cdf_chisq_Q(chiSquared, Double(degreesOfFreedom))
  }

  /// The correlation of each pair of parameters, row-major, in [−1, 1]; NaN where a parameter has no
  /// spread.
  public var correlation: [Double] {
    let count = parameters.count
    let errors = standardErrors
    return covariance.indices.map { covariance[$0] / (errors[$0 / count] * errors[$0 % count]) }
  }

  /// One standard deviation of each parameter.
  public var standardErrors: [Double] {
    parameters.indices.map { covariance[$0 * parameters.count + $0].squareRoot() }
  }

  /// Root mean square of the residuals.
  public var rootMeanSquare: Double {
    (residuals.reduce(0) { $0 + $1 * $1 } / Double(residuals.count)).squareRoot()
  }

  /// √(Σ residual²/degrees of freedom), in the units of y: what a point's standard deviation is by the
  /// scatter about the law alone; NaN without a degree of freedom.
  public var residualStandardDeviation: Double {
    (residuals.reduce(0) { $0 + $1 * $1 } / Double(degreesOfFreedom)).squareRoot()
  }

  /// The residuals over the standard deviations of y, or over the root mean square where there are
  /// none (all 0 for a law that passes through every point).
  public var normalizedResiduals: [Double] {
    if let sigma { return zip(residuals, sigma).map { $0 / $1 } }
    let scale = rootMeanSquare
    return residuals.map { scale > 0 ? $0 / scale : 0 }
  }

  public var largestResidual: Double { residuals.map(abs).max() ?? 0 }

  /// The standard deviation of the law's value at x that the covariance of the parameters gives, to
  /// first order: √(gᵀCg), g the gradient in the parameters by central differences.
  ///
  /// - Parameters:
  ///   - x: where; the caller judges whether it is inside `range`.
  ///   - model: the law that was fitted; it must be finite around the parameters.
  /// - Returns: not negative, in the units of y. ±2 of it is the band that pages draw.
  public func standardDeviation(at x: Double, of model: NonlinearLeastSquares.Model) -> Double {
    let gradient = parameters.indices.map { index in
      // The cube root of the double's spacing balances rounding against the third derivative.
      let step = 6e-6 * max(abs(parameters[index]), 1e-6)
      var (below, above) = (parameters, parameters)
      below[index] -= step
      above[index] += step
      return (model(above, x) - model(below, x)) / (above[index] - below[index])
    }
    var variance = 0.0
    for row in gradient.indices {
      for column in gradient.indices {
        let covariance = covariance[row * parameters.count + column]
        variance += gradient[row] * covariance * gradient[column]
      }
    }
    return max(0, variance).squareRoot()
  }

  /// Parameters that the data give without any freedom left: no error can be stated.
  ///
  /// - Precondition: one name a parameter, one y an x.
  public static func exact(
    names: [String], parameters: [Double], x: [Double], observed: [Double]
  ) -> FitResult {
    precondition(names.count == parameters.count && x.count == observed.count)
    let (low, high) = (x.min() ?? 0, x.max() ?? 0)
    return FitResult(
      names: names, parameters: parameters,
      covariance: [Double](repeating: .nan, count: names.count * names.count), chiSquared: 0,
      degreesOfFreedom: 0, x: x, observed: observed, sigma: nil,
      residuals: [Double](repeating: 0, count: x.count), range: low...high, isWeighted: false)
  }
}
