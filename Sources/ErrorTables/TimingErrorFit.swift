import Fitting
import Quantities

/// The probability of a wrong captured word against supply voltage, as one law.
///
/// p(V) = p∞·½·erfc((V − V₀)/(√2·σ)): the share p∞ of operand transitions that use long paths, times the
/// probability that a path whose delay is spread by variation is longer than the clock period.
public struct TimingErrorFit: Hashable, Sendable {
  /// p∞ in (0, 1], V₀ and σ in volts, each with its standard error; that of p∞ is 0 where the data do
  /// not determine it and it was set to 1.
  public let parameters: [Double]
  public let standardErrors: [Double]
  /// Covariance of p∞, V₀ and σ, row-major, 3 × 3; 0 where p∞ was set to 1.
  public let covariance: [Double]
  public let reducedChiSquared: Double
  /// The supplies that were fitted.
  public let range: ClosedRange<Double>

  /// Why there is no law.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Fewer than four voltages show errors.
    case tooFewErrors(voltages: Int)
    /// The law does not pass through the points within their intervals.
    case doesNotDescribe(reducedChiSquared: Double)
    /// GSL found no minimum, or one that is no probability law.
    case noMinimum(String)

    public var description: String {
      switch self {
      case .tooFewErrors(let voltages): "errors at \(voltages) voltages only; four are needed"
      case .doesNotDescribe(let value): "reduced chi-squared \(value) is above 4"
      case .noMinimum(let reason): reason
      }
    }
  }

  /// The largest reduced χ² that is taken as a description of the data.
  public static let acceptedReducedChiSquared = 4.0

  static func fit(_ points: [TimingErrorTable.Point]) -> Result<TimingErrorFit, Refusal> {
    let withErrors = points.filter { $0.proportion.successes > 0 }
    guard withErrors.count >= 4, let steepest = withErrors.last else {
      return .failure(.tooFewErrors(voltages: withErrors.count))
    }
    // Points without errors hold the law down above the last one with errors.
    let used = points.filter { $0.proportion.successes > 0 || $0.supply > steepest.supply }
    let supplies = used.map(\.supply)
    let sigmas = used.map { point in
      (point.interval95.upperBound - point.interval95.lowerBound) / (2 * 1.959963984540054)
    }
    let largest = used.map(\.proportion.value).max() ?? 1
    let middle = used.first { $0.proportion.value < largest / 2 }?.supply ?? steepest.supply
    do throws(FittingError) {
      let values = used.map(\.proportion.value)
      var fit = try NonlinearLeastSquares.fit(
        names: ["p_infinity", "v0_v", "sigma_v"], start: [min(1, largest * 1.2), middle, 0.05],
        x: supplies, y: values, sigma: sigmas
      ) { p, supply in p[0] * Normal.upperTail((supply - p[1]) / p[2]) }
      var (parameters, errors, covariance) = (
        fit.parameters, fit.standardErrors, fit.covariance
      )
      if !(parameters[0] > 0 && parameters[0] <= 1 && errors[0] < parameters[0]) {
        // The data are all in the tail and do not determine where it levels off: let it be at 1.
        fit = try NonlinearLeastSquares.fit(
          names: ["v0_v", "sigma_v"], start: [middle - 0.1, 0.05], x: supplies, y: values,
          sigma: sigmas
        ) { p, supply in Normal.upperTail((supply - p[0]) / p[1]) }
        let c = fit.covariance
        (parameters, errors) = ([1] + fit.parameters, [0] + fit.standardErrors)
        covariance = [0, 0, 0, 0, c[0], c[1], 0, c[2], c[3]]
      }
      guard parameters[2] > 0 else {
        return .failure(.noMinimum("the best curve is not one of falling probability"))
      }
      guard fit.reducedChiSquared <= acceptedReducedChiSquared else {
        return .failure(.doesNotDescribe(reducedChiSquared: fit.reducedChiSquared))
      }
      return .success(
        TimingErrorFit(
          parameters: parameters, standardErrors: errors, covariance: covariance,
          reducedChiSquared: fit.reducedChiSquared, range: fit.range))
    } catch {
      return .failure(.noMinimum(error.description))
    }
  }

  /// The probability at a supply inside `range`, in [0, 1].
  public func probability(at supply: Voltage) -> Double {
    min(1, parameters[0] * Normal.upperTail((supply.value - parameters[1]) / parameters[2]))
  }

  /// One standard deviation of that probability, from the covariance of the parameters.
  public func standardDeviation(at supply: Voltage) -> Double {
    let sigma = parameters[2]
    let z = (supply.value - parameters[1]) / sigma
    let density = Normal.density(z)
    // The derivatives by p∞, V₀ and σ.
    let gradient = [
      Normal.upperTail(z), parameters[0] * density / sigma, parameters[0] * density * z / sigma,
    ]
    var variance = 0.0
    for row in 0..<3 {
      for column in 0..<3 {
        variance += gradient[row] * covariance[3 * row + column] * gradient[column]
      }
    }
    return max(0, variance).squareRoot()
  }
}
