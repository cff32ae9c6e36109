import GRDB

extension SweepSample {
  /// Another connection to a store. A store that is being closed locks its file for a moment, and
  /// SQLite does not wait for that by itself.
  static func connection(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    return try DatabaseQueue(path: path, configuration: configuration)
  }
}
