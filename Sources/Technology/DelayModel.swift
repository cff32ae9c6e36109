import Fitting
import Foundation
import Quantities

/// Propagation delay of a gate against supply voltage, from sub-threshold to nominal.
///
/// t(V) = K·V·(1 + θx)/x², x = ln(1 + exp((V − Vt)/(2 n φT))): the charge C·V over an EKV-type drain
/// current with velocity saturation. Source of the current: Enz, Krummenacher, Vittoz, *Analog Integrated
/// Circuits and Signal Processing* 8 (1995) 83; θ is our empirical velocity-saturation term.
/// Not modelled: slew, load other than that of the data, wires.
public struct DelayModel: Sendable, Equatable {
  /// K in seconds per volt, Vt in volts, n and θ without unit.
  public let scale: Double
  public let threshold: Double
  public let slope: Double
  public let saturation: Double
  /// φT = kT/q, in volts.
  public let thermalVoltage: Double
  /// The fit on ln t, with K in picoseconds per volt.
  public let fit: FitResult

  /// Fits the law on the logarithm of measured delays, all points alike.
  ///
  /// - Parameters:
  ///   - supplies: volts; at least five points.
  ///   - delays: seconds, positive.
  /// - Throws: `FittingError` if the data are too few or the search does not converge.
  public init(
    supplies: [Double], delays: [Double], temperature: Temperature
  ) throws(FittingError) {
    let thermal = Self.thermalVoltage(temperature)
    fit = try NonlinearLeastSquares.fit(
      names: ["k_ps_per_v", "vt_v", "n", "theta"], start: [200, 0.45, 1.4, 0.4], x: supplies,
      y: delays.map { log($0 * 1e12) }
    ) { p, supply in
      log(Self.law(supply, scale: p[0], threshold: p[1], slope: p[2], saturation: p[3], thermal))
    }
    scale = fit.parameters[0] * 1e-12
    threshold = fit.parameters[1]
    slope = fit.parameters[2]
    saturation = fit.parameters[3]
    thermalVoltage = thermal
  }

  /// kT/q, with the exact SI values of k and q.
  static func thermalVoltage(_ temperature: Temperature) -> Double {
    1.380649e-23 * temperature.value / 1.602176634e-19
  }

  static func law(
    _ supply: Double, scale: Double, threshold: Double, slope: Double, saturation: Double,
    _ thermal: Double
  ) -> Double {
    let x = log1p(exp((supply - threshold) / (2 * slope * thermal)))
    return scale * supply * (1 + saturation * x) / (x * x)
  }

  /// The delay at a supply, of a gate whose threshold is shifted by so much.
  ///
  /// - Parameters:
  ///   - supply: must be inside `fit.range`; `TechnologyNode` checks it.
  ///   - thresholdShift: ΔVt in volts; positive is slower.
  public func delay(at supply: Voltage, thresholdShift: Double = 0) -> Delay {
    Delay(
      Self.law(
        supply.value, scale: scale, threshold: threshold + thresholdShift, slope: slope,
        saturation: saturation, thermalVoltage))
  }
}
