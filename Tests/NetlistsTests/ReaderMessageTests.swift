import Files
import Foundation
import Netlists
import TestSupport
import Testing

/// A text that is refused and the message, as `Tests/Golden/reader_messages.txt` has them.
private struct Refusal {
  let format: String
  let text: String
  let message: String

  /// The cases of the golden file: a line `=== format`, the text, a line `---`, the message.
  static func all(in golden: String) -> [Refusal] {
    golden.components(separatedBy: "\n=== ").dropFirst().compactMap { part in
      let halves = part.components(separatedBy: "\n---\n")
      guard halves.count == 2, let end = halves[0].firstIndex(of: "\n") else { return nil }
      return Refusal(
        format: String(halves[0][..<end]),
        text: String(halves[0][end...].dropFirst()) + "\n",
        message: halves[1].trimmingCharacters(in: .newlines))
    }
  }

  var actual: String {
    do {
      let library = GeneratorCells.library
      _ =
        format == "blif"
        ? try BLIFReader.netlist(text: text, file: "m.blif", library: library)
        : try VerilogReader.netlist(text: text, file: "m.v", library: library)
      return "is read"
    } catch { return "\(error)" }
  }
}

@Test("each refusal of the netlist readers says exactly what the golden file has")
func readerMessages() throws {
  let path = Repository.path("Tests/Golden/reader_messages.txt")
  let golden = try InputFile.text(of: path)
  let refusals = Refusal.all(in: golden)
  #expect(refusals.count >= 100)
  if ProcessInfo.processInfo.environment["AXTRAIN_REMAKE"] != nil {
    let head = golden.components(separatedBy: "\n=== ")[0]
    let cases = refusals.map { "\n=== \($0.format)\n\($0.text)---\n\($0.actual)" }
    try OutputFile.write(head + cases.joined() + "\n", to: path)
  }
  for refusal in Refusal.all(in: try InputFile.text(of: path)) {
    #expect(refusal.actual == refusal.message, "\(refusal.text)")
    #expect(refusal.message.contains(": error: "), "\(refusal.text)")
  }
}
