/// Why shapes do not fit.
public struct ShapeError: Error, Hashable, Sendable {
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}
