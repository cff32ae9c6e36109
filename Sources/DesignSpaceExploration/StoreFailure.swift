import Files
import GRDB

/// What SQLite reports, as a line that names the store and says what to do.
enum StoreFailure {
  static func inputError(_ error: DatabaseError, path: String) -> InputError {
    let place = SourceLocation(file: path)
    let detail = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_NOTADB:
      return InputError(
        .badData, at: place, "is not a sweep store (no SQLite file): name another file")
    case .SQLITE_CORRUPT, .SQLITE_FORMAT, .SQLITE_SCHEMA, .SQLITE_MISMATCH:
      return damaged(path, what: detail)
    case .SQLITE_FULL:
      return InputError(
        .inputOutput, at: place,
        "could not be written, the disk is full: make room and run again; stored points stay")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      return InputError(
        .cannotCreate, at: place,
        "cannot be opened for writing (\(detail)): check its permissions or name another file")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return InputError(
        .inputOutput, at: place,
        "has been held by another process for 30 s: wait for it and run again")
    default:
      return InputError(
        .inputOutput, at: place,
        "could not be read or written (\(detail)): check the disk and run again; stored points "
          + "stay")
    }
  }

  /// The whole store is in doubt.
  static func damaged(_ path: String, what: String) -> InputError {
    InputError(
      .badData, at: SourceLocation(file: path),
      "is damaged (\(what)): restore a copy, or move it away and run again")
  }

  /// One row does not match its hash.
  static func damagedRow(_ path: String, table: String, key: String) -> InputError {
    InputError(
      .badData, at: SourceLocation(file: path),
      "is damaged (in \(table), the row of key \(key.prefix(80)) does not match its hash): restore "
        + "a copy, or delete that row to compute it again")
  }
}
