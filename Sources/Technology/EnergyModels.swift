import Fitting
import Foundation
import Quantities

/// Energy of one output transition of a gate against supply voltage, leakage excluded.
///
/// E(V) = V²·(c₀ + c₁V + c₂V²): an effective capacitance that changes little with voltage (short-circuit
/// current and bias-dependent gate capacitance are in it); or one energy at one supply.
public struct SwitchingEnergyModel: Sendable, Equatable {
  struct Fitted: Sendable, Equatable {
    let isSingle: Bool
    let fit: FitResult

    /// Joules.
    func energy(_ v: Double) -> Double {
      let p = fit.parameters
      if isSingle { return p[0] * 1e-15 }
      return v * v * (p[0] + p[1] * v + p[2] * v * v) * 1e-15
    }
  }

  let bracket: TemperatureBracket<Fitted>
  /// The fit of E/V² in fF (fJ/V²) against V, or the one energy in fJ; between two temperatures that
  /// at the colder.
  public var fit: FitResult { bracket.colder.fit }
  public var fits: [FitResult] { bracket.laws.map(\.fit) }

  /// - Parameters:
  ///   - supplies: volts.
  ///   - energies: joules, positive.
  ///   - isSingle: one datum, and no law.
  /// - Throws: `FittingError` if the data are too few.
  public init(
    supplies: [Double], energies: [Double], isSingle: Bool = false
  ) throws(FittingError) {
    if isSingle {
      let fit = try SingleSupply.fit(
        "e_fj", supplies: supplies, values: energies.map { $0 * 1e15 })
      bracket = TemperatureBracket(Fitted(isSingle: true, fit: fit))
      return
    }
    let fit = try NonlinearLeastSquares.fit(
      names: ["c0_ff", "c1_ff_per_v", "c2_ff_per_v2"], start: [1, 0, 0], x: supplies,
      y: zip(energies, supplies).map { $0 * 1e15 / ($1 * $1) }
    ) { p, supply in p[0] + p[1] * supply + p[2] * supply * supply }
    bracket = TemperatureBracket(Fitted(isSingle: false, fit: fit))
  }

  init(_ bracket: TemperatureBracket<Fitted>) { self.bracket = bracket }

  public func energy(at supply: Voltage) -> Energy {
    Energy(bracket.value { $0.energy(supply.value) })
  }
}

/// A law that is one datum: what it gives, it gives at that supply only.
enum SingleSupply {
  /// - Throws: `FittingError.notSingle` unless there is one datum.
  static func fit(
    _ name: String, supplies: [Double], values: [Double]
  ) throws(FittingError) -> FitResult {
    guard supplies.count == 1 else { throw .notSingle(points: supplies.count) }
    return .exact(names: [name], parameters: values, x: supplies, observed: values)
  }
}
