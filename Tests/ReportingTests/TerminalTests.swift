import DesignSpaceExploration
import Files
import Reporting
import Synchronization
import TestSupport
import Testing

@Suite("What the terminal shows")
struct TerminalTests {
  @Test("a table never exceeds its width, whatever is in it", arguments: [20, 40, 80, 200])
  func width(_ width: Int) {
    var table = SampleSweep.table
    table.append(
      table.columns.indices.map { $0 < 4 ? .text(String(repeating: "名\n", count: 90)) : .missing })
    for text in [
      TextTable(table, width: width).text,
      TextTable(table, columns: ["point", "method", "energy_on_chip_nj"], width: width).text,
    ] {
      // 名 takes two columns of a terminal.
      let widths = text.split(separator: "\n").map { $0.reduce(0) { $0 + ($1 == "名" ? 2 : 1) } }
      #expect(widths.allSatisfy { $0 <= width })
      #expect(width == 20 || text.contains("名"))
      #expect(!text.contains("\u{1B}"))
    }
  }

  @Test("texts whose beginnings are alike are cut in the middle, others at the end")
  func middle() {
    func table(_ names: [String]) -> String {
      TextTable(
        ResultTable(
          columns: [.init("name", ""), .init("x", "")],
          rows: names.map { [.text($0), .integer(123_456_789)] }), width: 24
      ).text
    }
    let alike = table(["layer1.0.convolution1", "layer1.0.convolution2"])
    #expect(alike.contains("layer1…ution1") && alike.contains("layer1…ution2"))
    let unlike = table(["a convolution of many", "another one of others"])
    #expect(unlike.contains("a convolutio…") && unlike.contains("another one …"))
  }

  @Test("numbers stand to the right with four digits, texts to the left")
  func alignment() {
    let table = ResultTable(
      columns: [.init("name", ""), .init("energy_nj", "")],
      rows: [[.text("a"), .real(1.23456)], [.text("bcd"), .real(12)]])
    #expect(
      TextTable(table).text == """
              energy_
        name       nj
        ----  -------
        a       1.235
        bcd        12

        """)
  }

  private func lines(isTerminal: Bool, isQuiet: Bool = false) -> String {
    let text = Mutex("")
    let now = Mutex(0.0)
    let line = ProgressLine(
      "sweep", style: .init(isTerminal: isTerminal, isQuiet: isQuiet, usesColor: false),
      clock: { now.withLock { $0 } }, write: { part in text.withLock { $0 += part } })
    for done in 1...100 {
      now.withLock { $0 += 1 }
      line.update(SweepProgress(done: done, reused: 0, failed: 0, total: 100))
    }
    line.finish()
    return text.withLock { $0 }
  }

  @Test(
    "off a terminal a plain line comes every 30 s, on one the line is rewritten, quiet is quiet")
  func progress() {
    #expect(
      lines(isTerminal: false) == """
        sweep 30/100  30 %  about 70 s left
        sweep 60/100  60 %  about 40 s left
        sweep 90/100  90 %  about 10 s left

        """)
    let rewritten = lines(isTerminal: true)
    #expect(rewritten.split(separator: "\r").count == 100)
    #expect(rewritten.hasSuffix("sweep 100/100  100 %  in 2 min\u{1B}[K\n"))
    #expect(lines(isTerminal: true, isQuiet: true) == "")
  }

  private func elapsed(isTerminal: Bool, isQuiet: Bool = false, seconds: Int) -> String {
    let text = Mutex("")
    let now = Mutex(7.0)
    let line = ElapsedLine(
      "stepping", style: .init(isTerminal: isTerminal, isQuiet: isQuiet, usesColor: false),
      clock: { now.withLock { $0 } }, write: { part in text.withLock { $0 += part } })
    for _ in 0..<seconds {
      now.withLock { $0 += 1 }
      line.update()
    }
    line.finish()
    line.update()
    return text.withLock { $0 }
  }

  @Test("long work shows its seconds from the second on, on a terminal alone, and leaves no trace")
  func elapsedSeconds() {
    let end = "\u{1B}[K"
    #expect(
      elapsed(isTerminal: true, seconds: 3)
        == "\rstepping  2 s\(end)\rstepping  3 s\(end)\r\(end)")
    #expect(elapsed(isTerminal: true, seconds: 1) == "")
    #expect(elapsed(isTerminal: false, seconds: 65) == "")
    #expect(elapsed(isTerminal: true, isQuiet: true, seconds: 9) == "")
  }
}
