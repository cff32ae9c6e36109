import Files
import Foundation
import GRDB

/// What a worker learns when it asks for a point.
public enum SweepClaim: Sendable, Equatable {
  /// The caller computes it now.
  case granted
  /// It is there.
  case done([CellValue])
  /// It failed as often as it may.
  case failed(reason: String)
  /// Another process computes it.
  case busy
}

extension SweepStore {
  /// How often a point may fail before it is left alone.
  public static let maximumTries = 3

  /// Asks for a point, and takes a lease on it if it has to be computed.
  ///
  /// - Throws: `InputError` 65 if the stored row is damaged, 74 if the disk fails.
  public func claim(key: String) throws -> SweepClaim {
    try transaction { database in
      if let point = try storedPoint(key, in: database) {
        switch point.state {
        case .done: return .done(point.cells)
        case .failed where point.tries >= Self.maximumTries:
          return .failed(reason: point.reason ?? "")
        case .running:
          let holder = StoreOwner(text: point.owner)
          let now = Date.now.timeIntervalSince1970
          if holder.holdsLease(heartbeat: point.heartbeat, now: now, observer: owner) {
            return .busy
          }
        case .waiting, .failed: break
        }
        try put(key, .running, tries: point.tries, reason: point.reason, in: database)
      } else {
        try put(key, .running, tries: 0, in: database)
      }
      return .granted
    }
  }

  /// Stores the row of a point that was computed. A row that is already there stays.
  public func complete(key: String, cells: [CellValue]) throws {
    try transaction { database in
      let point = try storedPoint(key, in: database)
      if point?.state == .done { return }
      try put(key, .done, tries: point?.tries ?? 0, row: StoredRow.encode(cells), in: database)
    }
  }

  /// Records that a point failed, and returns how often it has.
  @discardableResult
  public func fail(key: String, reason: String) throws -> Int {
    try transaction { database in
      let point = try storedPoint(key, in: database)
      if point?.state == .done { return point?.tries ?? 0 }
      let tries = (point?.tries ?? 0) + 1
      try put(key, .failed, tries: tries, reason: reason, in: database)
      return tries
    }
  }

  /// Gives up the lease on a point that was stopped; its tries stay.
  public func release(key: String) throws {
    try transaction { database in
      guard let point = try storedPoint(key, in: database), point.state == .running else { return }
      try put(key, .waiting, tries: point.tries, reason: point.reason, in: database)
    }
  }

  /// Gives failed points their tries back.
  public func retryFailed(keys: [String]) throws {
    try transaction { database in
      for key in keys where try storedPoint(key, in: database)?.state == .failed {
        try put(key, .waiting, tries: 0, in: database)
      }
    }
  }

  /// The row of a finished point, or nil.
  ///
  /// - Throws: `InputError` 65 if it is damaged.
  public func row(key: String) throws -> [CellValue]? {
    try transaction { database in
      guard let point = try storedPoint(key, in: database), point.state == .done else { return nil }
      return point.cells
    }
  }

  /// Renews the leases of this process.
  public func beat() throws {
    try transaction { database in
      try database.execute(
        sql: "UPDATE stored_points SET heartbeat = ? WHERE owner = ? AND state = 'running'",
        arguments: [Date.now.timeIntervalSince1970, owner.text])
    }
  }

  enum PointState: String { case waiting, running, done, failed }

  struct StoredPoint {
    let state: PointState
    let tries: Int
    let reason: String?
    let cells: [CellValue]
    let owner: String
    let heartbeat: Double
  }

  /// Reads and checks a row; a row of finished state has its cells.
  private func storedPoint(_ key: String, in database: Database) throws -> StoredPoint? {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT * FROM stored_points WHERE key = ?", arguments: [key])
    else { return nil }
    func value<Value: DatabaseValueConvertible>(_ name: String) -> Value? {
      Value.fromDatabaseValue(row[name] as DatabaseValue)
    }
    let text: String? = value("row")
    let reason: String? = value("reason")
    guard let state = (value("state") as String?).flatMap(PointState.init),
      let tries: Int = value("tries"),
      value("key") == key,
      value("row_hash") == Self.hash(key, state, tries: tries, reason: reason, row: text)
    else { throw StoreFailure.damagedRow(path, table: "stored_points", key: key) }
    let cells = text.flatMap(StoredRow.decode)
    guard state != .done || cells != nil else {
      throw StoreFailure.damagedRow(path, table: "stored_points", key: key)
    }
    return StoredPoint(
      state: state, tries: tries, reason: reason, cells: cells ?? [],
      owner: value("owner") ?? "", heartbeat: value("heartbeat") ?? 0)
  }

  private func put(
    _ key: String, _ state: PointState, tries: Int, reason: String? = nil, row: String? = nil,
    in database: Database
  ) throws {
    let isRunning = state == .running
    try database.execute(
      sql: "INSERT OR REPLACE INTO stored_points VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        key, state.rawValue, tries, reason, row,
        Self.hash(key, state, tries: tries, reason: reason, row: row),
        isRunning ? owner.text : nil, isRunning ? Date.now.timeIntervalSince1970 : nil,
      ])
  }

  private static func hash(
    _ key: String, _ state: PointState, tries: Int, reason: String?, row: String?
  ) -> Int64 {
    StoreSchema.hash([
      .text(key), .text(state.rawValue), .integer(tries), reason.map(JSONValue.text) ?? .null,
      row.map(JSONValue.text) ?? .null,
    ])
  }
}
