import Files
import Foundation
import GRDB

/// Where a sweep keeps its rows as they come, so that it goes on where it was stopped or killed.
///
/// One SQLite file (WAL, so on a local file system), one connection a process. Every row carries a
/// 64-bit hash that is checked whenever it is read: a flipped bit is an error, never a wrong result.
/// A transaction that was acknowledged survives the death of the process; loss of power may cost
/// the last ones, which are then computed again.
public final class SweepStore: Sendable {
  public let path: String
  let queue: DatabaseQueue
  let owner = StoreOwner()

  /// Opens a store, or makes one where there is no file.
  ///
  /// - Throws: `InputError` 65 if the file is not a sweep store, of another schema version or
  ///   damaged; 73 if it cannot be opened for writing; 74 if the disk fails or is full.
  public init(path: String) throws {
    self.path = path
    try Self.refuseForeignFile(path)
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    configuration.label = "sweep store"
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA synchronous = NORMAL; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF
          """)
    }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      self.queue = queue
      try queue.write { try StoreSchema.establish(in: $0, path: path) }
      try Self.chooseWriteAheadLog(queue)
    } catch let error as DatabaseError {
      throw StoreFailure.inputError(error, path: path)
    }
  }

  /// Closes the connection; the store must not be used after.
  public func close() { try? queue.close() }

  /// One IMMEDIATE transaction; SQLite's errors leave as `InputError`.
  func transaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try queue.write(body)
    } catch let error as DatabaseError {
      throw StoreFailure.inputError(error, path: path)
    }
  }

  /// SQLite would write its journal beside any file that it opens, so look first.
  private static func refuseForeignFile(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    let place = SourceLocation(file: path)
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw InputError(.cannotCreate, at: place, "is not a file: name another store")
    }
    guard access(path, R_OK | W_OK) == 0, let handle = fopen(path, "rb") else {
      throw InputError(
        .cannotCreate, at: place,
        "cannot be opened for reading and writing: check its permissions or name another store")
    }
    defer { fclose(handle) }
    var head = [UInt8](repeating: 0, count: 16)
    let count = fread(&head, 1, head.count, handle)
    guard count == 0 || head == Array("SQLite format 3\0".utf8) else {
      throw InputError(
        .badData, at: place, "is not a sweep store (no SQLite file): name another file")
    }
  }

  /// Switching needs the file for itself for a moment, and SQLite does not wait for that.
  private static func chooseWriteAheadLog(_ queue: DatabaseQueue) throws {
    let deadline = Date.now.addingTimeInterval(30)
    while true {
      do {
        try queue.writeWithoutTransaction { database in
          if try String.fetchOne(database, sql: "PRAGMA journal_mode") != "wal" {
            try database.execute(sql: "PRAGMA journal_mode = WAL")
          }
        }
        return
      } catch let error as DatabaseError
        where error.resultCode == .SQLITE_BUSY && Date.now < deadline
      {
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
  }
}
