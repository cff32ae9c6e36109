/// Why a text is not the quantity that was asked for.
public enum QuantityError: Error, Equatable {
  /// The number part is missing or is not a finite decimal number.
  case notANumber(String)
  /// The text has no unit; the allowed ones are listed.
  case missingUnit(String, allowed: [String])
  /// The unit does not measure this kind of quantity; the allowed ones are listed.
  case wrongUnit(String, allowed: [String])
}

extension QuantityError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notANumber(let text): "'\(text)' is not a number with a unit"
    case .missingUnit(let text, let allowed):
      "'\(text)' has no unit: write one of \(allowed.joined(separator: ", "))"
    case .wrongUnit(let unit, let allowed):
      "'\(unit)' is not a unit of this value: use one of \(allowed.joined(separator: ", "))"
    }
  }
}

extension Quantity {
  /// The units that `init(parsing:)` takes.
  public static var allowedUnits: [String] { Prefix.allCases.map { $0.rawValue + symbol } }

  /// Reads a decimal number, white space and a unit with an SI prefix: `0.8 V`, `800 mV`, `2 ns`;
  /// -0 is 0.
  ///
  /// - Throws: `QuantityError` if the number is not finite, or the unit is missing or of another
  ///   kind.
  public init(parsing text: String) throws(QuantityError) {
    let trimmed = text.drop { $0 == " " }
    let number = trimmed.prefix { $0.isNumber || "+-.eE".contains($0) }
    let unit = trimmed.dropFirst(number.count).drop { $0 == " " }.reversed().drop { $0 == " " }
      .reversed()
    guard let magnitude = Double(String(number)), magnitude.isFinite else {
      throw .notANumber(text)
    }
    let unitText = String(unit)
    guard !unitText.isEmpty else { throw .missingUnit(text, allowed: Self.allowedUnits) }
    guard let prefix = Prefix.allCases.first(where: { $0.rawValue + Self.symbol == unitText })
    else { throw .wrongUnit(unitText, allowed: Self.allowedUnits) }
    // Dividing by an exact power of ten rounds once: 800 mV is the same Double as 0.8 V.
    let value =
      prefix.factor < 1 ? magnitude / (1 / prefix.factor).rounded() : magnitude * prefix.factor
    self.init(value == 0 ? 0 : value)
  }
}
