/// Where results that several points share are kept between runs: trained networks, tables.
///
/// Keys are the SHA-256 of everything that a result depends on.
public struct ArtifactCache: Sendable {
  /// The stored bytes, or nil.
  public let load: @Sendable (_ key: String) throws -> [UInt8]?
  public let store: @Sendable (_ key: String, _ kind: String, _ bytes: [UInt8]) throws -> Void

  public init(
    load: @escaping @Sendable (String) throws -> [UInt8]?,
    store: @escaping @Sendable (String, String, [UInt8]) throws -> Void
  ) {
    self.load = load
    self.store = store
  }

  /// Keeps nothing.
  public static let none = ArtifactCache(load: { _ in nil }, store: { _, _, _ in })
}
