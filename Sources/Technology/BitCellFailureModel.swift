import Fitting
import Foundation
import Quantities

/// Probability that a bit of random data is read wrong from an SRAM cell, against supply voltage.
///
/// p(V) = Q(z(V)), Q the upper tail of the normal distribution. With the law `probit`,
/// z = (V − V₀)/σ, which is DESIGN's ½·erfc((V−V₀)/(√2·σ)). With `probit_quadratic`, z = a + bV + cV²,
/// for data that a straight line in z does not describe.
public struct BitCellFailureModel: Sendable, Equatable {
  /// How z depends on the supply.
  public enum Law: String, CaseIterable, Sendable {
    case probit
    case probitQuadratic = "probit_quadratic"

    /// The parameters that must come out positive for the law to mean anything.
    var positiveParameters: Set<String> { self == .probit ? ["sigma_v"] : [] }
  }

  public let law: Law
  /// The fit of z; for `probit` its parameters are V₀ and σ in volts.
  public let fit: FitResult

  /// Fits the law to bit error rates in probit space.
  ///
  /// - Parameters:
  ///   - probabilities: that a random bit is wrong, in (0, 1).
  ///   - sigmas: the standard deviation of z = Q⁻¹(p) at each point; nil where it is not known: the
  ///     points then weigh alike, and two points give a `probit` law without errors.
  /// - Throws: `FittingError` if the data are too few or do not determine the law.
  public init(
    law: Law, supplies: [Double], probabilities: [Double], sigmas: [Double]?
  ) throws(FittingError) {
    self.law = law
    let z = probabilities.map { Normal.upperQuantile($0) }
    if law == .probit, sigmas == nil, supplies.count == 2, z[0] != z[1] {
      let sigma = (supplies[1] - supplies[0]) / (z[1] - z[0])
      fit = .exact(
        names: ["v0_v", "sigma_v"], parameters: [supplies[0] - sigma * z[0], sigma],
        x: supplies, observed: z)
      return
    }
    switch law {
    case .probit:
      fit = try NonlinearLeastSquares.fit(
        names: ["v0_v", "sigma_v"], start: [0.3, 0.1], x: supplies, y: z, sigma: sigmas
      ) { p, supply in (supply - p[0]) / p[1] }
    case .probitQuadratic:
      fit = try NonlinearLeastSquares.fit(
        names: ["a", "b_per_v", "c_per_v2"], start: [0, 5, 5], x: supplies, y: z, sigma: sigmas
      ) { p, supply in p[0] + p[1] * supply + p[2] * supply * supply }
    }
  }

  /// The probability, in [0, 1], that a bit of random data is read wrong.
  public func bitErrorRate(at supply: Voltage) -> Double {
    let p = fit.parameters
    let v = supply.value
    let z =
      switch law {
      case .probit: (v - p[0]) / p[1]
      case .probitQuadratic: p[0] + p[1] * v + p[2] * v * v
      }
    return Normal.upperTail(z)
  }
}
