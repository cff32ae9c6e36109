/// A parameter of a multiplier family: its name in commands and specs, and the values it may have.
public struct MultiplierParameter: Sendable {
  public let name: String
  /// What it is, in a few words.
  public let meaning: String
  /// The values for a shape, ascending.
  public let values: @Sendable (MultiplierShape) -> [Int]
  /// The value where none is given; nil where one must be.
  public let defaultValue: Int?

  /// `0 to 15` or `2, 4, 8, 16`: the values for a shape in words.
  public func range(_ shape: MultiplierShape) -> String {
    let values = values(shape)
    guard let first = values.first, let last = values.last else { return "none" }
    let isContiguous = last - first == values.count - 1 && values.count > 2
    return isContiguous
      ? "\(first) to \(last)" : values.map(String.init).joined(separator: ", ")
  }
}

/// What is known of a multiplier family: the one place for its name, parameters and source.
public struct MultiplierFamilyEntry: Sendable {
  /// Which operands a family multiplies.
  public enum Sign: String, Sendable { case unsigned, signed, either }

  public let name: String
  /// The family in a few words.
  public let title: String
  /// The paper that describes it, in short; `MultiplierFamily` cites it in full. `-` where there is
  /// none.
  public let source: String
  public let sign: Sign
  public let parameters: [MultiplierParameter]
  /// Makes the family from a value for each parameter, in their order.
  let make: @Sendable ([Int]) -> MultiplierFamily

  init(
    _ name: String, _ title: String, source: String, sign: Sign = .unsigned,
    _ parameters: [MultiplierParameter] = [],
    make: @escaping @Sendable ([Int]) -> MultiplierFamily
  ) {
    self.name = name
    self.title = title
    self.source = source
    self.sign = sign
    self.parameters = parameters
    self.make = make
  }

  /// Whether a shape's sign is one that the family has.
  public func fits(_ shape: MultiplierShape) -> Bool {
    switch sign {
    case .unsigned: !shape.isSigned
    case .signed: shape.isSigned
    case .either: true
    }
  }
}
