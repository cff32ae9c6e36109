import Netlists
import TestSupport
import Testing

private func message(_ text: String) -> String {
  do {
    _ = try LibertyReader.library(text: text, file: "l.lib")
    return "read"
  } catch { return "\(error)" }
}

@Test(
  "bad Liberty ends with its place, what is wrong and what to do",
  arguments: libertyStructureCases + libertyCellCases + libertyTableCases)
func goldenLibertyMessages(text: String, expected: String) {
  #expect(message(text) == "l.lib:\(expected)")
}

@Test("each limit is named where it is passed")
func libertyLimits() {
  let deep = message(libertyText(String(repeating: "g () {\n", count: 64)))
  #expect(
    deep == "l.lib:65:6: error: groups stand more than 64 deep in each other: too deep")
  let points = (0...256).map(String.init).joined(separator: ",")
  let axis = message(libertyTiming("cell_rise (t) { index_1 (\"\(points)\"); }"))
  #expect(axis.hasSuffix("more than 256 numbers in one table or axis: too large"))
  let values = Array(repeating: "1", count: 65_537).joined(separator: " ")
  let table = message(libertyTiming("cell_rise (t) { values (\"\(values)\"); }"))
  #expect(table.hasSuffix("more than 65536 numbers in one table or axis: too large"))
  let pins = (0...4096).map { "P\($0)" }.joined(separator: ", ")
  #expect(
    message(libertyCell("pin (\(pins)) { }"))
      == "l.lib:4:1: error: a cell of more than 4096 pins is too large")
  let related = Array(repeating: "A", count: 4097).joined(separator: " ")
  #expect(
    message(libertyTiming("related_pin : \"\(related)\";"))
      .hasSuffix("cell 'C' has more than 4096 timing arcs: too large"))
}

@Test("a library cut off anywhere is refused with a place and never read")
func cutLiberty() {
  let text = SampleLiberty.text()
  for length in stride(from: 0, to: text.utf8.count - 1, by: 97) {
    let cut = String(decoding: text.utf8.prefix(length), as: UTF8.self)
    let said = message(cut)
    #expect(said.hasPrefix("l.lib:") && said.contains("error: "), "\(length): \(said)")
  }
}
