import Files
import Quantities
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
  func hiddenBomb() {
    var lines = ["[ \"", " '\", &a [x, x, x, x, x, x, x, x], \""]
    for (name, last) in zip("bcdefghij", "abcdefghi") {
      let copies = Array(repeating: "*\(last)", count: 8).joined(separator: ", ")
      lines.append(" '\", &\(name) [\(copies)], \"")
    }
    let text = lines.joined(separator: "\n") + "\" ]"
    let clock = ContinuousClock()
    let time = clock.measure { #expect(message(text) != nil) }
    #expect(time < .seconds(1))
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

  @Test("an unknown key is named with its place, the nearest key and the allowed ones")
  func unknownKey() {
    #expect(
      message("voltge: 1") { _ = try $0.fields(allowed: ["seed", "voltage"]) }
        == "a.yaml:1:1: error: unknown key 'voltge': did you mean 'voltage'? "
        + "allowed here: seed, voltage")
  }

  @Test("explicit keys and lists in lists, which the parser takes quadratic time for, are refused")
  func quadratic() {
    for text in [
      String(repeating: "? ", count: 400_000), String(repeating: "- ", count: 400_000),
      String(repeating: "[", count: 400_000),
    ] {
      let start = ContinuousClock.now
      #expect(throws: InputError.self) { try StrictYAML(text: text, file: "s.yaml") }
      #expect(start.duration(to: .now) < .seconds(5))
    }
  }
}
