import CGSL

/// Weighted non-linear least squares by GSL's trust-region Levenberg–Marquardt solver.
///
/// Source: GSL reference manual, chapter *Nonlinear Least-Squares Fitting* (`gsl_multifit_nlinear`).
/// The Jacobian is formed by central differences. GSL's error handler, which would end the process, is
/// switched off; every status becomes a `FittingError`.
public enum NonlinearLeastSquares {
  /// The value of a law at x for these parameters.
  public typealias Model = (_ parameters: [Double], _ x: Double) -> Double

  /// Fits a law to points.
  ///
  /// - Parameters:
  ///   - names: one name a parameter.
  ///   - start: where the search begins.
  ///   - sigma: the standard deviation of each y, all positive; nil weighs the points alike and scales
  ///     the covariance by the reduced χ².
  /// - Throws: `FittingError` if the data are too few or not finite, or the search does not converge.
  public static func fit(
    names: [String], start: [Double], x: [Double], y: [Double], sigma: [Double]? = nil,
    model: @escaping Model
  ) throws(FittingError) -> FitResult {
    precondition(names.count == start.count && x.count == y.count)
    precondition(sigma.map { $0.count == y.count } ?? true)
    guard let lowest = x.min(), let highest = x.max(), x.count > start.count else {
      throw .tooFewPoints(points: x.count, parameters: start.count)
    }
    guard (x + y + start).allSatisfy(\.isFinite) else { throw .notFinite("a point of the data") }
    guard sigma?.allSatisfy({ $0.isFinite && $0 > 0 }) ?? true else {
      throw .notFinite("a standard deviation (or it is not positive)")
    }
    let problem = Problem(
      x: x, y: y, scale: sigma.map { $0.map { 1 / $0 } } ?? [Double](repeating: 1, count: y.count),
      model: model)
    let solution = try problem.solve(start: start)
    let residuals = x.indices.map { model(solution.parameters, x[$0]) - y[$0] }
    let degrees = x.count - start.count
    let factor = sigma == nil ? solution.chiSquared / Double(degrees) : 1
    return FitResult(
      names: names, parameters: solution.parameters,
      covariance: solution.covariance.map { $0 * factor }, chiSquared: solution.chiSquared,
      degreesOfFreedom: degrees, x: x, observed: y, sigma: sigma, residuals: residuals,
      range: lowest...highest,
      isWeighted: sigma != nil)
  }
}

extension NonlinearLeastSquares {
  /// The fit with the smallest χ² of searches from several starts; the first wins a tie.
  ///
  /// - Precondition: there is a start.
  /// - Throws: the first search's `FittingError` if none converges.
  public static func bestFit(
    names: [String], starts: [[Double]], x: [Double], y: [Double], sigma: [Double]? = nil,
    model: @escaping Model
  ) throws(FittingError) -> FitResult {
    precondition(!starts.isEmpty, "no start")
    var best: FitResult?
    var failure: FittingError?
    for start in starts {
      do throws(FittingError) {
        let fit = try fit(names: names, start: start, x: x, y: y, sigma: sigma, model: model)
        if best.map({ fit.chiSquared < $0.chiSquared }) ?? true { best = fit }
      } catch {
        failure = failure ?? error
      }
    }
    guard let best else { throw failure ?? .notConverged("no start", at: []) }
    return best
  }
}

/// One fit, as GSL's callbacks see it.
private final class Problem {
  let x: [Double]
  let y: [Double]
  let scale: [Double]
  let model: NonlinearLeastSquares.Model

  init(x: [Double], y: [Double], scale: [Double], model: @escaping NonlinearLeastSquares.Model) {
    self.x = x
    self.y = y
    self.scale = scale
    self.model = model
  }

  struct Solution {
    var parameters: [Double]
    var covariance: [Double]
    var chiSquared: Double
  }

  /// Fills the weighted residuals; false if one is not finite.
  func residuals(at parameters: [Double], into store: (Int, Double) -> Void) -> Bool {
    for index in x.indices {
      let residual = (model(parameters, x[index]) - y[index]) * scale[index]
      guard residual.isFinite else { return false }
      store(index, residual)
    }
    return true
  }

