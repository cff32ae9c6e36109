import DesignSpaceExploration
import Files
import NetworkEvaluation
import TestSupport
import Testing

@Suite("Sweeps of fine-tuning that begins with corrected biases", .serialized)
struct StartBiasesTests {
  /// With two seeds: of each kind of baseline and of the method; of the method with corrected biases.
  private static let (whole, corrected) = (8, 2)

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func spec(
    methods: String = "weight_clipping, quantization_aware", biases: String?,
    columns: Int? = nil, more: String = ""
  ) throws -> SweepSpec {
    let shipped = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
    let keys = (biases.map { "\n  start_biases: \($0)" } ?? "") + more
    let text = try shipped.replacing(each: [
      #"methods:\n[^\n]*"#: "methods: [\(methods)]\(keys)",
      #"seeds: [^\n]*"#: "seeds: [1, 2]",
      #"epochs: 60"#: "epochs: 6",
      #"pas_epochs: 15"#: "pas_epochs: 2",
      #"rates: \[[^\]]*\]"#: "rates: [0]",
      #"chips: \d+"#: "chips: 2",
      #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
    ])
    let multiplier = columns.map { "  - {generate: truncated, columns: \($0)}" }
    let edited = try multiplier.map {
      try text.replacing(each: [#"  - [^\n]*mul8u_exact_dadda.v"#: $0])
    }
    return try SweepSpec(
      contentsOf: folder.write(edited ?? text, to: "s.yaml"), allowOutside: true)
  }

  private func run(
    _ store: String, biases: String?, columns: Int? = nil
  ) throws -> SweepResult {
    let store = try SweepStore(path: folder.file(store))
    defer { store.close() }
    let spec = try spec(biases: biases, columns: columns)
    return try SweepSession(spec: spec, store: store, build: "test").run(
      jobs: 2, progress: { _ in }, stopRequested: { false })
  }

  private static func texts(_ result: SweepResult, _ column: String) -> [String] {
    (result.table.cells(column) ?? []).map(\.formatted)
  }

  @Test("the biases are an axis of the methods that can begin with them, named and resolved")
  func axis() throws {
    let spec = try spec(
      methods: "conventional, quantization_aware, act_pas, axtrain",
      biases: "[trained, corrected]", more: "\n  ablations: [products, averaging]")
    #expect(
      spec.points.map(\.trainingName) == [
        "conventional", "quantization_aware", "quantization_aware/corrected_start", "act_pas",
        "axtrain", "axtrain/corrected_start", "axtrain/no_products", "axtrain/no_averaging",
        "axtrain/no_averaging/corrected_start",
      ])
    #expect(
      spec.resolved.canonicalText.contains("\"start_biases\":[\"trained\",\"corrected\"]"))
    let alone = try self.spec(methods: "weight_clipping, pas", biases: "[corrected]")
    #expect(alone.points.map(\.trainingName) == ["weight_clipping", "pas/corrected_start"])
  }

  @Test("a sweep that has trained biases alone is as one that does not say so")
  func standard() throws {
    let (given, left) = (try spec(biases: "[trained]"), try spec(biases: nil))
    #expect(given.resolved.canonicalText == left.resolved.canonicalText)
    #expect(given.points == left.points)
    #expect(left.resolved.canonicalText.contains("\"start_biases\":[\"trained\"]"))
  }

  @Test(
    "biases that no method begins with, twice the same ones and unknown ones are refused",
    arguments: [
      (
        "weight_clipping, bias_correction, act, act_pas", "[corrected]",
        "start_biases does nothing without method quantization_aware or difference_gradient or "
          + "distillation or pas or axtrain"
      ),
      ("pas", "[corrected, corrected]", "start_biases need at least one entry, none twice"),
      ("pas", "[correct]", "'correct' is not known here"),
    ])
  func refused(methods: String, biases: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try spec(methods: methods, biases: biases) }
    #expect(
      error?.status == .badData && error?.message.contains(message) == true, "\(error as Any)")
    #expect(error?.location?.line != nil)
  }

  @Test("through a multiplier that errs they train networks of their own, and rows say so")
  func networks() throws {
    let first = try run("grown.sqlite", biases: nil, columns: 6)
    #expect(first.networks == NetworkStore.Counts(trained: Self.whole, reused: 0))
    #expect(first.table.cells("start_biases") == nil)
    let grown = try run("grown.sqlite", biases: "[trained, corrected]", columns: 6)
    #expect(
      grown.networks == NetworkStore.Counts(trained: Self.corrected, reused: Self.whole))
    let fresh = try run("fresh.sqlite", biases: "[trained, corrected]", columns: 6)
    #expect(
      fresh.networks == NetworkStore.Counts(trained: Self.whole + Self.corrected, reused: 0))
    #expect(grown.table.csv == fresh.table.csv && fresh.outcome.failures.isEmpty)
    #expect(
      Self.texts(fresh, "method") == [
        "weight_clipping", "quantization_aware", "quantization_aware/corrected_start",
      ])
    #expect(Self.texts(fresh, "start_biases") == ["", "trained", "corrected"])
    #expect(Set(Self.texts(fresh, "training_passes")) == ["6"])
    // The rows that were there before are as they were.
    for column in first.table.columns.map(\.name) {
      #expect(
        Self.texts(first, column) == Array(Self.texts(fresh, column).prefix(2)), "\(column)")
    }
  }

  @Test("through an exact multiplier both are one network")
  func exact() throws {
    let result = try run("exact.sqlite", biases: "[trained, corrected]")
    #expect(result.networks == NetworkStore.Counts(trained: Self.whole, reused: 0))
    let accuracies = Self.texts(result, "accuracy_percent")
    #expect(accuracies.count == 3 && accuracies[1] == accuracies[2])
    #expect(Self.texts(result, "start_biases") == ["", "trained", "corrected"])
  }
}
