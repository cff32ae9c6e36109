import Fitting
import Foundation

/// A law that may be fitted to points of one's own: y against a supply x in volts.
///
/// What is fitted is `transformed(y)`: ln y for delays, y/V² for energies, ln(y/V) for leakage, z with
/// Q(z) = y for failure probabilities, y itself for timing errors. Units of y are the caller's.
public enum DataLaw: String, CaseIterable, Sendable {
  /// `DelayLaw.ekvSaturation` at a temperature.
  case ekv
  /// `DelayLaw.alphaPower`.
  case alphaPower = "alpha-power"
  /// y = V²·(c₀ + c₁V + c₂V²).
  case energy
  /// `LeakageLaw.quadratic`.
  case leakage
  /// `LeakageLaw.gateInduced`.
  case leakageGateInduced = "leakage-gate-induced"
  /// z = (V − V₀)/σ.
  case probit
  /// z = a + bV + cV².
  case probitQuadratic = "probit-quadratic"
  /// p = p∞·Q((V − V₀)/σ).
  case timingError = "timing-error"

  public var parameterNames: [String] {
    switch self {
    case .ekv: ["k", "vt_v", "n", "theta"]
    case .alphaPower: ["k", "vt_v", "alpha"]
    case .energy: ["c0", "c1_per_v", "c2_per_v2"]
    case .leakage: ["ln_i0", "a_per_v", "b_per_v2"]
    case .leakageGateInduced: ["ln_i0", "a_per_v", "ln_i1", "b_v", "e_v"]
    case .probit: ["v0_v", "sigma_v"]
    case .probitQuadratic: ["a", "b_per_v", "c_per_v2"]
    case .timingError: ["p_infinity", "v0_v", "sigma_v"]
    }
  }

  /// The parameters that must come out positive for the law to mean anything.
  var positiveParameters: Set<String> {
    switch self {
    case .ekv: ["k", "n", "theta"]
    case .alphaPower: ["k", "alpha"]
    case .energy, .leakage, .probitQuadratic: []
    case .leakageGateInduced: ["b_v"]
    case .probit: ["sigma_v"]
    case .timingError: ["p_infinity", "sigma_v"]
    }
  }

  /// What the fitted quantity is, for people.
  public var fittedQuantity: String {
    switch self {
    case .ekv, .alphaPower: "ln y"
    case .energy: "y/V²"
    case .leakage, .leakageGateInduced: "ln(y/V)"
    case .probit, .probitQuadratic: "z, Q(z) = y"
    case .timingError: "y"
    }
  }

  /// The values of y that the law is for.
  public enum Domain: Sendable { case positive, insideUnitInterval, unitInterval }

  public var domain: Domain {
    switch self {
    case .ekv, .alphaPower, .energy, .leakage, .leakageGateInduced: .positive
    case .probit, .probitQuadratic: .insideUnitInterval
    case .timingError: .unitInterval
    }
  }

  /// - Precondition: x > 0, y in the law's domain.
  func transformed(_ y: Double, at x: Double) -> Double {
    switch self {
    case .ekv, .alphaPower: log(y)
    case .energy: y / (x * x)
    case .leakage, .leakageGateInduced: log(y / x)
    case .probit, .probitQuadratic: Normal.upperQuantile(y)
    case .timingError: y
    }
  }

  /// The standard deviation of the fitted quantity for one of y, to first order.
  func transformedSigma(_ sigma: Double, y: Double, at x: Double) -> Double {
    switch self {
    case .ekv, .alphaPower, .leakage, .leakageGateInduced: return sigma / y
    case .energy: return sigma / (x * x)
    case .probit, .probitQuadratic:
      let z = Normal.upperQuantile(y)
      return sigma * (2 * Double.pi).squareRoot() * exp(z * z / 2)
    case .timingError: return sigma
    }
  }

  /// y of a fitted quantity.
  public func value(of fitted: Double, at x: Double) -> Double {
    switch self {
    case .ekv, .alphaPower: exp(fitted)
    case .energy: fitted * x * x
    case .leakage, .leakageGateInduced: x * exp(fitted)
    case .probit, .probitQuadratic: Normal.upperTail(fitted)
    case .timingError: fitted
    }
  }

  /// The fitted quantity for parameters.
  ///
  /// - Parameter kelvin: the temperature of `ekv`; the others do not look at it.
  public func model(kelvin: Double) -> NonlinearLeastSquares.Model {
    let thermal = DelayLaw.thermalVoltage(kelvin: kelvin)
    switch self {
    case .ekv: return { DelayLaw.ekvSaturation.logarithm($0, $1, thermalVoltage: thermal) }
    case .alphaPower: return { DelayLaw.alphaPower.logarithm($0, $1, thermalVoltage: thermal) }
    case .energy, .probitQuadratic: return { $0[0] + $0[1] * $1 + $0[2] * $1 * $1 }
    case .leakage: return { LeakageLaw.quadratic.logarithm($0, $1) }
    case .leakageGateInduced: return { LeakageLaw.gateInduced.logarithm($0, $1) }
    case .probit: return { ($1 - $0[0]) / $0[1] }
    case .timingError: return { $0[0] * Normal.upperTail(($1 - $0[1]) / $0[2]) }
    }
  }

  /// Where searches begin, from the transformed points in ascending order of x.
  func starts(x: [Double], y: [Double], kelvin: Double) -> [[Double]] {
    guard let low = x.first, let high = x.last, let first = y.first, let last = y.last else {
      return []
    }
    let width = max(high - low, 1e-3)
    let slope = (last - first) / width
    switch self {
    case .ekv:
      return [0.2, 0.35, 0.45, 0.6, 0.8].map { scaled([1, $0, 1.4, 0.4], x, y, kelvin) }
    case .alphaPower:
      return [0.5, 0.75, 0.9].map { scaled([1, $0 * low, 1.4], x, y, kelvin) }
    case .energy: return [[first, 0, 0]]
    case .leakage: return [[first - slope * low, slope, 0]]
    case .leakageGateInduced: return LeakageLaw.gateInduced.starts(lowest: first)
    case .probit:
      let sigma = slope == 0 ? width : 1 / slope
      return [[low - sigma * first, sigma]]
    case .probitQuadratic: return [[first - slope * low, slope, 0]]
    case .timingError:
      let largest = y.max() ?? 1
      let middle = zip(x, y).first { $0.1 < largest / 2 }?.0 ?? high
      return [[min(1, largest * 1.2), middle, width / 4], [1, low, width / 4]]
    }
  }

  /// The start with its first parameter scaled so that the law passes through the points' mean.
  private func scaled(
    _ start: [Double], _ x: [Double], _ y: [Double], _ kelvin: Double
  ) -> [Double] {
    let law = model(kelvin: kelvin)
    let differences = zip(x, y).map { $0.1 - law(start, $0.0) }
    let mean = differences.reduce(0, +) / Double(differences.count)
    return [exp(min(max(mean, -300), 300))] + start.dropFirst()
  }
}
