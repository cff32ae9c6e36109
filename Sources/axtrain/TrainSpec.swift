import Files
import Quantities
import QuantizedNetworks
import Training

/// The keys of a training's spec, each read by the type that its option has.
struct TrainSpec {
  private let fields: StrictYAML.Record
  private let places: [String: SourceLocation]
  private let allowOutside: Bool
  /// Keys whose place options of other names take.
  var excluded: Set<String> = []
  /// Where the keys stand that gave their options.
  private(set) var taken: [String: SourceLocation] = [:]

  /// - Throws: `InputError` 65 at an unknown key.
  init(_ document: StrictYAML, keys: [String], allowOutside: Bool) throws {
    fields = try document.record([], optional: keys)
    places = try document.entries().reduce(into: [:]) { $0[$1.key] = $1.location }
    self.allowOutside = allowOutside
  }

  /// Puts the value of a key, if it is there, where the command line left nothing; a value that is
  /// overridden or excluded is read too, so that a wrong one is found.
  mutating func take<Value>(
    _ option: inout Value?, _ key: String, _ read: (StrictYAML) throws -> Value
  ) throws {
    let value = try fields.optional(key).map(read)
    guard option == nil, let value, !excluded.contains(key) else { return }
    option = value
    taken[key] = places[key]
  }

  /// What the recipe leaves out.
  func without() throws -> Set<RecipeIngredient> {
    try fields.optional("without").map { node in
      Set(try node.distinctValues("without needs") { try $0.choice() })
    } ?? []
  }

  static func seed(_ node: StrictYAML) throws -> UInt64 {
    UInt64(try node.integer(in: 0...Int.max))
  }

  /// - Throws: `InputError` 65 if the path leaves the working directory and that is not allowed.
  func checked(_ node: StrictYAML) throws -> String {
    let text = try node.text()
    guard !text.isEmpty else { throw InputError(.badData, at: node.location, "a path is needed") }
    if !allowOutside { try PathRule.check(text, at: node.location) }
    return text
  }

  static func positive(_ node: StrictYAML) throws -> Double { try node.number(in: 1e-30...1e30) }

  /// A number of at least 0 and below 1.
  static func share(_ node: StrictYAML) throws -> Float {
    Float(try node.number(in: 0...0.999_999))
  }

  static func method(_ node: StrictYAML) throws -> TrainingMethod {
    let method: TrainingMethod = try node.choice()
    guard method.isTrainedByCommand else {
      throw InputError(
        .badData, at: node.location,
        "\(method.rawValue) is of sweeps: 'axtrain sweep' has it")
    }
    return method
  }

  static func schedule(_ node: StrictYAML) throws -> String {
    let text = try node.text()
    guard LearningRateSchedule(parsing: text) != nil else {
      throw InputError(
        .badData, at: node.location,
        "'\(text)' is not constant, step:FACTOR:EPOCHS, cosine, cosine:FLOOR or linear")
    }
    return text
  }

  /// A supply with its unit, as its option takes it.
  static func supply(_ node: StrictYAML) throws -> String {
    _ = try node.quantity(in: Voltage(0)...Voltage(100))
    return try node.text()
  }

  static func rule(_ node: StrictYAML) throws -> RangeRule {
    guard let rule = RangeRule(text: try node.text()) else {
      throw InputError(
        .badData, at: node.location,
        "'\(try node.text())' is not maximum, least_squares, percentile=99.9 or clipping=0.5")
    }
    return rule
  }
}
