import Files
import Randomness
import Testing

@Suite("Comma-separated tables")
struct CSVTableTests {
  private func rows(_ text: String) throws -> [[String]] {
    try CSVTable(text: text, file: "a.csv").rows.map(\.fields)
  }

  @Test("CRLF, quotes and a missing last line end read as RFC 4180 says")
  func quotes() throws {
    #expect(try rows("a,b\r\n1,2\r\n3,4") == [["1", "2"], ["3", "4"]])
    #expect(try rows("a,b\n\"x,\"\"y\"\"\",\"\"\n") == [["x,\"y\"", ""]])
    #expect(try rows("a\n\"1\r\n2\"\n") == [["1\r\n2"]])
  }

  @Test("a line end inside quotes counts as a line, so later errors name the right one")
  func lines() throws {
    let error = #expect(throws: InputError.self) { try rows("a,b\n\"1\n2\",3\n4\n") }
    #expect(error?.location?.line == 4)
  }

  @Test("a column that is asked for and stands twice is refused, another one may")
  func twice() throws {
    let error = #expect(throws: InputError.self) {
      try CSVTable(text: "x,y,x\n1,2,3\n", file: "a.csv", requiring: ["x", "y"])
    }
    #expect(
      error?.description == "a.csv:1: error: column 'x' stands there twice: which one is meant?")
    let table = try CSVTable(text: "x,y,x\n1,2,3\n", file: "a.csv", requiring: ["y"])
    #expect(try table.number(table.rows[0], "y") == 2)
    let asked = #expect(throws: InputError.self) { try table.number(table.rows[0], "x") }
    #expect(asked == error)
  }

  @Test("a column that is missing is named with the nearest one that is there")
  func missing() {
    let error = #expect(throws: InputError.self) {
      try CSVTable(text: "suply_v,delay\n", file: "a.csv", requiring: ["supply_v"])
    }
    #expect(
      error?.description
        == "a.csv:1: error: column 'supply_v' is missing; nearest is 'suply_v'")
  }

  @Test("a missing column is reported at the header's line below comments and empty lines")
  func missingBelowComments() throws {
    let text = "# of a paper\n# 2 notes, \"quoted\"\n\nv,w\n1,2\n"
    let required = #expect(throws: InputError.self) {
      try CSVTable(text: text, file: "a.csv", requiring: ["x_column"])
    }
    #expect(required?.location == SourceLocation(file: "a.csv", line: 4))
    let table = try CSVTable(text: text, file: "a.csv")
    let asked = #expect(throws: InputError.self) { try table.number(table.rows[0], "x_column") }
    #expect(asked?.description == "a.csv:4: error: column 'x_column' is missing")
  }

  @Test(
    "what is no finite decimal number is refused at its place",
    arguments: [
      "", "x", "nan", "inf", "1e999", "0x3", "0x1p-1", "010", "-00", " 1", "1 ", "1_0", "١",
    ])
  func numbers(_ field: String) throws {
    let table = try CSVTable(text: "w,v\n1,2\n33,\(field)\n", file: "a.csv")
    #expect(try table.number(table.rows[0], "v") == 2)
    let error = #expect(throws: InputError.self) { try table.number(table.rows[1], "v") }
    #expect(error?.location == SourceLocation(file: "a.csv", line: 3, column: 4))
  }

  @Test("fields have the column that they begin in, counted in characters; behind quotes rows do")
  func places() throws {
    let table = try CSVTable(
      text: "\u{FEFF}# of a paper\na,b,c\r\nµé,,x\r\n\"1\",2,3\n4,5,6", file: "a.csv")
    #expect(table.location(table.rows[0], "a").column == 1)
    #expect(table.location(table.rows[0], "b").column == 4)
    #expect(table.location(table.rows[0], "c") == SourceLocation(file: "a.csv", line: 3, column: 5))
    #expect(table.location(table.rows[1], "c") == SourceLocation(file: "a.csv", line: 4))
    #expect(table.location(table.rows[2], place: 2).column == 5)
    #expect(table.location(table.rows[2], "d") == table.location(table.rows[2]))
  }

  @Test("a number has the decimal forms that YAML takes")
  func decimals() throws {
    let texts = ["0", "-0", "+1", "0.05", ".5", "5.", "1e3", "1E-3", "-2.5e+07"]
    let table = try CSVTable(text: "v\n" + texts.joined(separator: "\n"), file: "a.csv")
    let yaml = try StrictYAML(text: "[\(texts.joined(separator: ", "))]", file: "a.yaml")
    guard case .list(let nodes) = yaml.content else {
      Issue.record("not a list")
      return
    }
    let values = try table.rows.map { try table.number($0, "v") }
    #expect(values == [0, 0, 1, 0.05, 0.5, 5, 1000, 0.001, -2.5e7])
    #expect(try nodes.map { try $0.number(in: -1e9...1e9) } == values)
    let escaped = try StrictYAML(text: "\"1\\0002\"", file: "a.yaml")
    #expect(throws: InputError.self) { try escaped.number(in: 0...9) }
  }

  @Test(
    "a control byte is refused at its line and column, quoted or not, in comments too",
    arguments: [
      ("v,w\n0.5,0.05\0garbage\n", "2:9: error: byte 0x00 is no text: is this a CSV file?"),
      ("v,w\n1,\"2\u{1B}\"\n", "2:5: error: byte 0x1b is no text: is this a CSV file?"),
      ("# a\u{7F}\nv,w\n1,2\n", "1:4: error: byte 0x7f is no text: is this a CSV file?"),
      (
        "v,w\n1,2\r3\n",
        "2:4: error: a carriage return stands inside a line: end lines with a line feed"
      ),
    ])
  func controls(text: String, message: String) {
    let error = #expect(throws: InputError.self) { try CSVTable(text: text, file: "a.csv") }
    #expect(error?.description == "a.csv:\(message)")
  }

  @Test("a byte-order mark is passed over and counts in no column")
  func byteOrderMark() throws {
    let table = try CSVTable(text: "\u{FEFF}cell,v\r\na,1\r\n", file: "a.csv", requiring: ["cell"])
    #expect(table.header == ["cell", "v"] && table.rows.map(\.fields) == [["a", "1"]])
    let comment = try CSVTable(text: "\u{FEFF}# of a paper\nv\n1\n", file: "a.csv")
    #expect(comment.header == ["v"])
    #expect(comment.rows.count == 1)
    let error = #expect(throws: InputError.self) {
      try CSVTable(text: "\u{FEFF}v\u{1}\n", file: "a.csv")
    }
    #expect(error?.location == SourceLocation(file: "a.csv", line: 1, column: 2))
  }

  @Test("any text written by a table is read back from it, but for the apostrophe of formulas")
  func roundTrip() throws {
    var random = RandomStream(seed: 4, purpose: .test)
    let alphabet = Array("ab,\"'\n\r;é \t0")
    let texts = (0..<500).map { _ in
      "x"
        + String(
          (0..<Int.random(in: 0...8, using: &random)).map { _ in
            alphabet.randomElement(using: &random) ?? "a"
          })
    }
    let table = ResultTable(columns: [.init("v", "")], rows: texts.map { [.text($0)] })
    #expect(try rows(table.csv) == texts.map { [$0] })
  }

  @Test("a number has as many digits as asked for and no trailing zeros, whatever its size")
  func format() {
    let cases: [(Double, Int, String)] = [
      (1.0 / 3, 4, "0.3333"), (100, 4, "100"), (0.1 + 0.2, 9, "0.3"), (123_456, 4, "1.235e+05"),
      (-0.0, 4, "-0"), (1e-300, 2, "1e-300"), (.infinity, 4, "inf"), (-.infinity, 4, "-inf"),
      (.nan, 4, "nan"), (2.5, 9, "2.5"), (.leastNonzeroMagnitude, 3, "4.94e-324"),
    ]
    for (value, digits, text) in cases {
      #expect(CellValue.format(value, digits: digits) == text)
    }
  }
}
