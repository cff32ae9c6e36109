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

  /// Whether the rate falls as the supply rises, over the whole range of the fit: only then does a rate
  /// tell a supply.
  public var isFalling: Bool {
    [fit.range.lowerBound, fit.range.upperBound].allSatisfy { slope(at: $0) > 0 }
  }

  /// dz/dV, which is linear in V: positive at both ends of a range, it is so within it.
  private func slope(at supply: Double) -> Double {
    let p = fit.parameters
    return switch law {
    case .probit: 1 / p[1]
    case .probitQuadratic: p[1] + 2 * p[2] * supply
    }
  }

  /// The supply at which a bit of random data is read wrong with a probability: the inverse of
  /// `bitErrorRate(at:)` on the falling branch of the law, which the range of the fit is part of.
  ///
  /// - Parameter rate: in (0, 1).
  /// - Returns: also a supply outside the range of the fit; nil where no supply above 0 V has such a rate,
  ///   as beyond the vertex of a parabola, and of a law that is not falling.
  public func supply(ofBitErrorRate rate: Double) -> Voltage? {
    precondition(rate > 0 && rate < 1, "a rate outside (0, 1)")
    guard isFalling else { return nil }
    let p = fit.parameters
    let z = Normal.upperQuantile(rate)
    let supply: Double
    switch law {
    case .probit: supply = p[0] + z * p[1]
    case .probitQuadratic:
      // The root where dz/dV = √(b² − 4c(a − z)), in the form that does not cancel.
      let square = p[1] * p[1] - 4 * p[2] * (p[0] - z)
      guard square >= 0 else { return nil }
      let slope = square.squareRoot()
      supply = p[1] >= 0 ? 2 * (z - p[0]) / (p[1] + slope) : (slope - p[1]) / (2 * p[2])
    }
    return supply > 0 && supply.isFinite ? Voltage(supply) : nil
  }
}
