import Files
import Foundation
import GRDB

extension SweepStore {
  /// An intermediate result (a trained network, a table) by the key of what it was made from, or
  /// nil if it is not there.
  ///
  /// - Throws: `InputError` 65 if it does not match its hash, 74 if the disk fails.
  public func artifact(key: String) throws -> [UInt8]? {
    try transaction { database in
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT kind, payload, payload_hash FROM artifacts WHERE key = ?",
          arguments: [key])
      else { return nil }
      let kind = String.fromDatabaseValue(row["kind"] as DatabaseValue)
      let hash = Int64.fromDatabaseValue(row["payload_hash"] as DatabaseValue)
      guard let kind, case .blob(let data) = (row["payload"] as DatabaseValue).storage,
        case let payload = [UInt8](data),
        hash == StoreSchema.hash(key: key, kind: kind, payload: payload)
      else { throw StoreFailure.damagedRow(path, table: "artifacts", key: key) }
      return payload
    }
  }

  /// Keeps an intermediate result; the first one under a key stays.
  ///
  /// - Parameters:
  ///   - kind: what it is, for people who look into the store.
  ///   - payload: at most 10^9 bytes, SQLite's limit.
  /// - Throws: `InputError` 74 if the disk is full or fails.
  public func putArtifact(key: String, kind: String, payload: [UInt8]) throws {
    precondition(payload.count <= 1_000_000_000, "an artifact is larger than 10^9 bytes")
    try transaction { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO artifacts VALUES (?, ?, ?, ?)",
        arguments: [
          key, kind, Data(payload),
          StoreSchema.hash(key: key, kind: kind, payload: payload),
        ])
    }
  }
}
