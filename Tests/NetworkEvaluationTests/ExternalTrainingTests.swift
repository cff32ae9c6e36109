import Files
import Foundation
import Quantities
import Randomness
import TestSupport
import Testing

@testable import NetworkEvaluation

@Suite("Programs of the user's")
struct ExternalTrainingTests {
  private struct Run {
    let ending: ChildProcess.Ending
    var output: [UInt8] = []
    var errors: [UInt8] = []
  }

  private static func run(
    _ script: String, limit: Double = 60, stopRequested: () -> Bool = { false }
  ) throws -> Run {
    var (output, errors): ([UInt8], [UInt8]) = ([], [])
    let ending = try ChildProcess.run(
      ["sh", "-c", script], timeLimit: Delay(limit), stopRequested: stopRequested,
      output: { output += $0 }, errors: { errors += $0 })
    return Run(ending: ending, output: output, errors: errors)
  }

  @Test("megabytes on both streams at once arrive whole, in either order")
  func streams() throws {
    let writer = { (stream: Int) in "head -c 3000000 /dev/zero >&\(stream)" }
    for script in [
      "\(writer(1)); \(writer(2))", "\(writer(2)); \(writer(1))",
      "\(writer(1)) & \(writer(2)); wait",
    ] {
      let run = try Self.run(script)
      #expect(run.ending == .exited(status: 0))
      #expect(run.output.count == 3_000_000 && run.errors.count == 3_000_000, "\(script)")
    }
  }

  @Test(
    "what a program prints last before it ends is not lost, nor waited for in what it left behind")
  func lastWords() throws {
    for _ in 0..<20 {
      let run = try Self.run("sleep 1000 & echo $!; echo end >&2; exit 7")
      #expect(run.ending == .exited(status: 7))
      #expect(run.errors == Array("end\n".utf8))
      let process = try #require(Int(String(decoding: run.output.dropLast(), as: UTF8.self)))
      #expect(ProcessState.ends(process))
    }
  }

  @Test("status, signal, the end of time and a stop are told apart; none leaves a process")
  func endings() throws {
    #expect(try Self.run("exit 255").ending == .exited(status: 255))
    #expect(try Self.run("kill -TERM $$").ending == .killed(signal: SIGTERM))
    let folder = try TemporaryFolder()
    let ready = folder.file("ready")
    let hanging = "sleep 1000 & echo $!; trap '' TERM INT HUP; : > '\(ready)'; wait"
    // Time for a busy machine to start a shell.
    let late = try Self.run(hanging, limit: 4)
    #expect(late.ending == .timedOut)
    try FileManager.default.removeItem(atPath: ready)
    let stopped = try Self.run(hanging) { FileManager.default.fileExists(atPath: ready) }
    #expect(stopped.ending == .stopped)
    for run in [late, stopped] {
      let process = try #require(Int(String(decoding: run.output.dropLast(), as: UTF8.self)))
      #expect(ProcessState.ends(process))
    }
  }

  @Test("a program that closes its streams is waited for; standard input is empty")
  func closedStreams() throws {
    #expect(try Self.run("exec >&- 2>&-; sleep 0.3; exit 4").ending == .exited(status: 4))
    #expect(try Self.run("read line; exit $((10 + $?))").ending == .exited(status: 11))
  }

  @Test("a refusal of its output ends the program")
  func refused() throws {
    let refusal = InputError(.badData, "no")
    #expect(throws: refusal) {
      try ChildProcess.run(
        ["sh", "-c", "echo x; sleep 1000"], timeLimit: Delay(60), stopRequested: { false },
        output: { _ in throw refusal }, errors: { _ in })
    }
  }

  @Test("lines are the same however the bytes come in pieces")
  func lines() {
    var random = RandomStream(seed: 5, purpose: .test, index: 0)
    let text = (0..<400).map { _ in "ab\r\n\n é".utf8.randomElement(using: &random) ?? 0 }
    var whole = LineSplitter()
    let expected = whole.lines(in: text[...]) + [whole.rest()].compactMap { $0 }
    let naive = String(decoding: text, as: UTF8.self).unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { String($0) }
    #expect(
      expected.map { $0.replacing("\r", with: "") }
        == naive.dropLast(naive.last?.isEmpty == true ? 1 : 0).map {
          $0.replacing("\r", with: "")
        })
    for _ in 0..<50 {
      var (splitter, lines, rest) = (LineSplitter(), [String](), text[...])
      while !rest.isEmpty {
        let count = Int.random(in: 0...7, using: &random)
        lines += splitter.lines(in: rest.prefix(count))
        rest = rest.dropFirst(count)
      }
      lines += [splitter.rest()].compactMap { $0 }
      #expect(lines == expected)
    }
  }

  @Test("of a line without an end only 4 KiB are kept")
  func longLine() {
    var splitter = LineSplitter()
    for _ in 0..<100 {
      #expect(splitter.lines(in: [UInt8](repeating: 65, count: 1000)[...]).isEmpty)
    }
    #expect(splitter.rest()?.count == 4096)
  }

  @Test("lines of progress are read strictly, other lines are not")
  func progress() throws {
    let folder = try TemporaryFolder()
    var seen: [[Int]] = []
    let output = try TrainerOutput(log: folder.file("log")) { seen.append([$0, $1]) }
    func take(_ text: String) throws { try output.takeOutput(Array(text.utf8)[...]) }
    try take("loading\nprogress 0 10\nprogress  3 10 loss 0.5\r\nprogressive 1\n progress: 4\n")
    #expect(seen == [[0, 10], [3, 10]])
    for wrong in [
      "progress", "progress 1", "progress x 10", "progress 1/10", "progress 11 10",
      "progress -1 10", "progress 0 0", "progress 1 9999999999",
    ] {
      #expect(throws: InputError.self, "\(wrong)") { try take(wrong + "\n") }
    }
    output.takeErrors(Array("first\nlast\n \n".utf8)[...])
    #expect(output.lastError == "last")
    try take("progress 10 10")
    #expect(seen.count == 2)
    try output.finish()
    #expect(seen.last == [10, 10])
    #expect(try InputFile.text(of: folder.file("log")).hasPrefix("loading\nprogress 0 10\n"))
  }
}
