import Fitting
import Foundation

/// How far the threshold of a gate varies within a die, and how the shift acts on its delay.
public struct ThresholdVariation: Sendable, Equatable {
  public enum Model: String, CaseIterable, Sendable {
    /// The shift is one of the delay law's Vt.
    case lawShift = "law_shift"
    /// As `ThresholdResponse` says.
    case drainCoupled = "drain_coupled"
  }

  public let model: Model
  /// Standard deviation of a gate's threshold shift, in volts.
  public let sigma: Double
  public let source: String
  /// For `drainCoupled`.
  public let response: ThresholdResponse?
}

/// What a shift ΔVt of a transistor's threshold does to the delay of a gate on a path:
///
/// t(V, ΔVt) = t_law(V; Vt + ΔVt/(1 + λ)) · exp(r(V)·ΔVt/((1 + α)V)).
///
/// Raising the supply raises the gate's and the drain's voltage, so the law's slope n against the
/// supply holds drain-induced barrier lowering λ and a threshold shift acts by 1/(1 + λ) only: with
/// L = d ln I_off/dV of the leakage current below 0.4 V, 1/(1 + λ) = 1 − L·n·φT. And the ramp of the
/// driving gate, of r = (its duration)/(delay), reaches a higher threshold later: r·t·ΔVt/((1 + α)V)
/// (Sakurai, Newton, IEEE JSSC 25 (1990) 584: t = (½ − (1 − Vt/V)/(1 + α))·t_T + CV/(2I)); the
/// exponential keeps its first order and stays positive. λ, r and α come from the typical die's rows;
/// nothing is calibrated on dies. r and α are the reference gate's, for all gates.
public struct ThresholdResponse: Sendable, Equatable {
  /// ln I_off = c + L·V, I_off in nA; L is its second parameter.
  public let leakageSlope: FitResult
  /// The alpha-power law of the reference gate.
  public let alphaPower: FitResult
  /// 1/(1 + λ), in (0, 1].
  public let coupling: Double
  /// Supplies, ascending, and the duration of a ramp over the delay there.
  private let supplies: [Double]
  private let ratios: [Double]

  /// - Parameters:
  ///   - leakageSlope: parameters c and L.
  ///   - alphaPower: of `DelayLaw.alphaPower`.
  ///   - subthresholdSlope: n·φT of the reference gate's law, in volts.
  ///   - transitions: (supply, ratio), ascending in the supply.
  /// - Returns: nil if L·n·φT is not in [0, 1): the data show no barrier lowering.
  init?(
    leakageSlope: FitResult, alphaPower: FitResult, subthresholdSlope: Double,
    transitions: [(supply: Double, ratio: Double)]
  ) {
    let coupling = 1 - leakageSlope.parameters[1] * subthresholdSlope
    guard coupling > 0, coupling <= 1, alphaPower.parameters[2] > 0 else { return nil }
    self.leakageSlope = leakageSlope
    self.alphaPower = alphaPower
    self.coupling = coupling
    supplies = transitions.map(\.supply)
    ratios = transitions.map(\.ratio)
  }

  /// The shift of the law's Vt for one of the transistors', in volts.
  func lawShift(_ shift: Double) -> Double { coupling * shift }

  /// What the ramp's later crossing multiplies the delay with.
  func transitionFactor(_ shift: Double, at supply: Double) -> Double {
    exp(transitionRatio(at: supply) * shift / ((1 + alphaPower.parameters[2]) * supply))
  }

  /// r, linear between the data's supplies.
  public func transitionRatio(at supply: Double) -> Double {
    guard let above = supplies.firstIndex(where: { $0 >= supply }), above > 0 else {
      return supply <= supplies[0] ? ratios[0] : ratios[ratios.count - 1]
    }
    let weight = (supply - supplies[above - 1]) / (supplies[above] - supplies[above - 1])
    return ratios[above - 1] + weight * (ratios[above] - ratios[above - 1])
  }
}
