import Files
import GRDB

/// What a sweep store looks like inside SQLite. `Documentation/FileFormats.md` describes it for
/// people who query it themselves.
enum StoreSchema {
  /// "AxTr" in ASCII: the application id in bytes 68–71 of the file.
  static let applicationID: Int64 = 0x4178_5472
  /// Raised whenever a table changes its meaning or columns; no store is ever migrated silently.
  static let version: Int64 = 1

  /// The tables. Every row has a hash over its other columns (but for `owner` and `heartbeat`,
  /// which change while a point is computed and carry no result).
  static let tables = [
    """
    CREATE TABLE stored_points (key TEXT PRIMARY KEY NOT NULL, state TEXT NOT NULL, \
    tries INTEGER NOT NULL, reason TEXT, row TEXT, row_hash INTEGER NOT NULL, owner TEXT, \
    heartbeat REAL) STRICT
    """,
    """
    CREATE TABLE planned_points (position INTEGER PRIMARY KEY NOT NULL, key TEXT NOT NULL, \
    label TEXT NOT NULL, row_hash INTEGER NOT NULL) STRICT
    """,
    """
    CREATE TABLE point_ranks (key TEXT PRIMARY KEY NOT NULL, rank INTEGER NOT NULL, \
    row_hash INTEGER NOT NULL) STRICT
    """,
    """
    CREATE TABLE artifacts (key TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, \
    payload BLOB NOT NULL, payload_hash INTEGER NOT NULL) STRICT
    """,
  ]

  /// The views for people: `points` has one column a result column and one row a finished point of
  /// the newest sweep; `pareto` adds the rank (1 is the front) of those that were ranked.
  static func views(of columns: [Files.ColumnDefinition]) -> [(name: String, sql: String)] {
    // GRDB has string literals and `joined` of its own: name the type.
    let cells: String = columns.enumerated().map { index, column -> String in
      let name = column.name.replacing("\"", with: "\"\"")
      return "json_extract(s.row, '$.cells[\(index)]') AS \"\(name)\""
    }.joined(separator: ", ")
    let source: String = "FROM planned_points p JOIN stored_points s ON s.key = p.key"
    return [
      (
        "points",
        "CREATE VIEW points AS SELECT p.position AS point, \(cells) \(source) "
          + "WHERE s.state = 'done' ORDER BY p.position"
      ),
      (
        "pareto",
        "CREATE VIEW pareto AS SELECT r.rank AS pareto_rank, r.rank = 1 AS on_front, p.position AS point, \(cells) "
          + "\(source) JOIN point_ranks r ON r.key = p.key "
          + "WHERE s.state = 'done' ORDER BY r.rank, p.position"
      ),
    ]
  }

  /// The 64-bit check of a stored row: the start of the SHA-256 of its fields as canonical JSON.
  static func hash(_ fields: [JSONValue]) -> Int64 {
    Int64(bitPattern: Digest(of: JSONValue.array(fields).canonicalText).prefix64)
  }

  /// The check of an artifact.
  static func hash(key: String, kind: String, payload: [UInt8]) -> Int64 {
    Int64(bitPattern: Digest(of: Array(key.utf8) + [0] + Array(kind.utf8) + [0] + payload).prefix64)
  }

  /// Makes the tables in an empty file, or checks that they are these and that nothing else, such
  /// as a trigger, acts on them.
  ///
  /// - Throws: `InputError` 65 if the file is another program's, another version's or changed.
  static func establish(in database: Database, path: String) throws {
    let place = SourceLocation(file: path)
    let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let found = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let objects = try Row.fetchAll(
      database, sql: "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    if application == 0 && found == 0 && objects.isEmpty {
      for table in tables { try database.execute(sql: table) }
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
      try database.execute(sql: "PRAGMA user_version = \(version)")
      return
    }
    guard application == applicationID else {
      throw InputError(
        .badData, at: place,
        "is an SQLite file of another program, not a sweep store: name another file")
    }
    guard found == version else {
      throw InputError(
        .badData, at: place,
        "has schema version \(found), this program reads \(version): use the program that made "
          + "it, or move it away and run again")
    }
    var seen: Set<String> = []
    for object in objects {
      let type = String.fromDatabaseValue(object["type"] as DatabaseValue) ?? ""
      let sql = String.fromDatabaseValue(object["sql"] as DatabaseValue) ?? ""
      if type == "table" && tables.contains(sql) { seen.insert(sql) }
      guard type == "view" || (type == "table" && tables.contains(sql)) else {
        throw StoreFailure.damaged(path, what: "its tables are not those of a sweep store")
      }
    }
    guard seen.count == tables.count else {
      throw StoreFailure.damaged(path, what: "a table is missing")
    }
  }
}
