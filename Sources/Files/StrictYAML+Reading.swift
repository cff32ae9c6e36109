import Quantities

extension StrictYAML {
  /// The mapping's values by key, after checking that every key is one of these.
  ///
  /// - Throws: `InputError` 65 at an unknown key, with the allowed ones and the nearest; or if this
  ///   is no mapping.
  public func fields(allowed: [String], required: [String] = []) throws -> [String: StrictYAML] {
    guard case .mapping(let entries) = content else {
      throw InputError(
        .badData, at: location,
        "a mapping is needed here, with keys \(allowed.joined(separator: ", "))")
    }
    var fields: [String: StrictYAML] = [:]
    for entry in entries {
      guard allowed.contains(entry.key) else {
        let hint =
          InputError.nearest(to: entry.key, among: allowed).map { "did you mean '\($0)'? " } ?? ""
        throw InputError(
          .badData, at: entry.location,
          "unknown key '\(entry.key)': \(hint)allowed here: \(allowed.joined(separator: ", "))")
      }
      fields[entry.key] = entry.value
    }
    for key in required where fields[key] == nil {
      throw InputError(.badData, at: location, "key '\(key)' is missing")
    }
    return fields
  }

  /// The mapping's entries in the order of the file, where the keys are names that the user
  /// chooses.
  public func entries() throws -> [(key: String, location: SourceLocation, value: StrictYAML)] {
    guard case .mapping(let entries) = content else {
      throw InputError(.badData, at: location, "a mapping is needed here")
    }
    return entries
  }

  /// The items of a list.
  public func list() throws -> [StrictYAML] {
    guard case .list(let items) = content else {
      throw InputError(.badData, at: location, "a list is needed here: [a, b] or lines of '- a'")
    }
    return items
  }

  /// The values of a list, at least one and none twice.
  ///
  /// - Parameters:
  ///   - subject: what the message says of them, with its verb: `seeds need`.
  ///   - most: how many there may be; nil: any number.
  /// - Throws: `InputError` 65 at the list, or what `value` throws.
  public func distinctValues<Value: Hashable>(
    _ subject: String, atMost most: Int? = nil, _ value: (StrictYAML) throws -> Value
  ) throws -> [Value] {
    let values = try list().map(value)
    guard !values.isEmpty, values.count <= most ?? .max, Set(values).count == values.count else {
      throw InputError(
        .badData, at: location,
        "\(subject) \(most.map { "1 to \($0) entries" } ?? "at least one entry"), none twice")
    }
    return values
  }

  /// The text of a scalar.
  public func text() throws -> String {
    guard case .scalar(let text) = content else {
      throw InputError(
        .badData, at: location, "one word or value is needed here, not a list or mapping")
    }
    return text
  }

  /// A whole number in a range, in plain decimal digits.
  public func integer(in range: ClosedRange<Int>) throws -> Int {
    let text = try text()
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      digits == "0" || !digits.hasPrefix("0"), let value = Int(text)
    else { throw InputError(.badData, at: location, "'\(text)' is not a whole number") }
    guard range.contains(value) else {
      throw InputError(
        .badData, at: location,
        "\(value) is outside \(range.lowerBound) … \(range.upperBound)")
    }
    return value
  }

  /// A plain decimal number without unit, in a range; -0 is 0: see `Double.init(decimal:)`.
  public func number(in range: ClosedRange<Double>) throws -> Double {
    let text = try text()
    guard let value = Double(decimal: text) else {
      throw InputError(.badData, at: location, "'\(text)' is not a number")
    }
    guard range.contains(value) else {
      throw InputError(
        .badData, at: location,
        "\(value) is outside \(range.lowerBound) … \(range.upperBound)")
    }
    return value == 0 ? 0 : value
  }

  /// `true` or `false`, in one of the three ways of YAML's core schema.
  public func flag() throws -> Bool {
    switch try text() {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    case let text:
      throw InputError(.badData, at: location, "'\(text)' is not true or false")
    }
  }

  /// A physical value with its unit.
  public func quantity<Q: Quantity>(_ type: Q.Type = Q.self, in range: ClosedRange<Q>) throws -> Q {
    let value: Q
    do throws(QuantityError) {
      value = try Q(parsing: text(for: Q.symbol))
    } catch {
      throw InputError(.badData, at: location, error.description)
    }
    guard range.contains(value) else {
      throw InputError(
        .badData, at: location,
        "\(value) is outside \(range.lowerBound) … \(range.upperBound)")
    }
    return value
  }

  private func text(for symbol: String) throws(QuantityError) -> String {
    guard case .scalar(let text) = content else {
      throw .notANumber("a list or mapping")
    }
    return text
  }

  /// One of the cases of an enumeration, by its raw value.
  public func choice<E: RawRepresentable & CaseIterable>(_ type: E.Type = E.self) throws -> E
  where E.RawValue == String {
    let text = try text()
    if let value = E(rawValue: text) { return value }
    let names = E.allCases.map(\.rawValue)
    let hint = InputError.nearest(to: text, among: names).map { "did you mean '\($0)'? " } ?? ""
    throw InputError(
      .badData, at: location,
      "'\(text)' is not known here: \(hint)allowed: \(names.joined(separator: ", "))")
  }
}
