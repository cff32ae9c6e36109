import Files
import GRDB

/// Where a point stands in a sweep.
public struct PlannedPoint: Sendable, Equatable {
  /// 64 hexadecimal digits: the SHA-256 of the resolved point, the tool's version and its inputs.
  public let key: String
  /// The place of its row in every output, from 0.
  public let position: Int
  /// What people call it.
  public let label: String

  public init(key: String, position: Int, label: String) {
    self.key = key
    self.position = position
    self.label = label
  }
}

extension SweepStore {
  /// Makes these points the newest sweep, which the views `points` and `pareto` show under these
  /// columns. Nothing is written if that is so already.
  ///
  /// - Throws: `InputError` 74 if the store cannot be written.
  public func plan(_ points: [PlannedPoint], columns: [Files.ColumnDefinition]) throws {
    precondition(Set(points.map(\.position)).count == points.count, "a position is given twice")
    try transaction { database in
      let hashes = points.sorted { $0.position < $1.position }.map(Self.hash)
      let stored = try Int64.fetchAll(
        database, sql: "SELECT row_hash FROM planned_points ORDER BY position")
      if stored != hashes {
        try database.execute(sql: "DELETE FROM planned_points")
        for point in points {
          try database.execute(
            sql: "INSERT INTO planned_points VALUES (?, ?, ?, ?)",
            arguments: [point.position, point.key, point.label, Self.hash(point)])
        }
      }
      for view in StoreSchema.views(of: columns) {
        let old = try String.fetchOne(
          database, sql: "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?",
          arguments: [view.name])
        guard old != view.sql else { continue }
        try database.execute(sql: "DROP VIEW IF EXISTS \(view.name); \(view.sql)")
      }
    }
  }

  /// Sets which points are ranked, for the view `pareto`: rank 1 is the front.
  public func setRanks(_ ranks: [(key: String, rank: Int)]) throws {
    try transaction { database in
      let rows = ranks.map { ($0, StoreSchema.hash([.text($0.key), .integer($0.rank)])) }
      let stored = try Int64.fetchAll(
        database, sql: "SELECT row_hash FROM point_ranks ORDER BY row_hash")
      guard stored != rows.map(\.1).sorted() else { return }
      try database.execute(sql: "DELETE FROM point_ranks")
      for (entry, hash) in rows {
        try database.execute(
          sql: "INSERT OR REPLACE INTO point_ranks VALUES (?, ?, ?)",
          arguments: [entry.key, entry.rank, hash])
      }
    }
  }

  private static func hash(_ point: PlannedPoint) -> Int64 {
    StoreSchema.hash([.integer(point.position), .text(point.key), .text(point.label)])
  }
}
