import Files

extension AdderFamily {
  /// The name of the parameter of `lowerPartOR`.
  public static let lowerPartParameter = "l"

  /// `add_kogge_stone`: the name where multipliers are named too.
  public var commandName: String { "add_\(name)" }

  /// The paper that describes the adder.
  public var source: String {
    switch self {
    case .ripple: "-"
    case .carryLookAhead: "Weinberger, Smith 1958"
    case .koggeStone: "Kogge, Stone 1973"
    case .brentKung: "Brent, Kung 1982"
    case .lowerPartOR: "Mahdiani et al. 2010"
    }
  }

  /// The name without `add_`, or nil where the name is not an adder's.
  public static func name(ofCommand name: String) -> String? {
    name.hasPrefix("add_") ? String(name.dropFirst(4)) : nil
  }

  private static let allNames = (exactAdders + [.lowerPartOR(bits: 0)]).map(\.name)

  /// The adder of a name, for a width.
  ///
  /// - Parameter location: where a spec says so; nil for a command line.
  /// - Throws: `InputError` at the location (65), or 64 without one, if there is no such adder (the
  ///   message lists them and the nearest) or its parameter is missing, unknown or outside its range,
  ///   or the width is outside 2…64.
  public static func named(
    _ name: String, parameters: [String: Int] = [:], width: Int,
    at location: SourceLocation? = nil
  ) throws -> AdderFamily {
    func failure(_ message: String) -> InputError {
      InputError(location == nil ? .usage : .badData, at: location, message)
    }
    guard widths.contains(width) else {
      throw failure("an adder of \(width) bits is not generated: 2 to 64 are")
    }
    guard allNames.contains(name) else {
      throw failure(unknownAdder(name, among: allNames))
    }
    let exact = exactAdders.first { $0.name == name }
    let known = exact == nil ? [lowerPartParameter] : []
    if let stranger = parameters.keys.sorted().first(where: { !known.contains($0) }) {
      throw failure(
        exact == nil
          ? "unknown parameter '\(stranger)' of '\(name)': known is '\(lowerPartParameter)'"
          : "'\(name)' has no parameters: leave out '\(stranger)'")
    }
    if let exact { return exact }
    guard let bits = parameters[lowerPartParameter], (0...width).contains(bits) else {
      throw failure(
        "'\(name)' needs '\(lowerPartParameter)', 0 to \(width): how many low bits are ORed")
    }
    return .lowerPartOR(bits: bits)
  }

  /// The final adder of a name, for a command line.
  ///
  /// - Throws: `InputError` 64 if there is no such exact adder.
  public static func finalAdder(
    named name: String, at location: SourceLocation? = nil
  ) throws -> AdderFamily {
    guard let adder = exactAdders.first(where: { $0.name == name }) else {
      throw InputError(
        location == nil ? .usage : .badData, at: location,
        unknownAdder(name, among: exactAdders.map(\.name)))
    }
    return adder
  }

  private static func unknownAdder(_ name: String, among known: [String]) -> String {
    let hint = InputError.nearest(to: name, among: known).map { "did you mean '\($0)'? " } ?? ""
    return "unknown adder '\(name)': \(hint)known are \(known.joined(separator: ", "))"
  }
}
