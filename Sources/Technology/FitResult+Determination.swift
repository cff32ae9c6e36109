import Files
import Fitting

extension FitResult {
  /// Why the parameters mean nothing, if so: one has the wrong sign, or an error that is not finite or
  /// more than ten times a parameter that must be positive.
  ///
  /// - Parameter positive: the names of the parameters that must be.
  /// - Returns: nil also where there are as many parameters as data, which give no error.
  func indetermination(positive: Set<String>) -> String? {
    guard degreesOfFreedom > 0 else { return nil }
    for (name, (value, error)) in zip(names, zip(parameters, standardErrors)) {
      let isPositive = positive.contains(name)
      guard error.isFinite, !isPositive || error <= 10 * abs(value) else {
        // The digits of such a value and error are rounding noise, which differs between builds.
        return
          "the points do not determine '\(name)' (its standard error is "
          + (error.isFinite ? "more than ten times its value" : "not finite")
          + "): give more points, or choose a law with fewer parameters"
      }
      guard !isPositive || value > 0 else {
        let shown = "\(CellValue.format(value, digits: 4)) ± \(CellValue.format(error, digits: 4))"
        return "the search ends at '\(name)' = \(shown), which must be positive: choose another law"
      }
    }
    return nil
  }

  /// The χ² that rejects the law, if the data's own standard deviations do.
  var rejection: PoorFit.Reason? {
    guard let probability = chiSquaredProbability, probability < Self.leastProbability else {
      return nil
    }
    return .rejected(
      chiSquared: chiSquared, degreesOfFreedom: degreesOfFreedom, probability: probability)
  }
}
