/// What one example is made of between two layers: channels of rows × columns, stored in that order.
///
/// A plain vector of n features has n channels of 1 × 1.
public struct FeatureShape: Hashable, Sendable, CustomStringConvertible {
  public let channels: Int
  public let rows: Int
  public let columns: Int

  /// The most features that an example may have: 2²⁴.
  public static let maximumCount = 1 << 24

  /// - Precondition: positive lengths; at most `maximumCount` features.
  public init(channels: Int, rows: Int = 1, columns: Int = 1) {
    precondition(
      [channels, rows, columns].allSatisfy { (1...Self.maximumCount).contains($0) },
      "a length outside its range")
    precondition(
      channels * rows <= Self.maximumCount && channels * rows * columns <= Self.maximumCount,
      "too many features")
    self.channels = channels
    self.rows = rows
    self.columns = columns
  }

  /// The shape, or why there is none: lengths that are read must not trap.
  static func checked(channels: Int, rows: Int, columns: Int) throws(ShapeError) -> FeatureShape {
    let (plane, planeOverflow) = rows.multipliedReportingOverflow(by: columns)
    let (count, overflow) = plane.multipliedReportingOverflow(by: channels)
    guard !planeOverflow, !overflow, [channels, rows, columns].allSatisfy({ $0 > 0 }),
      count <= maximumCount
    else {
      throw ShapeError(
        "\(channels)×\(rows)×\(columns) features are outside 1 … \(maximumCount)")
    }
    return FeatureShape(channels: channels, rows: rows, columns: columns)
  }

  /// Features of an example.
  public var count: Int { channels * rows * columns }
  /// Features of a channel.
  public var positions: Int { rows * columns }
  public var isVector: Bool { positions == 1 }

  public var description: String {
    isVector ? "\(channels)" : "\(channels)×\(rows)×\(columns)"
  }
}
