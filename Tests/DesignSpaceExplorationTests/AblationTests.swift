import DesignSpaceExploration
import Files
import Foundation
import NetworkEvaluation
import TestSupport
import Testing

@Suite("Sweeps of the recipe without one ingredient after the other", .serialized)
struct AblationTests {
  private static let ingredients =
    "clipping, logit_scale, drawn_rates, clean_pass, averaging, products"
  /// With two seeds: of each kind of baseline and of the recipe; of the ablations, with two rates, of
  /// which the recipe without drawn rates is trained for each, with two kinds of starts, and with those
  /// networks of exact products that are the recipe's own.
  private static let (whole, ablated) = (8, 16)

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A small sweep of conventional training and the recipe.
  private func spec(ablations: String?, _ edit: (String) -> String = { $0 }) throws -> SweepSpec {
    let shipped = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
    let keys = ablations.map { "\n  ablations: [\($0)]" } ?? ""
    let text = try shipped.replacing(each: [
      #"methods:\n[^\n]*"#: "methods: [conventional, axtrain]\(keys)",
      #"seeds: [^\n]*"#: "seeds: [1, 2]",
      #"epochs: 60"#: "epochs: 6",
      #"pas_epochs: 15"#: "pas_epochs: 2",
      #"rates: \[[^\]]*\]"#: "rates: [0, 0.05]",
      #"chips: \d+"#: "chips: 2",
      #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
    ])
    return try SweepSpec(contentsOf: folder.write(edit(text), to: "s.yaml"), allowOutside: true)
  }

  private func run(
    _ store: String, ablations: String?, _ edit: (String) -> String = { $0 }
  ) throws -> SweepResult {
    let store = try SweepStore(path: folder.file(store))
    defer { store.close() }
    let spec = try spec(ablations: ablations, edit)
    return try SweepSession(spec: spec, store: store, build: "test").run(
      jobs: 2, progress: { _ in }, stopRequested: { false })
  }

  private static func texts(_ result: SweepResult, _ column: String) -> [String] {
    (result.table.cells(column) ?? []).map(\.formatted)
  }

  @Test("ablations are an axis behind axtrain, named by what they leave out, and are resolved")
  func axis() throws {
    let spec = try spec(ablations: "clean_pass, clipping")
    #expect(
      spec.points.map(\.trainingName)
        == ["conventional", "axtrain", "axtrain/no_clean_pass", "axtrain/no_clipping"].flatMap {
          [$0, $0]
        })
    #expect(
      spec.resolved.canonicalText.contains("\"ablations\":[\"clean_pass\",\"clipping\"]"))
    #expect(try !self.spec(ablations: nil).resolved.canonicalText.contains("ablations"))
  }

  @Test("the studies have every ingredient, at six rates", arguments: ["", "-digits"])
  func studies(name: String) throws {
    let spec = try SweepSpec(
      contentsOf: Repository.path("Sweeps/recipe-ablation\(name).yaml"))
    #expect(spec.points.count == 10 * 6)
    #expect(Set(spec.points.map(\.trainingName)).count == 10)
  }

  @Test("products cannot be left out where training captures those of dies")
  func captured() throws {
    let error = #expect(throws: InputError.self) {
      try spec(ablations: "products") { $0 + "timing_errors: {training: transition}\n" }
    }
    #expect(error?.message.hasPrefix("products cannot be left out where") == true)
    _ = try spec(ablations: "clipping") { $0 + "timing_errors: {training: transition}\n" }
  }

  @Test(
    "no network or row of an ablation stands for another, equal ones are shared, passes are equal")
  func networks() throws {
    let first = try run("grown.sqlite", ablations: nil)
    #expect(first.networks == NetworkStore.Counts(trained: Self.whole, reused: 0))
    let grown = try run("grown.sqlite", ablations: Self.ingredients)
    // Those of the recipe serve its own products, and the baselines are there.
    #expect(
      grown.networks == NetworkStore.Counts(trained: Self.ablated, reused: Self.whole))
    #expect(grown.outcome.progress.reused == 4 && grown.outcome.failures.isEmpty)
    let fresh = try run("fresh.sqlite", ablations: Self.ingredients)
    #expect(
      fresh.networks == NetworkStore.Counts(trained: Self.whole + Self.ablated, reused: 0))
    #expect(grown.table.csv == fresh.table.csv)
    #expect(Set(Self.texts(fresh, "training_passes")) == ["6"])
    // The same networks on the same chips.
    let (names, accuracies) = (
      Self.texts(fresh, "method"), Self.texts(fresh, "accuracy_percent")
    )
    func accuracy(_ name: String) -> [String] {
      names.indices.filter { names[$0] == name }.map { accuracies[$0] }
    }
    #expect(accuracy("axtrain").count == 2)
    #expect(accuracy("axtrain/no_products") == accuracy("axtrain"))
  }

  @Test(
    "a logit scale of 1 is none, and exact products are those of every multiplier of such words")
  func shared() throws {
    let unscaled = try run("unscaled.sqlite", ablations: Self.ingredients) {
      $0.replacing("logit_scale: 4", with: "logit_scale: 1")
    }
    // Neither two starts nor two networks of the recipe without its logit scale.
    #expect(unscaled.networks.trained == Self.whole + Self.ablated - 4)
    let truncated = try run("truncated.sqlite", ablations: "products") {
      $0.replacing(
        "mul8u_exact_dadda.v", with: "mul8u_exact_dadda.v\n  - {generate: truncated, columns: 6}")
    }
    // The recipe's through the truncated products; through exact ones both multipliers have one.
    #expect(truncated.networks.trained == Self.whole + 2)
    #expect(truncated.outcome.failures.isEmpty)
  }

  @Test("hardened bits stand behind what is left out")
  func hardened() throws {
    let result = try run("hardened.sqlite", ablations: "averaging") {
      $0 + "hardened_bits: {shares: [0.01], by: [magnitude]}\n"
    }
    #expect(
      Set(Self.texts(result, "method")) == [
        "conventional/magnitude1%", "axtrain/magnitude1%", "axtrain/no_averaging/magnitude1%",
      ])
  }
}
