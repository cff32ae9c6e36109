import Files

/// The units of a Liberty file, as factors to SI.
struct LibertyUnits {
  /// Seconds; the Liberty manual's default is 1 ns.
  var time = 1e-9
  /// Volts; the manual's default is 1 V.
  var voltage = 1.0
  /// Farads; has no default.
  var capacitance: Double?
  /// Watts; has no default.
  var leakage: Double?

  /// Joules of the numbers in `internal_power` tables, which are energies of one change of the pin:
  /// capacitive_load_unit times voltage_unit squared, and not leakage_power_unit times time_unit. The
  /// format has no unit of its own for them; Liberty User Guide, "internal_power group", derives it so,
  /// and so does OpenSTA (`LibertyReader`, energy scale).
  var energy: Double? { capacitance.map { $0 * voltage * voltage } }

  private static let prefixes: [(Character, Double)] = [
    ("a", 1e-18), ("f", 1e-15), ("p", 1e-12), ("n", 1e-9), ("u", 1e-6), ("m", 1e-3),
  ]

  /// The factor of `1ns`, `10ps`, `100mV`, `1pW`; nil if the text is not a number from 1 to 1000
  /// and a unit of this symbol.
  static func factor(_ text: String, symbol: String) -> Double? {
    let compact = text.filter { $0 != " " }
    let digits = compact.prefix { $0.isASCII && $0.isNumber }
    guard let number = Double(digits), (1...1000).contains(number) else { return nil }
    return factor(number, unit: String(compact.dropFirst(digits.count)), symbol: symbol)
  }

  /// The factor of a number and a unit: 1 and `pf`.
  static func factor(_ number: Double, unit: String, symbol: String) -> Double? {
    let unit = unit.lowercased()
    let symbol = symbol.lowercased()
    if unit == symbol { return number }
    for (prefix, factor) in prefixes where unit == "\(prefix)\(symbol)" {
      // Dividing by an exact power of ten rounds once.
      return number / (1 / factor).rounded()
    }
    return nil
  }
}
