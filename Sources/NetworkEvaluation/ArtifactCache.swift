/// Where results that several points share are kept between runs: trained networks, tables.
///
/// Keys are the SHA-256 of everything that a result depends on.
public struct ArtifactCache: Sendable {
  /// What is kept could not be read or written: the end of a run, not the failure of a point.
  public struct Failure: Error {
    public let cause: any Error
  }

  /// The stored bytes, or nil.
  ///
  /// - Throws: `Failure`.
  public let load: @Sendable (_ key: String) throws -> [UInt8]?
  /// - Throws: `Failure`.
  public let store: @Sendable (_ key: String, _ kind: String, _ bytes: [UInt8]) throws -> Void

  public init(
    load: @escaping @Sendable (String) throws -> [UInt8]?,
    store: @escaping @Sendable (String, String, [UInt8]) throws -> Void
  ) {
    self.load = { key in try Self.marking { try load(key) } }
    self.store = { key, kind, bytes in try Self.marking { try store(key, kind, bytes) } }
  }

  /// Keeps nothing.
  public static let none = ArtifactCache(load: { _ in nil }, store: { _, _, _ in })

  private static func marking<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw Failure(cause: error) }
  }
}
