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
    let late = try Self.run(hanging, limit: 10)
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

  /// The lines of bytes that come in pieces of these sizes.
  private static func lines(
    _ bytes: [UInt8], _ splitter: inout LineSplitter, piece: () -> Int
  ) -> [[UInt8]] {
    var (lines, rest): ([[UInt8]], ArraySlice<UInt8>) = ([], bytes[...])
    while !rest.isEmpty {
      let count = piece()
      splitter.forEachLine(in: rest.prefix(count)) { lines.append(Array($0)) }
      rest = rest.dropFirst(count)
    }
    splitter.finish { lines.append(Array($0)) }
    return lines
  }

  @Test("lines are the same however the bytes come in pieces")
  func lines() {
    var random = RandomStream(seed: 5, purpose: .test, index: 0)
    let text = (0..<400).map { _ in "ab\r\n é".utf8.randomElement(using: &random) ?? 0 }
    let naive = text.split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }
      .map { Array($0) }
    // Behind the last end is a line only if anything is.
    let expected = naive.last?.isEmpty == true ? naive.dropLast() : naive
    var whole = LineSplitter()
    #expect(Self.lines(text, &whole) { text.count } == expected)
    #expect(whole.longest == expected.map(\.count).max())
    for _ in 0..<50 {
      var splitter = LineSplitter()
      #expect(Self.lines(text, &splitter) { Int.random(in: 1...7, using: &random) } == expected)
      #expect(splitter.longest == whole.longest)
    }
  }

  @Test("of a line only 4 KiB are kept, however it comes, and its length is known")
  func longLine() {
    let long = [UInt8](repeating: 65, count: 100_000)
    for piece in [1000, 4096, 100_001] {
      var splitter = LineSplitter()
      let lines = Self.lines(long + [0x0A, 66], &splitter) { piece }
      #expect(lines == [Array(long.prefix(LineSplitter.kept)), [66]])
      #expect(splitter.longest == 100_000)
    }
  }

  @Test("a line on standard output that is too long is refused; on standard error it is cut")
  func rubbish() throws {
    let folder = try TemporaryFolder()
    let output = try TrainerOutput(log: folder.file("log")) { _, _ in }
    let piece = [UInt8](repeating: 65, count: 1 << 16)
    for _ in 0..<20 { output.takeErrors(piece[...]) }
    for _ in 0..<16 { try output.takeOutput(piece[...]) }
    #expect(!output.isRubbish)
    let error = #expect(throws: InputError.self) { try output.takeOutput([65]) }
    #expect(error?.message.hasPrefix("prints rubbish: a line of more than 1048576 bytes") == true)
    output.takeErrors([0])
    #expect(output.isRubbish)
  }

  @Test("30 MB of random bytes cost a program no time that it would notice")
  func fast() throws {
    let folder = try TemporaryFolder()
    var seen: [[Int]] = []
    let output = try TrainerOutput(log: folder.file("log")) { seen.append([$0, $1]) }
    // Lines of 256 bytes; time for a busy machine and a build without optimization.
    var random = RandomStream(seed: 7, purpose: .test, index: 0)
    let piece = (0..<(1 << 16)).map {
      $0 % 256 == 255 ? 0x0A : UInt8.random(in: 0x0E...0xFF, using: &random)
    }
    let started = ContinuousClock.now
    for _ in 0..<458 {
      try output.takeOutput(piece[...])
      output.takeErrors(piece[...])
    }
    let time = started.duration(to: .now)
    try output.takeOutput(Array("progress 1 2\r".utf8)[...])
    #expect(seen == [[1, 2]])
    #expect(time < .seconds(20), "\(time)")
    #expect(try InputFile.bytes(of: folder.file("log")).count == TrainerOutput.maximumLog)
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
