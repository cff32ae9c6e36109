import Files
import Testing

@testable import Reporting

@Suite("Tables in pieces")
struct PiecewiseTableTests {
  @Test("pieces of any size are the text of the whole table", arguments: [1, 2, 5])
  func whole(size: Int) {
    let table = ResultTable(
      columns: [ColumnDefinition("b", ""), ColumnDefinition("a", "")],
      rows: (0..<5).map { number in
        [
          number == 3 ? .missing : .real(Double(number) / 3),
          .text(number == 1 ? "with \"quotes\", and\na line" : "=\(number)"),
        ]
      })
    for (format, text) in [
      (PiecewiseTable.Format.csv, table.csv), (.json, table.json.prettyText),
    ] {
      let pieces = PiecewiseTable(columns: table.columns, as: format)
      var rest = table.rows[...]
      var texts: [String] = []
      while !rest.isEmpty {
        texts.append(pieces.text(of: Array(rest.prefix(size))))
        rest = rest.dropFirst(size)
      }
      #expect(pieces.head + texts.joined(separator: pieces.separator) + pieces.tail == text)
    }
  }
}
