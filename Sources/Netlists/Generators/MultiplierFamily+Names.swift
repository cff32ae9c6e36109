import Files

extension MultiplierFamily {
  /// The family's name in commands and specs.
  public var name: String {
    switch self {
    case .exact(let architecture): "exact_\(architecture.rawValue)"
    case .truncated: "truncated"
    case .lowBitsZero: "low_bits_zero"
    case .brokenArray: "broken_array"
    case .kulkarni: "kulkarni"
    case .drum: "drum"
    case .leadingOneTruncated: "leading_one"
    case .staticSegment: "ssm"
    case .enhancedStaticSegment: "essm"
    case .mitchell: "mitchell"
    case .minimallyBiased: "mbm"
    case .iterativeLogarithmic: "ilm"
    case .nearestOneLogarithmic: "nearest_one"
    case .roundingBased: "roba"
    case .truncationScalable: "tosam"
    case .lowerPartORAccumulated: "loa_rows"
    case .compressorTree(let compressor, _): compressor.rawValue
    case .approximateBooth(let encoder, _): "r4abm\(encoder.rawValue)"
    case .reducedError: "realm"
    }
  }

  /// The family's entry in `catalog`.
  public var entry: MultiplierFamilyEntry {
    guard let entry = Self.catalog.first(where: { $0.name == name }) else {
      preconditionFailure("each family is in the catalog")
    }
    return entry
  }

  /// The parameters with their values, in the order of the catalog.
  public var parameters: [(name: String, value: Int)] {
    Array(zip(entry.parameters.map(\.name), values))
  }

  private var values: [Int] {
    switch self {
    case .exact, .kulkarni, .mitchell, .minimallyBiased, .nearestOneLogarithmic, .roundingBased: []
    case .truncated(let columns, let isCompensated): [columns, isCompensated ? 1 : 0]
    case .brokenArray(let vertical, let horizontal): [vertical, horizontal]
    case .lowBitsZero(let bits), .drum(let bits), .leadingOneTruncated(let bits),
      .staticSegment(let bits), .enhancedStaticSegment(let bits):
      [bits]
    case .iterativeLogarithmic(let stages): [stages]
    case .truncationScalable(let product, let sum): [product, sum]
    case .lowerPartORAccumulated(let columns), .compressorTree(_, let columns),
      .approximateBooth(_, let columns):
      [columns]
    case .reducedError(let segments, let bits): [segments, bits]
    }
  }

  /// The family of a name, for unsigned operands of one width.
  ///
  /// - Throws: `InputError`, as below, and where the width is outside 4…16.
  public static func named(
    _ name: String, parameters: [String: Int] = [:], width: Int, at location: SourceLocation? = nil
  ) throws -> MultiplierFamily {
    guard MultiplierShape.widths.contains(width) else {
      throw failure(
        at: location, "an operand of \(width) bits is not generated: 4 to 16 are")
    }
    return try named(name, parameters: parameters, MultiplierShape(width: width), at: location)
  }

  /// The family of a name with its parameters, checked for a shape.
  ///
  /// - Parameter location: where a spec says so; nil for a command line.
  /// - Throws: `InputError` at the location (65), or 64 without one, if there is no such family or
  ///   parameter (the message lists them and the nearest), a parameter is missing or outside its
  ///   range, or the family has not the shape's sign.
  public static func named(
    _ name: String, parameters: [String: Int] = [:], _ shape: MultiplierShape,
    at location: SourceLocation? = nil
  ) throws -> MultiplierFamily {
    let entry = try entry(named: name, parameters: parameters.keys, at: location)
    guard entry.fits(shape) else {
      let wanted = entry.sign == .signed ? "signed" : "unsigned"
      throw failure(at: location, "'\(name)' multiplies \(wanted) operands only")
    }
    let values = try entry.parameters.map { parameter in
      guard let value = parameters[parameter.name] ?? parameter.defaultValue else {
        throw failure(
          at: location,
          "'\(name)' needs '\(parameter.name)', \(parameter.range(shape)): \(parameter.meaning)")
      }
      guard parameter.values(shape).contains(value) else {
        throw failure(
          at: location,
          "\(parameter.name) = \(value) is not a value for '\(name)' at this width: "
            + parameter.range(shape))
      }
      return value
    }
    return entry.make(values)
  }

  /// Checks a name and those of parameters, for a shape that is not known yet.
  ///
  /// - Throws: `InputError` as `named`, for what no shape changes.
  public static func checkNames(
    _ name: String, parameters: some Collection<String>, at location: SourceLocation
  ) throws {
    _ = try entry(named: name, parameters: parameters, at: location)
  }

  private static func entry(
    named name: String, parameters: some Collection<String>, at location: SourceLocation?
  ) throws -> MultiplierFamilyEntry {
    guard let entry = catalog.first(where: { $0.name == name }) else {
      throw failure(at: location, unknown("family", name, among: catalog.map(\.name)))
    }
    let known = entry.parameters.map(\.name)
    if let stranger = parameters.sorted().first(where: { !known.contains($0) }) {
      throw failure(
        at: location,
        known.isEmpty
          ? "'\(name)' has no parameters: leave out '\(stranger)'"
          : unknown("parameter of '\(name)'", stranger, among: known))
    }
    return entry
  }

  /// Checks that a final adder that is asked for has a place in the family.
  ///
  /// - Parameters:
  ///   - adder: the adder's name; nil where none is asked for.
  ///   - location: where a spec says so; nil for a command line.
  /// - Throws: `InputError` at the location (65), or 64 without one, if the family has none.
  public func checkTakesAdder(named adder: String?, at location: SourceLocation? = nil) throws {
    guard let adder, !usesAdder else { return }
    throw Self.failure(
      at: location, "'\(name)' has no final adder: leave out the adder '\(adder)'")
  }

  /// Of a spec's place, or of a command line.
  private static func failure(at location: SourceLocation?, _ message: String) -> InputError {
    InputError(location == nil ? .usage : .badData, at: location, message)
  }

  private static func unknown(_ kind: String, _ name: String, among known: [String]) -> String {
    let hint = InputError.nearest(to: name, among: known).map { "did you mean '\($0)'? " } ?? ""
    return "unknown \(kind) '\(name)': \(hint)known are \(known.joined(separator: ", "))"
  }

  /// Checks parameters and sign against the catalog.
  func preconditionFits(_ shape: MultiplierShape) {
    let entry = entry
    precondition(entry.fits(shape), "'\(name)' does not have this sign")
    for (parameter, value) in zip(entry.parameters, values) {
      precondition(
        parameter.values(shape).contains(value),
        "'\(name)': \(parameter.name) is outside \(parameter.range(shape))")
    }
  }
}
