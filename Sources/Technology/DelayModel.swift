import Fitting
import Foundation
import Quantities

/// Propagation delay of a gate against supply voltage and threshold shift.
///
/// Not modelled: slew, load other than that of the data, wires.
public struct DelayModel: Sendable, Equatable {
  /// One law at one temperature.
  struct Fitted: Sendable, Equatable {
    let law: DelayLaw
    /// With K (or the one delay) for seconds.
    let parameters: SIMD4<Double>
    /// φT = kT/q, in volts.
    let thermalVoltage: Double
    let fit: FitResult

    init(law: DelayLaw, thermalVoltage: Double, fit: FitResult) {
      self.law = law
      self.thermalVoltage = thermalVoltage
      self.fit = fit
      var packed = DelayLaw.packed(fit.parameters)
      packed[0] *= 1e-12
      parameters = packed
    }

    /// Seconds.
    @inline(__always)
    func delay(_ supply: Double, thresholdShift: Double) -> Double {
      law.delay(
        supply, parameters, thresholdShift: thresholdShift, thermalVoltage: thermalVoltage)
    }
  }

  let bracket: TemperatureBracket<Fitted>
  /// How a shift of a transistor's threshold acts; nil: as a shift of the law's Vt.
  private(set) var response: ThresholdResponse?

  /// The fit on ln t, t in picoseconds; between two temperatures that at the colder.
  public var fit: FitResult { bracket.colder.fit }
  /// The fits at the temperatures that the delay is taken from: one or two.
  public var fits: [FitResult] { bracket.laws.map(\.fit) }
  /// The supplies that the law may be asked for, in volts.
  public let range: ClosedRange<Double>

  /// Fits a law on the logarithm of measured delays, all points alike.
  ///
  /// - Parameters:
  ///   - supplies: volts; more points than the law has parameters, or exactly one for
  ///     `single_supply`.
  ///   - delays: seconds, positive.
  /// - Throws: `FittingError` if the data are too few or the search does not converge.
  public init(
    law: DelayLaw = .ekvSaturation, supplies: [Double], delays: [Double], temperature: Temperature
  ) throws(FittingError) {
    let thermal = DelayLaw.thermalVoltage(kelvin: temperature.value)
    let logarithms = delays.map { log($0 * 1e12) }
    let fit: FitResult
    if law == .singleSupply {
      fit = try SingleSupply.fit("t_ps", supplies: supplies, values: delays.map { $0 * 1e12 })
    } else {
      fit = try NonlinearLeastSquares.bestFit(
        names: law.parameterNames, starts: law.starts, x: supplies, y: logarithms
      ) { parameters, supply in
        law.logarithm(parameters, supply, thermalVoltage: thermal)
      }
    }
    self.init(TemperatureBracket(Fitted(law: law, thermalVoltage: thermal, fit: fit)))
  }

  init(_ bracket: TemperatureBracket<Fitted>) {
    self.bracket = bracket
    range = bracket.laws.map(\.fit.range).intersection
  }

  /// The same law with thresholds that act as stated.
  func responding(as response: ThresholdResponse) -> DelayModel {
    var model = self
    model.response = response
    return model
  }

  /// The delay at a supply, of a gate whose threshold is shifted by so much.
  ///
  /// - Parameters:
  ///   - supply: must be inside `range`; `TechnologyNode` checks it.
  ///   - thresholdShift: ΔVt of the gate's transistors in volts; positive is slower.
  /// - Returns: infinity where the alpha-power law's gate does not switch.
  public func delay(at supply: Voltage, thresholdShift: Double = 0) -> Delay {
    let volts = supply.value
    guard let response, thresholdShift != 0 else {
      return Delay(bracket.value { $0.delay(volts, thresholdShift: thresholdShift) })
    }
    let shift = response.lawShift(thresholdShift)
    let delay = bracket.value { $0.delay(volts, thresholdShift: shift) }
    return Delay(delay * response.transitionFactor(thresholdShift, at: volts))
  }
}
