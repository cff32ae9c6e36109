import Files
import Quantities
import Randomness
import TestSupport
import Testing

@Suite("Strict YAML")
struct StrictYAMLTests {
  private func message(_ text: String, _ read: (StrictYAML) throws -> Void = { _ in }) -> String? {
    do {
      try read(StrictYAML(text: text, file: "a.yaml"))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("a list as a key, an alias, a repeated key and deep nesting are errors with a place")
  func traps() {
    #expect(message("[1]: 2") == "a.yaml:1:1: error: a key must be a word")
    #expect(message("a: &x 1\nb: *x")?.hasPrefix("a.yaml:1:4: error: anchors and aliases") == true)
    #expect(message("a: 1\na: 2")?.contains("key 'a' is given twice") == true)
    #expect(message(String(repeating: "[", count: 500))?.contains("nested deeper than 32") == true)
    #expect(message("")?.contains("is empty") == true)
    #expect(message("a: [1")?.contains("is not YAML") == true)
  }

  @Test("an alias bomb behind quotes that run over lines is refused at once")
  func hiddenBomb() throws {
    var lines = ["[ \"", " '\", &a [x, x, x, x, x, x, x, x], \""]
    for (name, last) in zip("bcdefghij", "abcdefghi") {
      let copies = Array(repeating: "*\(last)", count: 8).joined(separator: ", ")
      lines.append(" '\", &\(name) [\(copies)], \"")
    }
    let text = lines.joined(separator: "\n") + "\" ]"
    // What the aliases stand for has 8¹⁰ words.
    let flat = try FlatList.seconds()
    let time = ThreadTime.seconds { #expect(message(text) != nil) }
    #expect(time < flat * 20)
  }

  @Test("a byte-order mark is passed over and counts in no column")
  func byteOrderMark() throws {
    for text in ["a: 1\nb: 2\n", "# a comment\na: 1\nb: 2\n", "\na: 1\nb: 2\n"] {
      let fields = try StrictYAML(text: "\u{FEFF}" + text, file: "a.yaml").fields(
        allowed: ["a", "b"])
      #expect(try fields["a"]?.integer(in: 1...1) == 1 && fields.count == 2)
    }
    #expect(message("\u{FEFF}a: 1\na: 2")?.contains("key 'a' is given twice") == true)
    #expect(message("\u{FEFF}a: *x")?.hasPrefix("a.yaml:1:4: error: anchors and") == true)
    #expect(message("\u{FEFF}")?.contains("is empty") == true)
  }

  @Test("words and odd numbers are not guessed at")
  func scalars() throws {
    let yaml = try StrictYAML(text: "a: NO\nb: 010\nc: 1e400\nd: 12:30:45", file: "a.yaml")
    let fields = try yaml.fields(allowed: ["a", "b", "c", "d"])
    #expect(try fields["a"]?.text() == "NO")
    #expect(try fields["d"]?.text() == "12:30:45")
    #expect(throws: InputError.self) { try fields["a"]?.flag() }
    #expect(throws: InputError.self) { try fields["b"]?.integer(in: 0...100) }
    #expect(throws: InputError.self) { try fields["c"]?.number(in: 0...1) }
  }

  @Test("a zero has no sign")
  func zeros() throws {
    let yaml = try StrictYAML(text: "[-0.0, -0, -0e5, -0 V]", file: "a.yaml").list()
    for item in yaml[..<3] { #expect(try item.number(in: -1...1).sign == .plus) }
    #expect(try yaml[3].quantity(Voltage.self, in: Voltage(-1)...Voltage(1)).value.sign == .plus)
    #expect(try yaml[1].integer(in: -1...1) == 0)
  }

  @Test("an unknown key is named with its place, the nearest key and the allowed ones")
  func unknownKey() {
    #expect(
      message("voltge: 1") { _ = try $0.fields(allowed: ["seed", "voltage"]) }
        == "a.yaml:1:1: error: unknown key 'voltge': did you mean 'voltage'? "
        + "allowed here: seed, voltage")
  }

  @Test("explicit keys and lists in lists, which the parser takes quadratic time for, are refused")
  func quadratic() throws {
    let flat = try FlatList.seconds()
    for text in [
      String(repeating: "? ", count: 400_000), String(repeating: "- ", count: 400_000),
      String(repeating: "[", count: 400_000),
    ] {
      let deep = ThreadTime.seconds {
        #expect(throws: InputError.self) { try StrictYAML(text: text, file: "s.yaml") }
      }
      #expect(deep < flat * 20)
    }
  }

  @Test("a text that is written as a scalar or in JSON is read as the same text, key or value")
  func written() throws {
    var texts = [
      "", " ", "plain", "a.b/c-d_e", "12:30:45", "null", "~", "it's", "\"q\" \\", "- x: y #c",
      "a &b *b", "& *", "? x", "what:? .onnx", "x: ? ", "{[", String(repeating: "[{", count: 40),
      "line\nbreak", "\r\n\t", "  lead and trail  ", "\u{0}\u{7}\u{1B}", "\u{7F}\u{85}\u{A0}",
      "\u{FEFF}mark", "\u{FEFF}\u{FEFF}", "a\u{FEFF}", "\u{2028}\u{2029}", "\u{FFFE}\u{FFFF}",
      "größe μ ж", "\u{301}accent", "漢字 😀",
      "\u{D4E}", "%TAG", "--- x", "...", "!!str x", "@a `b", "|", ">-", "a,b", "x #y", ":", "a: b",
    ]
    var stream = RandomStream(seed: 3, purpose: .test)
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<1 + stream.next() % 12 {
        // Half of them among the marks of YAML and of ASCII.
        let limit: UInt64 = stream.next() % 2 == 0 ? 0x80 : 0x1_1000
        if let scalar = Unicode.Scalar(UInt32(stream.next() % limit)) {
          text.unicodeScalars.append(scalar)
        }
      }
      texts.append(text)
    }
    for text in texts {
      let json = JSONValue.object(["first": .text(text), "others": .array([.text(text)])])
      let fields = try StrictYAML(text: json.prettyText, file: "a.json").record(["first", "others"])
      // The parser takes away a mark that a text begins with; JSON's own readers want it once.
      let isMarked = text.unicodeScalars.first == "\u{FEFF}"
      for found in try [fields["first"].text(), fields["others"].list()[0].text()]
      where !isMarked {
        #expect(Array(found.unicodeScalars) == Array(text.unicodeScalars), "\(json.prettyText)")
      }
      let written = StrictYAML.scalar(text)
      let yaml = "first: 1\n\(written): \(written)\nlast: {k: [\(written), 2]}\n"
      let entries = try StrictYAML(text: yaml, file: "a.yaml").entries()
      try #require(entries.count == 3, "\(written)")
      // Scalar by scalar: equal strings may be written otherwise.
      for found in try [entries[1].key, entries[1].value.text()] {
        #expect(Array(found.unicodeScalars) == Array(text.unicodeScalars), "\(written)")
      }
    }
    #expect(StrictYAML.scalar("größe 1") == "\"größe 1\"")
  }
}
