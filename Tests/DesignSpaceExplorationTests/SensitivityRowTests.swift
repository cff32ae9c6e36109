import DesignSpaceExploration
import Files
import NetworkEvaluation
import TestSupport
import Testing

@Suite("Rows with the sensitivity of each layer", .serialized)
struct SensitivityRowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func spec(_ report: String) throws -> SweepSpec {
    let shipped = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
    let text = try shipped.replacing(each: [
      #"methods:\n[^\n]*"#: "methods: [conventional, quantization_aware, pas]",
      #"seeds: [^\n]*"#: "seeds: [1, 2]",
      #"epochs: 60"#: "epochs: 6",
      #"pas_epochs: 15"#: "pas_epochs: 2",
      #"rates: \[[^\]]*\]"#: "rates: [0, 0.05]",
      #"chips: \d+"#: "chips: 2",
      #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
      #"report: [^\n]*"#: "report: \(report)",
    ])
    return try SweepSpec(contentsOf: folder.write(text, to: "s.yaml"), allowOutside: true)
  }

  private func run(_ store: String, _ report: String, jobs: Int = 2) throws -> SweepResult {
    let store = try SweepStore(path: folder.file(store))
    defer { store.close() }
    return try SweepSession(spec: try spec(report), store: store, build: "test").run(
      jobs: jobs, progress: { _ in }, stopRequested: { false })
  }

  private static let asked = "{accuracy_loss_percent: 2, sensitivity: true}"

  @Test("are those of the row's networks and of their start, in all layers, from the store too")
  func rows() throws {
    let result = try run("s.sqlite", Self.asked)
    func lists(_ column: String) throws -> [[Double]] {
      try #require(result.table.cells(column)).map {
        $0.formatted.split(separator: " ").compactMap { Double($0) }
      }
    }
    let (before, after) = (try lists("sensitivity_before"), try lists("sensitivity_after"))
    let layers = try #require(result.table.cells("sensitivity_layers"))
    #expect(layers.count == 6 && layers.allSatisfy { $0 == .text("layers.0 layers.2") })
    let rates = try #require(result.table.cells("weight_bit_error_rate")).map(\.number)
    for row in 0..<6 {
      #expect(before[row].count == (row < 2 ? 0 : 2) && after[row].count == 2)
      // Nothing errs, or bits do.
      let errs = (rates[row] ?? 0) > 0
      #expect((before[row] + after[row]).allSatisfy { errs ? $0 > 0 : $0 == 0 })
    }
    // One start, and networks of their own.
    #expect(before[3] == before[5] && before[3].count == 2)
    #expect(Set([after[1], after[3], after[5], before[3]]).count == 4)
    let again = try run("s.sqlite", Self.asked)
    #expect(again.outcome.progress.reused == 6 && again.table.csv == result.table.csv)
    #expect(try run("one.sqlite", Self.asked, jobs: 1).table.csv == result.table.csv)
  }

  @Test("are in sweeps that ask for them alone")
  func asked() throws {
    let (with, without) = (try spec(Self.asked), try spec("{accuracy_loss_percent: 2}"))
    #expect(with.resolved.canonicalText.contains("\"sensitivity\":true"))
    let left = try spec("{accuracy_loss_percent: 2, sensitivity: false}")
    #expect(left.resolved.canonicalText == without.resolved.canonicalText)
    #expect(!without.setup.measuresSensitivity && with.setup.measuresSensitivity)
  }
}
