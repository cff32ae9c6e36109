/// A layer that does not fit the one before it.
public struct TopologyError: Error, Hashable, Sendable {
  /// Where the layer stands: indices, and `body` or `shortcut` of a residual.
  public let path: [String]
  public let layer: String
  public let reason: String
}
