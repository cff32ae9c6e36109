import Files

/// Which parameter of a network each array of a file is.
///
/// Without rules an array is the parameter of its own name, or, as PyTorch names the state of a
/// `Sequential`, that of its name after `layers.`: `0.weight` is `layers.0.weight`. A rule names an array
/// and a parameter, or what their names begin with, up to a dot: `fc1=layers.3` holds for `fc1.weight`
/// and `fc1.bias`. The longest rule counts. A rule with nothing after `=` leaves arrays out, and so are
/// PyTorch's counts `num_batches_tracked`.
public struct ArrayMapping: Sendable, Hashable {
  private let rules: [String: String]

  public static let byName = ArrayMapping(rules: [:])

  private init(rules: [String: String]) { self.rules = rules }

  /// Rules `ARRAY=PARAMETER`.
  ///
  /// - Throws: `InputError` 64 for a text that is no rule, or two rules for one name.
  public init(_ texts: [String]) throws {
    var rules: [String: String] = [:]
    for text in texts {
      guard let place = text.firstIndex(of: "="), place > text.startIndex else {
        throw InputError(.usage, "'\(text)' is no rule: write ARRAY=layers.0.weight")
      }
      let name = String(text[..<place])
      let target = String(text[text.index(after: place)...])
      guard rules.updateValue(target, forKey: name) == nil else {
        throw InputError(.usage, "'\(name)' has two rules")
      }
    }
    self.rules = rules
  }

  /// Reads rules from a text file, one a line; empty lines and lines that begin with `#` are skipped.
  ///
  /// - Throws: `InputError` 66 if it is missing; 65 at the line of what is no rule.
  public init(contentsOf path: String) throws {
    var rules: [String: String] = [:]
    let text = try InputFile.text(of: path, limit: 1 << 20)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      let rule = line.drop { $0 == " " || $0 == "\t" }
      guard !rule.isEmpty, !rule.hasPrefix("#") else { continue }
      do {
        rules.merge(try ArrayMapping([String(rule)]).rules) { old, _ in old }
      } catch let error as InputError {
        throw InputError(
          .badData, at: SourceLocation(file: path, line: number + 1), error.message)
      }
    }
    self.rules = rules
  }

  /// The first rule, in the order of names, that names none of these arrays and what none of them
  /// begins with; nil if there is none.
  func idleRule(among names: [String]) -> String? {
    rules.keys.sorted().first { rule in
      !names.contains { $0 == rule || $0.hasPrefix(rule + ".") }
    }
  }

  /// The parameter that an array is; nil if it is left out.
  func parameter(_ name: String) -> String? {
    var prefix = Substring(name)
    while true {
      if let target = rules[String(prefix)] {
        return target.isEmpty ? nil : target + name[prefix.endIndex...]
      }
      guard let dot = prefix.lastIndex(of: ".") else { break }
      prefix = prefix[..<dot]
    }
    if name == "num_batches_tracked" || name.hasSuffix(".num_batches_tracked") { return nil }
    return name.first?.isNumber == true ? "layers." + name : name
  }
}
