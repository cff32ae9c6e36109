extension StrictYAML {
  /// A mapping of known keys, those that it needs all there: what most parts of a spec are.
  public struct Record: Sendable {
    private let fields: [String: StrictYAML]
    private let location: SourceLocation

    fileprivate init(_ fields: [String: StrictYAML], at location: SourceLocation) {
      self.fields = fields
      self.location = location
    }

    /// The value of a key.
    ///
    /// - Throws: `InputError` 65 if the record was read without it.
    public subscript(_ key: String) -> StrictYAML {
      get throws {
        guard let value = fields[key] else {
          throw InputError(.badData, at: location, "key '\(key)' is missing")
        }
        return value
      }
    }

    /// The value of a key that may be left out.
    public func optional(_ key: String) -> StrictYAML? { fields[key] }

    /// The same without some keys, whether or not it has them.
    public func leavingOut(_ keys: [String]) -> Record {
      Record(fields.filter { !keys.contains($0.key) }, at: location)
    }
  }

  /// The mapping as a record of these keys, and of the optional ones that are there.
  ///
  /// - Throws: `InputError` 65 at an unknown key, or where one is missing.
  public func record(_ keys: [String], optional: [String] = []) throws -> Record {
    Record(try fields(allowed: keys + optional, required: keys), at: location)
  }
}
