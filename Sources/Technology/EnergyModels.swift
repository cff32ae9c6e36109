import Fitting
import Foundation
import Quantities

/// Energy of one output transition of a gate against supply voltage, leakage excluded.
///
/// E(V) = V²·(c₀ + c₁V + c₂V²): an effective capacitance that changes little with voltage (short-circuit
/// current and bias-dependent gate capacitance are in it).
public struct SwitchingEnergyModel: Sendable, Equatable {
  /// The fit of E/V² in fF (fJ/V²) against V.
  public let fit: FitResult

  /// - Parameters: supplies in volts, energies in joules.
  /// - Throws: `FittingError` if the data are too few.
  public init(supplies: [Double], energies: [Double]) throws(FittingError) {
    fit = try NonlinearLeastSquares.fit(
      names: ["c0_ff", "c1_ff_per_v", "c2_ff_per_v2"], start: [1, 0, 0], x: supplies,
      y: zip(energies, supplies).map { $0 * 1e15 / ($1 * $1) }
    ) { p, supply in p[0] + p[1] * supply + p[2] * supply * supply }
  }

  public func energy(at supply: Voltage) -> Energy {
    let v = supply.value
    let p = fit.parameters
    return Energy(v * v * (p[0] + p[1] * v + p[2] * v * v) * 1e-15)
  }
}

/// Leakage power of a cell against supply voltage, mean over its input states.
///
/// P(V) = V·I₀·exp(aV + bV²): sub-threshold current raised by drain-induced barrier lowering.
public struct LeakageModel: Sendable, Equatable {
  /// The fit of ln(P/V), P in nW, against V.
  public let fit: FitResult

  /// - Parameters: supplies in volts, powers in watts, positive.
  /// - Throws: `FittingError` if the data are too few.
  public init(supplies: [Double], powers: [Double]) throws(FittingError) {
    fit = try NonlinearLeastSquares.fit(
      names: ["ln_i0_na", "a_per_v", "b_per_v2"], start: [-2, 4, 0], x: supplies,
      y: zip(powers, supplies).map { log($0 * 1e9 / $1) }
    ) { p, supply in p[0] + p[1] * supply + p[2] * supply * supply }
  }

  public func power(at supply: Voltage) -> Power {
    let v = supply.value
    let p = fit.parameters
    return Power(v * exp(p[0] + p[1] * v + p[2] * v * v) * 1e-9)
  }
}
