import Files
import Randomness
import TestSupport
import Testing

@Suite("Hostile YAML")
struct StrictYAMLTrapTests {
  private func message(_ text: String) -> String? {
    do {
      _ = try StrictYAML(text: text, file: "a.yaml")
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// Ten lines of which each asks for eight copies of the one before, each after `before`.
  private func bomb(lineEnd: String, before: String = "") -> String {
    var lines = ["# a comment", "\(before)a: &a [x, x, x, x, x, x, x, x]"]
    for (name, last) in zip("bcdefghijk", "abcdefghij") {
      let copies = Array(repeating: "*\(last)", count: 8).joined(separator: ", ")
      lines.append("\(name): &\(name) [\(copies)]")
    }
    return (lines + ["? *k", ": 1", ""]).joined(separator: lineEnd)
  }

  @Test(
    "an alias bomb as a key is refused at its first anchor whatever ends the lines",
    arguments: ["\n", "\r\n", "\r"])
  func lineEnds(_ lineEnd: String) {
    #expect(
      message(bomb(lineEnd: lineEnd))
        == "a.yaml:2:4: error: anchors and aliases ('&', '*') are not read: write the value out, "
        + "or quote the text")
  }

  @Test(
    "a bomb behind quotes that are text is refused", arguments: ["t: \"\\\" [\"\n", "t: u\n 'v\n"])
  func misreadQuotes(_ before: String) throws {
    let flat = try FlatList.seconds()
    let time = ThreadTime.seconds {
      #expect(message(bomb(lineEnd: "\n", before: before))?.contains("are not read") == true)
    }
    #expect(time < flat * 20)
  }

  @Test(
    "keys after '?' are refused before they are compared, however deep and large",
    arguments: ["? ", "?\n"])
  func explicitKeys(_ indicator: String) throws {
    let flat = try FlatList.seconds()
    let deep = ThreadTime.seconds {
      #expect(
        message(String(repeating: indicator, count: 400) + FlatList.text)?
          .contains("keys that begin with '?' are not read") == true)
    }
    // Compared at each depth, it takes as many times as there are depths.
    #expect(deep < flat * 20)
    #expect(message("question: which one?\nother: is it? yes") == nil)
  }

  @Test("ampersands, asterisks and question marks inside text are text")
  func harmless() {
    #expect(message("a: R & D\nb: 2 * 3\nc: '*x'\nd: \"&y\"\ne: f(x)*2 &c.") == nil)
  }

  @Test("32 levels are read and 33 are not, in brackets and in indents")
  func depth() {
    func brackets(_ count: Int) -> String {
      "a: " + String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(message(brackets(32)) == nil)
    #expect(message(brackets(33))?.contains("32 levels") == true)
    #expect(message(String(repeating: "- ", count: 32) + "a") == nil)
    #expect(message(String(repeating: "- ", count: 33) + "a")?.contains("32 levels") == true)
    #expect(message(String(repeating: "- ", count: 50_000) + "a") != nil)
  }

  @Test("100,000 nodes are read and one more is not")
  func nodes() {
    // The list is a node too.
    func list(_ nodes: Int) -> String {
      "[" + Array(repeating: "a", count: nodes - 1).joined(separator: ",") + "]"
    }
    #expect(message(list(100_000)) == nil)
    #expect(message(list(100_001))?.contains("at most 100000 nodes") == true)
  }

  @Test(
    "tags are refused", arguments: ["!!int 3", "!!binary aGk=", "!mine x", "!mine [1]", "!!set {}"])
  func tags(_ value: String) {
    #expect(message("a: \(value)")?.hasPrefix("a.yaml:1:4: error: tags") == true)
    #expect(message("!!int 3: a")?.contains("tags ('tag:yaml.org,2002:int') are not read") == true)
  }

  @Test("empty files, binary junk and a second document are errors")
  func junk() {
    #expect(message("") == "a.yaml: error: is empty: a mapping is needed")
    #expect(message("# only a comment\n")?.contains("is empty") == true)
    #expect(message("a: 1\n---\nb: 2") != nil)
    var random = RandomStream(seed: 5, purpose: .test)
    for _ in 0..<200 {
      let bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = message(String(decoding: bytes, as: UTF8.self))
    }
    #expect(message("\u{1}\u{2}\u{3}") != nil)
  }

  @Test(
    "octal, hexadecimal, sexagesimal, infinite and padded numbers are refused as numbers",
    arguments: [
      "010", "-010", "0x10", "1e400", "12:30:45", "1_000", ".inf", "nan", "1.", "NO", "''",
    ])
  func numbers(_ text: String) throws {
    let value = try #require(
      try StrictYAML(text: "a: \(text)", file: "a.yaml").fields(allowed: ["a"])["a"])
    if text != "1." { #expect(throws: InputError.self) { try value.number(in: -1e300...1e300) } }
    #expect(throws: InputError.self) { try value.integer(in: Int.min...Int.max) }
    #expect(throws: InputError.self) { try value.flag() }
  }

  @Test("a whole number at the ends of its range is read, one beyond Int is not")
  func integers() throws {
    func value(_ text: String) throws -> Int? {
      try StrictYAML(text: "a: \(text)", file: "a.yaml").fields(allowed: ["a"])["a"]?
        .integer(in: Int.min...Int.max)
    }
    #expect(try value("9223372036854775807") == .max)
    #expect(try value("-9223372036854775808") == .min)
    #expect(throws: InputError.self) { try value("9223372036854775808") }
  }

  @Test("2,000 random changes to the quickstart sweep end in a document or an error")
  func mutations() throws {
    let sound = try InputFile.bytes(of: Repository.path("Sweeps/quickstart.yaml"))
    var random = RandomStream(seed: 2, purpose: .test)
    let special = Array("[]{}&*?:-,#'\"|>!%@`\n\r\t \\~0\u{1}".utf8)
    var errors = 0
    let soundTime = ThreadTime.seconds {
      for _ in 0..<20 { #expect(message(String(decoding: sound, as: UTF8.self)) == nil) }
    }
    let time = ThreadTime.seconds {
      for _ in 0..<2000 {
        var bytes = sound
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
          case 1: bytes.insert(special.randomElement(using: &random) ?? 0, at: place)
          case 2: bytes.removeSubrange(place..<min(bytes.count, place + 20))
          default: bytes.insert(contentsOf: bytes[..<place].suffix(40), at: place)
          }
        }
        if message(String(decoding: bytes, as: UTF8.self)) != nil { errors += 1 }
      }
    }
    #expect(errors > 200 && errors < 2000)
    // 100 times as many documents, none of which takes long.
    #expect(time < soundTime * 2000)
  }
}
