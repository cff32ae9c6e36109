import Quantities
import Yams

/// A node of a YAML document that knows its place and is read by type, never guessed.
///
/// Built on `Yams.compose`: scalars stay text until a spec asks for a type, so that `NO` is a word
/// and
/// `010` is refused, and aliases, tags and repeated keys are refused. The byte-order mark that some
/// editors write first is passed over.
public struct StrictYAML: Sendable {
  public enum Content: Sendable {
    case scalar(String)
    case list([StrictYAML])
    case mapping([(key: String, location: SourceLocation, value: StrictYAML)])
  }

  public let location: SourceLocation
  public let content: Content

  static let maximumNodes = 100_000
  static let maximumDepth = 32

  /// Reads one YAML document from a file.
  ///
  /// - Throws: `InputError` 66 if missing, 65 at the place of a syntax error, alias, tag, repeated
  ///   key, or beyond 1 MiB, 100,000 nodes or 32 levels.
  public init(contentsOf path: String) throws {
    try self.init(text: InputFile.text(of: path, limit: 1 << 20), file: path)
  }

  /// Reads one YAML document in which `!include FILE` stands for what is in another one, whose name
  /// counts from the folder of the file that names it.
  ///
  /// - Parameter foreign: keys of the document's own mapping whose values are other programs': their
  ///   tags are passed over, and no file is included there.
  /// - Throws: `InputError` as above, at the place in the file that it is of, 66 if one is missing;
  ///   65 for files that include each other, more than 8 deep.
  public init(
    contentsOf path: String, includesFiles: Bool, foreign: Set<String> = []
  ) throws {
    var reading = Reading(files: includesFiles ? [path] : nil, foreign: foreign)
    self = try Self.read(
      text: InputFile.text(of: path, limit: 1 << 20), file: path, depth: 0, &reading)
  }

  /// Reads one YAML document; `file` is the name for messages.
  public init(text: String, file: String) throws {
    var reading = Reading()
    self = try Self.read(text: text, file: file, depth: 0, &reading)
  }

  /// What is left of the limits, in nodes and in bytes of included files, and the files that are open;
  /// nil where files include none.
  private struct Reading {
    var budget = StrictYAML.maximumNodes
    var bytes = 1 << 20
    var files: [String]?
    var foreign: Set<String> = []
    /// Whether this is in a value of another program's.
    var isForeign = false
  }

  private static func read(
    text: String, file: String, depth: Int, _ reading: inout Reading
  ) throws -> StrictYAML {
    // The parser takes a byte-order mark at the beginning for part of the first key.
    let hasMark = text.unicodeScalars.first == "\u{FEFF}"
    let text = hasMark ? String(text.unicodeScalars.dropFirst()) : text
    try refuseCostly(text, file: file)
    let node: Node?
    do {
      node = try Yams.compose(yaml: text, .basic)
    } catch let error as YamlError {
      throw inputError(error, file: file)
    }
    guard let node else {
      throw InputError(.badData, at: SourceLocation(file: file), "is empty: a mapping is needed")
    }
    return try convert(node, file: file, depth: depth, &reading)
  }

  /// The most files that include one another.
  private static let maximumFiles = 8

  /// What `!include` stands for; nil for any other node.
  private static func included(
    _ node: Node, at location: SourceLocation, depth: Int, _ reading: inout Reading
  ) throws -> StrictYAML? {
    guard case .scalar(let scalar) = node, scalar.tag == Tag(Tag.Name(rawValue: "!include")),
      let files = reading.files, !reading.isForeign
    else { return nil }
    let name = scalar.string
    let folder = location.file.lastIndex(of: "/").map { String(location.file[...$0]) } ?? ""
    let path = name.hasPrefix("/") ? name : folder + name
    guard !files.contains(path), files.count < maximumFiles else {
      throw InputError(
        .badData, at: location,
        "'\(name)' is included by what it includes, or more than \(maximumFiles) files deep")
    }
    reading.files = files + [path]
    defer { reading.files = files }
    let text = try InputFile.text(of: path, limit: reading.bytes)
    reading.bytes -= text.utf8.count
    return try read(text: text, file: path, depth: depth, &reading)
  }

  private init(location: SourceLocation, content: Content) {
    self.location = location
    self.content = content
  }

  private static func inputError(_ error: YamlError, file: String) -> InputError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return InputError(
        .badData, at: SourceLocation(file: file, line: mark.line, column: mark.column),
        "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return InputError(
        .badData,
        at: SourceLocation(file: file, line: context.mark.line, column: context.mark.column),
        "key '\(duplicates.first?.description ?? "")' is given twice")
    default:
      return InputError(.badData, at: SourceLocation(file: file), "is not YAML")
    }
  }

  /// The tag is taken as the file has it: asking the node for it would resolve it first. `!!str`
  /// passes, since the parser gives quoted text and compared keys that tag itself.
  private static func refuseTag(of node: Node, at location: SourceLocation) throws {
    let (tag, own): (Tag, Tag) =
      switch node {
      case .scalar(let scalar): (scalar.tag, Tag(.str))
      case .sequence(let sequence): (sequence.tag, .implicit)
      case .mapping(let mapping): (mapping.tag, .implicit)
      case .alias(let alias): (alias.tag, .implicit)
      }
    guard tag == .implicit || tag == own else {
      throw InputError(
        .badData, at: location, "tags ('\(tag)') are not read: remove it, or quote the text")
    }
  }

  private static func convert(
    _ node: Node, file: String, depth: Int, _ reading: inout Reading
  ) throws -> StrictYAML {
    let location = SourceLocation(
      file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
    reading.budget -= 1
    guard reading.budget >= 0, depth <= maximumDepth else {
      throw InputError(
        .badData, at: location,
        "is too large: at most \(maximumNodes) nodes and \(maximumDepth) levels are read")
    }
    if let other = try included(node, at: location, depth: depth + 1, &reading) { return other }
    if !reading.isForeign { try refuseTag(of: node, at: location) }
    switch node {
    case .scalar(let scalar):
      return StrictYAML(location: location, content: .scalar(scalar.string))
    case .sequence(let sequence):
      var items: [StrictYAML] = []
      for item in sequence {
        items.append(try convert(item, file: file, depth: depth + 1, &reading))
      }
      return StrictYAML(location: location, content: .list(items))
    case .mapping(let mapping):
      var entries: [(key: String, location: SourceLocation, value: StrictYAML)] = []
      var seen: Set<String> = []
      for (key, value) in mapping {
        let place = SourceLocation(
          file: file, line: key.mark?.line ?? 0, column: key.mark?.column ?? 0)
        guard case .scalar(let name) = key else {
          throw InputError(.badData, at: place, "a key must be a word")
        }
        if !reading.isForeign { try refuseTag(of: key, at: place) }
        guard seen.insert(name.string).inserted else {
          throw InputError(.badData, at: place, "key '\(name.string)' is given twice")
        }
        let isOutside = depth == 0 && reading.foreign.contains(name.string)
        if isOutside { reading.isForeign = true }
        entries.append(
          (
            name.string, place,
            try convert(value, file: file, depth: depth + 1, &reading)
          ))
        if isOutside { reading.isForeign = false }
      }
      return StrictYAML(location: location, content: .mapping(entries))
    case .alias:
      throw InputError(.badData, at: location, "aliases are not read: write the value out")
    }
  }
}
