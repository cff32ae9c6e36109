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
  /// Fitted − observed, in the units of y, point by point.
  public let residuals: [Double]
  /// The smallest and largest x of the data: the law is trusted inside only.
  public let range: ClosedRange<Double>
  /// Whether χ² was formed with the data's own standard deviations, so that its size means something.
  public let isWeighted: Bool

  public var reducedChiSquared: Double { chiSquared / Double(degreesOfFreedom) }

  /// One standard deviation of each parameter.
  public var standardErrors: [Double] {
    parameters.indices.map { covariance[$0 * parameters.count + $0].squareRoot() }
  }

  /// Root mean square of the residuals.
  public var rootMeanSquare: Double {
    (residuals.reduce(0) { $0 + $1 * $1 } / Double(residuals.count)).squareRoot()
  }

  public var largestResidual: Double { residuals.map(abs).max() ?? 0 }
}
