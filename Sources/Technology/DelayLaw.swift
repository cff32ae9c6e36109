import Foundation

/// How the delay of a gate depends on its supply.
public enum DelayLaw: String, CaseIterable, Sendable {
  /// t = K·V·(1 + θx)/x², x = ln(1 + exp((V − Vt)/(2 n φT))), φT = kT/q: from sub-threshold to
  /// nominal. Enz, Krummenacher, Vittoz, *Analog Integrated Circuits and Signal Processing* 8
  /// (1995) 83; θ is our empirical velocity-saturation term.
  case ekvSaturation = "ekv_saturation"
  /// t = K·V/(V − Vt)^α, well above the threshold only. Sakurai, Newton, IEEE JSSC 25 (1990) 584.
  case alphaPower = "alpha_power"
  /// One delay at one supply: nothing is said about any other.
  case singleSupply = "single_supply"

  /// The parameters, delays in picoseconds, in the order that `logarithm` takes them in.
  public var parameterNames: [String] {
    switch self {
    case .ekvSaturation: ["k_ps_per_v", "vt_v", "n", "theta"]
    case .alphaPower: ["k", "vt_v", "alpha"]
    case .singleSupply: ["t_ps"]
    }
  }

  /// The parameters that must come out positive for the law to mean anything.
  var positiveParameters: Set<String> {
    switch self {
    case .ekvSaturation: ["k_ps_per_v", "n", "theta"]
    case .alphaPower: ["k", "alpha"]
    case .singleSupply: []
    }
  }

  /// Where searches begin, the first for the 45 nm cards; the best end is taken.
  var starts: [[Double]] {
    switch self {
    case .ekvSaturation: [[200, 0.45, 1.4, 0.4]]
    case .alphaPower: [[10, 0.3, 1.3], [100, 0.9, 1.6]]
    case .singleSupply: [[1]]
    }
  }

  /// The delay in the unit that K is for.
  ///
  /// - Parameters:
  ///   - parameters: in the order of `parameterNames`; missing ones are not looked at.
  ///   - thresholdShift: added to Vt, in volts.
  ///   - thermalVoltage: φT in volts.
  /// - Returns: infinity where the alpha-power law's gate does not switch: V ≤ Vt.
  @inline(__always)
  func delay(
    _ supply: Double, _ parameters: SIMD4<Double>, thresholdShift: Double, thermalVoltage: Double
  ) -> Double {
    switch self {
    case .ekvSaturation:
      let threshold = parameters[1] + thresholdShift
      let x = log1p(exp((supply - threshold) / (2 * parameters[2] * thermalVoltage)))
      return parameters[0] * supply * (1 + parameters[3] * x) / (x * x)
    case .alphaPower:
      let overdrive = supply - parameters[1] - thresholdShift
      guard overdrive > 0 else { return .infinity }
      return parameters[0] * supply / pow(overdrive, parameters[2])
    case .singleSupply:
      return parameters[0]
    }
  }

  /// ln of the delay in picoseconds: what is fitted. An alpha-power threshold above the supply, which
  /// a search may try, gives a large finite value.
  func logarithm(_ parameters: [Double], _ supply: Double, thermalVoltage: Double) -> Double {
    switch self {
    case .ekvSaturation, .singleSupply:
      return log(
        delay(supply, Self.packed(parameters), thresholdShift: 0, thermalVoltage: thermalVoltage))
    case .alphaPower:
      let overdrive = max(supply - parameters[1], 1e-9)
      return log(parameters[0] * supply) - parameters[2] * log(overdrive)
    }
  }

  static func packed(_ parameters: [Double]) -> SIMD4<Double> {
    var packed = SIMD4<Double>(repeating: 0)
    for (index, value) in parameters.enumerated() { packed[index] = value }
    return packed
  }

  /// kT/q in volts, with the exact SI values of k and q.
  static func thermalVoltage(kelvin: Double) -> Double {
    1.380649e-23 * kelvin / 1.602176634e-19
  }
}