  func solve(start: [Double]) throws(FittingError) -> Solution {
    guard residuals(at: start, into: { _, _ in }) else {
      throw .notFinite("the law where the search begins")
    }
    gsl_set_error_handler_off()
    var function = gsl_multifit_nlinear_fdf()
    function.f = { parameters, context, output in
      guard let parameters, let context, let output else { return Int32(GSL_EFAULT) }
      let problem = Unmanaged<Problem>.fromOpaque(context).takeUnretainedValue()
      let values = (0..<parameters.pointee.size).map { gsl_vector_get(parameters, $0) }
      let isFinite = problem.residuals(at: values) { gsl_vector_set(output, $0, $1) }
      // A step out of the law's domain is one that makes the fit much worse: GSL takes a shorter one.
      // An error status would make it try the same step again until its iterations end.
      if !isFinite { gsl_vector_set_all(output, 1e30) }
      return Int32(GSL_SUCCESS)
    }
    function.n = x.count
    function.p = start.count
    function.params = Unmanaged.passUnretained(self).toOpaque()
    var settings = gsl_multifit_nlinear_default_parameters()
    settings.fdtype = GSL_MULTIFIT_NLINEAR_CTRDIFF
    // The cube root of a double's spacing balances rounding against the third derivative; GSL's own step,
    // the square root, leaves an error of 10⁻⁸ of the Jacobian, which moves the minimum.
    settings.h_df = 6e-6
    guard
      let workspace = gsl_multifit_nlinear_alloc(
        axtrain_trust_region(), &settings, x.count, start.count),
      let initial = gsl_vector_alloc(start.count),
      let covariance = gsl_matrix_alloc(start.count, start.count)
    else { throw .notConverged("out of memory", at: []) }
    defer {
      gsl_multifit_nlinear_free(workspace)
      gsl_vector_free(initial)
      gsl_matrix_free(covariance)
    }
    for (index, value) in start.enumerated() { gsl_vector_set(initial, index, value) }
    try Self.check(gsl_multifit_nlinear_init(initial, &function, workspace))
    var reason: Int32 = 0
    let status = gsl_multifit_nlinear_driver(
      500, 1e-12, 1e-12, 0, nil, nil, &reason, workspace)
    // GSL_ENOPROG: no step lowers the sum any more, which at these tolerances is the minimum. Where
    // already the first step does not, GSL says so by GSL_EMAXITER: the start is a minimum if the
    // gradient vanishes there.
    let isStuck = status == Int32(GSL_EMAXITER) && reason == Int32(GSL_ENOPROG)
    let isMinimum =
      isStuck && gsl_multifit_nlinear_test(1e-12, 1e-6, 0, &reason, workspace) == GSL_SUCCESS
    let position = gsl_multifit_nlinear_position(workspace)
    let parameters = start.indices.map { gsl_vector_get(position, $0) }
    if status != Int32(GSL_ENOPROG) && !isMinimum { try Self.check(status, at: parameters) }
    try Self.check(
      gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(workspace), 0, covariance))
    var chiSquared = 0.0
    guard residuals(at: parameters, into: { chiSquared += $1 * $1 }),
      parameters.allSatisfy(\.isFinite)
    else { throw .notFinite("the fitted law") }
    return withExtendedLifetime(self) {
      Solution(
        parameters: parameters,
        covariance: start.indices.flatMap { row in
          start.indices.map { gsl_matrix_get(covariance, row, $0) }
        }, chiSquared: chiSquared)
    }
  }

  /// - Parameter parameters: where the search stands.
  static func check(_ status: Int32, at parameters: [Double] = []) throws(FittingError) {
    guard status != Int32(GSL_SUCCESS) else { return }
    throw .notConverged(
      String(cString: gsl_strerror(status)),
      at: parameters.allSatisfy(\.isFinite) ? parameters : [])
  }
}
