/// The statuses that `axtrain` exits with, after BSD's `sysexits.h` where that has one.
public enum ExitStatus: Int32, CaseIterable, Sendable {
  case done = 0
  case differencesFound = 1
  case someFailed = 2
  case usage = 64
  case badData = 65
  case missingInput = 66
  case internalError = 70
  case cannotCreate = 73
  case inputOutput = 74
  case stopped = 75

  /// One line for `axtrain help exit-codes` and the documentation.
  public var meaning: String {
    switch self {
    case .done: "done"
    case .differencesFound: "a comparison or verification found differences"
    case .someFailed: "finished, but some points failed"
    case .usage: "wrong command line"
    case .badData: "bad spec or data; the message names its location"
    case .missingInput: "an input file is missing or cannot be read"
    case .internalError: "a bug of axtrain; please report it"
    case .cannotCreate: "an output cannot be made"
    case .inputOutput: "I/O error, or the disk is full"
    case .stopped: "stopped on request; run again to go on"
    }
  }
}

/// Something outside the program is wrong: a file, a spec, a disk. One line says where, what is
/// wrong and what to do; the status is the one to exit with.
public struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
  public let status: ExitStatus
  public let location: SourceLocation?
  public let message: String

  public init(_ status: ExitStatus, at location: SourceLocation? = nil, _ message: String) {
    self.status = status
    self.location = location
    self.message = message
  }

  /// `file:line:column: error: message`, on one line whatever the message holds.
  public var description: String {
    let text = Self.printable(message)
    guard let location else { return "error: \(text)" }
    return "\(Self.printable(location.description)): error: \(text)"
  }

  /// The text on one line of at most 500 characters, with control characters escaped: what is
  /// printed
  /// may come from a hostile file.
  public static func printable(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(500) {
      let isControl =
        scalar.properties.generalCategory == .control
        || scalar.properties.generalCategory == .format
      line += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return text.unicodeScalars.count > 500 ? line + "…" : line
  }

  /// The known name that is nearest to a misspelt one, if one is near enough to be meant.
  public static func nearest(to name: String, among known: [String]) -> String? {
    let short = String(name.prefix(64))
    let ranked = known.map { ($0, editDistance(short.lowercased(), $0.lowercased())) }
    // A longer name may be meant where a shorter one that is as near may not.
    let near = ranked.filter { $0.1 <= max(2, $0.0.count / 3) }
    func rank(_ entry: (name: String, distance: Int)) -> (Int, Int, String) {
      (entry.distance, abs(entry.name.count - short.count), entry.name)
    }
    return near.min { rank($0) < rank($1) }?.0
  }

  /// Levenshtein's distance: insertions, deletions and replacements that turn one text into
  /// another.
  static func editDistance(_ left: String, _ right: String) -> Int {
    let (source, target) = (Array(left), Array(right))
    var row = Array(0...target.count)
    for (i, character) in source.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in target.enumerated() {
        let replaced = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, min(row[j], diagonal) + 1)
      }
    }
    return row[target.count]
  }
}
