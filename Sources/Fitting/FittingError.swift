/// Why a fit gives no result.
public enum FittingError: Error, Equatable, CustomStringConvertible {
  /// There are fewer points than parameters plus one.
  case tooFewPoints(points: Int, parameters: Int)
  /// A law for one datum was given none or several.
  case notSingle(points: Int)
  /// A datum, a weight or a model value is not finite, or a standard deviation is not positive.
  case notFinite(String)
  /// GSL gave up; its own words, and the parameters where the search stood: none if it did not begin.
  case notConverged(String, at: [Double])

  public var description: String {
    switch self {
    case .tooFewPoints(let points, let parameters):
      "\(points) points cannot determine \(parameters) parameters and an error"
    case .notSingle(let points):
      "the law 'single_supply' is for one supply, not \(points): choose another law"
    case .notFinite(let what): "\(what) is not finite"
    case .notConverged(let reason, _): "the fit does not converge (\(reason))"
    }
  }
}
