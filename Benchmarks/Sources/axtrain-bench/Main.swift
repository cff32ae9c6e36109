import Foundation

/// `axtrain-bench [--format table|csv]`: runs every benchmark and prints one table. Run from the
/// repository's root, after `make build`; `make bench` does both.
@main
enum Main {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard
      arguments.isEmpty || Array(arguments) == ["--format", "table"]
        || Array(arguments) == ["--format", "csv"]
    else {
      fail("usage: axtrain-bench [--format table|csv]", status: 64)
    }
    do {
      let rows =
        try HardwareBenchmarks.rows() + NetlistBenchmarks.rows() + NetworkBenchmarks.rows()
        + InjectionBenchmarks.rows() + MemoryBenchmarks.rows()
        + SweepBenchmarks.rows()
      let lines = [Benchmark.header] + rows.map(\.fields)
      print(arguments.last == "csv" ? csv(lines) : table(lines))
    } catch {
      fail("error: \(error)", status: 1)
    }
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
