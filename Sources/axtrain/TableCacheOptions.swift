import ArgumentParser
import Characterization

/// Where a command keeps what dies capture wrong, for other runs.
struct TableCacheOptions: ParsableArguments {
  @Option(
    help: """
      Keep what simulated dies capture wrong of all operand transitions in this folder, a file a \
      die, and take it from there; a file that is damaged or of another version is noted and made \
      anew. The results do not depend on it.
      """)
  var tableCache: String?

  /// - Throws: `InputError` 73 if the folder cannot be made.
  func cache() throws -> TransitionCache? {
    try tableCache.map { try TransitionCache(folder: $0, note: Terminal.note) }
  }
}
