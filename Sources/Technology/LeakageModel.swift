import Fitting
import Foundation
import Quantities

/// How the leakage power of a cell depends on its supply. P = V·I, I in nA:
public enum LeakageLaw: String, CaseIterable, Sendable {
  /// ln I = ln I₀ + aV + bV²: sub-threshold current raised by drain-induced barrier lowering.
  case quadratic
  /// I = exp(ln I₀ + aV) + exp(ln I₁ − B/(V − E)), the second term for V > E only: with gate-induced
  /// drain leakage beside the sub-threshold current, in the form of BSIM4 (section 6.2 of its manual).
  /// For low-power cards, where it takes over between 0.4 and 0.7 V.
  case gateInduced = "gate_induced"
  /// One power at one supply.
  case singleSupply = "single_supply"

  public var parameterNames: [String] {
    switch self {
    case .quadratic: ["ln_i0_na", "a_per_v", "b_per_v2"]
    case .gateInduced: ["ln_i0_na", "a_per_v", "ln_i1_na", "b_v", "e_v"]
    case .singleSupply: ["p_nw"]
    }
  }

  /// The parameters that must come out positive for the law to mean anything.
  var positiveParameters: Set<String> { self == .gateInduced ? ["b_v"] : [] }

  /// Where searches begin, for ln I at the lowest supply.
  func starts(lowest: Double) -> [[Double]] {
    switch self {
    case .quadratic: [[-2, 4, 0]]
    case .gateInduced:
      [[-0.5, 2, 2, 5, 0], [-0.5, 2, 2, 3, -0.1]].map {
        [$0[0] + lowest] + $0.dropFirst()
      }
    case .singleSupply: [[1]]
    }
  }

  /// ln I, I in nA.
  func logarithm(_ p: [Double], _ supply: Double) -> Double {
    switch self {
    case .quadratic:
      return p[0] + p[1] * supply + p[2] * supply * supply
    case .gateInduced:
      let channel = p[0] + p[1] * supply
      guard supply > p[4] else { return channel }
      let drain = p[2] - p[3] / (supply - p[4])
      let larger = max(channel, drain)
      return larger + log1p(exp(min(channel, drain) - larger))
    case .singleSupply:
      return log(p[0] / supply)
    }
  }
}

/// Leakage power of a cell against supply voltage, mean over its input states.
public struct LeakageModel: Sendable, Equatable {
  struct Fitted: Sendable, Equatable {
    let law: LeakageLaw
    let fit: FitResult

    /// Watts.
    func power(_ supply: Double) -> Double {
      supply * exp(law.logarithm(fit.parameters, supply)) * 1e-9
    }
  }

  let bracket: TemperatureBracket<Fitted>
  /// The fit of ln(P/V), P in nW, against V, or the one power in nW; between two temperatures that at
  /// the colder.
  public var fit: FitResult { bracket.colder.fit }
  public var fits: [FitResult] { bracket.laws.map(\.fit) }

  /// - Parameters: supplies in volts, powers in watts, positive.
  /// - Throws: `FittingError` if the data are too few or the search does not converge.
  public init(
    law: LeakageLaw = .quadratic, supplies: [Double], powers: [Double]
  ) throws(FittingError) {
    let fit: FitResult
    let logarithms = zip(powers, supplies).map { log($0 * 1e9 / $1) }
    if law == .singleSupply {
      fit = try SingleSupply.fit("p_nw", supplies: supplies, values: powers.map { $0 * 1e9 })
    } else {
      fit = try NonlinearLeastSquares.bestFit(
        names: law.parameterNames, starts: law.starts(lowest: logarithms.first ?? 0), x: supplies,
        y: logarithms
      ) { law.logarithm($0, $1) }
    }
    bracket = TemperatureBracket(Fitted(law: law, fit: fit))
  }

  init(_ bracket: TemperatureBracket<Fitted>) { self.bracket = bracket }

  public func power(at supply: Voltage) -> Power {
    Power(bracket.value { $0.power(supply.value) })
  }
}
