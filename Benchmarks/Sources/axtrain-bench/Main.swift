import Foundation

/// `axtrain-bench [--format table|csv] [--section NAME] [--skip NAME]`: runs every benchmark, or one
/// section's, or all but one, and prints one table. Run from the repository's root, after `make build`; `make bench` does both.
@main
enum Main {
  private static let sections: [(name: String, rows: @Sendable () throws -> [Benchmark])] = [
    ("hardware", HardwareBenchmarks.rows), ("arrays", ArrayBenchmarks.rows),
    ("timed", TimedBenchmarks.rows),
    ("netlists", NetlistBenchmarks.rows), ("networks", NetworkBenchmarks.rows),
    ("training", TrainingBenchmarks.rows),
    ("tables", TableBenchmarks.rows), ("inference", InferenceBenchmarks.rows),
    ("float-networks", FloatNetworkBenchmarks.rows),
    ("sensitivity", SensitivityBenchmarks.rows),
    ("injection", InjectionBenchmarks.rows), ("transition", TransitionBenchmarks.rows),
    ("memory", MemoryBenchmarks.rows), ("sweeps", SweepBenchmarks.rows),
    ("rtl", RTLBenchmarks.rows),
  ]

  static func main() {
    var chosen = sections
    var format = "table"
    var arguments = CommandLine.arguments.dropFirst()
    while let option = arguments.popFirst() {
      guard let value = arguments.popFirst() else { usage() }
      switch (option, value) {
      case ("--format", "table"), ("--format", "csv"): format = value
      case ("--section", _) where sections.contains { $0.name == value }:
        chosen = sections.filter { $0.name == value }
      case ("--skip", _) where sections.contains { $0.name == value }:
        chosen.removeAll { $0.name == value }
      default: usage()
      }
    }
    do {
      let lines = try [Benchmark.header] + chosen.flatMap { try $0.rows() }.map(\.fields)
      print(format == "csv" ? csv(lines) : table(lines))
    } catch {
      fail("error: \(error)", status: 1)
    }
  }

  private static func usage() -> Never {
    let names = sections.map(\.name).joined(separator: "|")
    fail("usage: axtrain-bench [--format table|csv] [--section|--skip \(names)]", status: 64)
  }

  private static func csv(_ lines: [[String]]) -> String {
    lines.map { line in
      line.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",")
    }.joined(separator: "\n")
  }

  private static func table(_ lines: [[String]]) -> String {
    let widths = Benchmark.header.indices.map { column in
      lines.map { $0[column].count }.max() ?? 0
    }
    return lines.map { line in
      zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func fail(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(status)
  }
}
