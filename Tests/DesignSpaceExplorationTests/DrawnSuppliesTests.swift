import DesignSpaceExploration
import Files
import Foundation
import NetworkEvaluation
import Quantities
import TestSupport
import Testing

@Suite("Sweeps that draw supplies, or train at more errors than they have", .serialized)
struct DrawnSuppliesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A short sweep of two supplies, whose memory follows the logic, and two seeds.
  private func spec(
    methods: String = "conventional, axtrain", training: String,
    _ edit: (String) -> String = { $0 }
  ) throws -> SweepSpec {
    let shipped = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
    let text = try shipped.replacing(each: [
      #"methods:\n[^\n]*"#: "methods: [\(methods)]",
      #"seeds: [^\n]*"#: "seeds: [1, 2]",
      #"epochs: 60"#: "epochs: 3",
      #"pas_epochs: 15"#: "pas_epochs: 1\n  \(training)",
      #"bit_errors: [^\n]*\n"#: "",
      #"supply: \[1.00 V\]"#: "supply: [0.45 V, 0.60 V]",
      #"chips: \d+"#: "chips: 2",
      #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
    ])
    return try SweepSpec(contentsOf: folder.write(edit(text), to: "s.yaml"), allowOutside: true)
  }

  private func run(_ spec: SweepSpec, _ store: String) throws -> SweepResult {
    let store = try SweepStore(path: folder.file(store))
    defer { store.close() }
    return try SweepSession(spec: spec, store: store, build: "test").run(
      jobs: 2, progress: { _ in }, stopRequested: { false })
  }

  /// A store that holds what the first run left, under another name.
  private func copy(_ name: String) throws -> String {
    try FileManager.default.copyItem(
      atPath: folder.file("first.sqlite"), toPath: folder.file(name))
    return name
  }

  private static func counts(_ trained: Int, _ reused: Int) -> NetworkStore.Counts {
    NetworkStore.Counts(trained: trained, reused: reused)
  }

  @Test("points share one network a seed, which only other errors at the drawn supplies train anew")
  func shared() throws {
    let supplies = "drawn_supplies: [0.45 V, 0.60 V]"
    let first = try run(spec(training: supplies), "first.sqlite")
    // Conventional, clipped, and the fine-tuning's start; then one for both points.
    #expect(first.networks == Self.counts(6 + 2, 0) && first.outcome.failures.isEmpty)
    let points = "supply: [0.45 V, 0.60 V]"
    let changes: [(training: String, from: String, to: String, trained: Int, reused: Int)] = [
      ("drawn_supplies: [600 mV, 0.45 V]", "", "", 0, 6),
      (supplies, points, "supply: [0.45 V, 0.50 V, 0.60 V]", 0, 8),
      (supplies, "chips: 2", "chips: 3", 0, 8),
      ("drawn_supplies: [0.45 V, 0.50 V]", "", "", 2, 6),
      ("drawn_supplies: [0.45 V]", "", "", 2, 6),
      (supplies, "memory_supply: follows_logic", "memory_supply: 0.50 V", 2, 6),
      (
        // A fixed clock is too short for the gates of 0.45 V; those of 0.55 V it cuts.
        "drawn_supplies: [0.55 V, 0.60 V]", points + "}",
        points + "}\n  - {clock: fixed, supply: [0.60 V]}", 4, 6
      ),
    ]
    for (index, change) in changes.enumerated() {
      let spec = try spec(training: change.training) {
        change.from.isEmpty ? $0 : $0.replacing(change.from, with: change.to)
      }
      let grown = try run(spec, copy("grown\(index).sqlite"))
      #expect(grown.networks == Self.counts(change.trained, change.reused), "\(change)")
      #expect(grown.outcome.failures.isEmpty)
      let fresh = try run(spec, "fresh\(index).sqlite")
      #expect(fresh.networks.reused == 0)
      #expect(grown.table.csv == fresh.table.csv, "\(change)")
    }
  }

  @Test("ablations draw the recipe's supplies; without drawn rates each point has its own errors")
  func ablations() throws {
    let ablations = "\n  ablations: [drawn_rates, clean_pass, products]"
    let spec = try spec(training: "drawn_supplies: [0.45 V, 0.60 V]" + ablations)
    #expect(spec.points.count == 2 * 5)
    for point in spec.points {
      let draws = point.method == .axtrain && point.without != .drawnRates
      #expect(spec.setup.drawnSupplies(of: point).isEmpty == !draws, "\(point.trainingName)")
    }
    let first = try run(spec, "first.sqlite")
    // Of each kind of baseline; the recipe's, which are those of exact products too; without drawn
    // rates, for each point; without the clean pass.
    #expect(first.networks == Self.counts(6 + 2 + 4 + 2, 0) && first.outcome.failures.isEmpty)
    let other = try self.spec(training: "drawn_supplies: [0.45 V, 0.50 V]" + ablations)
    let grown = try run(other, copy("grown.sqlite"))
    #expect(grown.networks == Self.counts(2 + 2, 6 + 4))
    #expect(try grown.table.csv == run(other, "fresh.sqlite").table.csv)
  }

  @Test("a rate twice as large is trained for by a factor of two, and its network is the same")
  func factor() throws {
    func spec(_ training: String, rate: Double) throws -> SweepSpec {
      try self.spec(methods: "conventional, pas", training: training) {
        $0.replacing(
          "extrapolate_memory_law:",
          with: "bit_errors: {rates: [\(rate)], buffers: both}\nextrapolate_memory_law:"
        ).replacing("supply: [0.45 V, 0.60 V]", with: "supply: [1.00 V]")
      }
    }
    let factor = "training_rate_factor: 2"
    let first = try run(spec(factor, rate: 0.05), "first.sqlite").networks
    #expect(first == Self.counts(6 + 2, 0))
    let same = try run(spec("training_rate_factor: 1", rate: 0.1), copy("same.sqlite")).networks
    #expect(same == Self.counts(0, 8))
    let other = try run(spec(factor, rate: 0.1), copy("other.sqlite")).networks
    #expect(other == Self.counts(2, 6))
  }

  @Test("both stand in the resolved spec where they are given, drawn supplies in place of rates")
  func resolved() throws {
    let plain = try spec(methods: "pas, axtrain", training: "training_rate_factor: 1")
    #expect(plain.setup.training.drawnSupplies.isEmpty && plain.setup.training.rateFactor == 1)
    let text = plain.resolved.canonicalText
    #expect(!text.contains("drawn_supplies") && text.contains("\"training_rate_factor\":1.0"))
    #expect(text.contains("\"drawn_rates\":[0.01,0.2]"))
    let drawn = try spec(
      methods: "pas, axtrain",
      training: "drawn_supplies: [0.6 V, 450 mV]\n  training_rate_factor: 1.5")
    #expect(drawn.setup.training.drawnSupplies == [Voltage(0.45), Voltage(0.6)])
    let given = drawn.resolved.canonicalText
    #expect(given.contains(#""drawn_supplies":["0.45 V","0.6 V"]"#))
    #expect(given.contains("\"training_rate_factor\":1.5") && !given.contains("drawn_rates"))
    #expect(Set(drawn.points.map(\.memoryFollowsLogic)) == [true])
    let own = try spec(training: "drawn_supplies: [0.5 V]") {
      $0.replacing("memory_supply: follows_logic", with: "memory_supply: [0.45 V, 0.70 V]")
    }
    #expect(Set(own.points.map(\.memoryFollowsLogic)) == [false])
  }

  @Test(
    "a wrong choice is an error at its place",
    arguments: [
      ("conventional, axtrain", "drawn_supplies: []", "1 to 64 entries"),
      ("conventional, axtrain", "drawn_supplies: [0.5 V, 500 mV]", "none twice"),
      ("conventional, axtrain", "drawn_supplies: [0.05 V]", "outside"),
      ("conventional, axtrain", "drawn_supplies: [0.5]", "has no unit"),
      ("conventional, axtrain", "drawn_supplies: 0.5 V", "a list is needed here"),
      (
        "conventional, axtrain", "drawn_supplies: [0.5 V]\n  drawn_rates: [0.01, 0.1]",
        "drawn_rates and drawn_supplies exclude each other"
      ),
      (
        "conventional, axtrain", "drawn_supplies: [0.5 V]\n  drawn_activation_rates: [0.01, 0.1]",
        "drawn_activation_rates and drawn_supplies exclude each other"
      ),
      (
        "conventional, pas", "drawn_supplies: [0.5 V]",
        "drawn_supplies does nothing without method axtrain"
      ),
      (
        "conventional, axtrain", "training_rate_factor: 2",
        "training_rate_factor does nothing without method pas or act_pas"
      ),
      ("pas", "training_rate_factor: 0.5", "0.5 is outside 1.0 … 100.0"),
      ("act_pas", "training_rate_factor: 101", "101.0 is outside 1.0 … 100.0"),
    ])
  func refused(methods: String, training: String, message: String) throws {
    let error = #expect(throws: InputError.self) {
      try spec(methods: methods, training: training)
    }
    #expect(error?.status == .badData && error?.location?.line != nil)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("a memory rail that meets the logic's is refused beside one that follows it")
  func rails() throws {
    func spec(_ rails: String, training: String = "drawn_supplies: [0.5 V]") throws -> SweepSpec {
      try self.spec(training: training) {
        $0.replacing("memory_supply: follows_logic", with: "memory_supply: \(rails)")
      }
    }
    #expect(try spec("[follows_logic, 0.50 V]").points.count == 2 * 2 * 2)
    _ = try spec("[follows_logic, 0.60 V]", training: "drawn_rates: [0.01, 0.1]")
    let error = #expect(throws: InputError.self) { try spec("[follows_logic, 0.60 V]") }
    #expect(error?.message.contains("two trainings with drawn_supplies: leave one out") == true)
    // With given rates no training depends on the rail.
    let given = try self.spec(training: "drawn_supplies: [0.5 V]") {
      $0.replacing(
        "memory_supply: follows_logic",
        with: "bit_errors: {rates: [0.01]}\nmemory_supply: [follows_logic, 0.60 V]")
    }
    #expect(given.points.count == 3 * 2)
  }

  @Test("rows say extrapolated where only a drawn supply is outside the memory's law")
  func extrapolated() throws {
    for (drawn, isExtrapolated) in [("0.50 V", false), ("0.90 V", true)] {
      let result = try run(spec(training: "drawn_supplies: [0.45 V, \(drawn)]"), "\(drawn).sqlite")
      for row in result.table.rows.indices {
        let isDrawn = result.table[row, "method"] == .text("axtrain")
        #expect(result.table[row, "extrapolated"] == .flag(isDrawn && isExtrapolated), "\(row)")
      }
    }
  }

  @Test("transition tables of a training that would not fit in memory are refused at their place")
  func tables() throws {
    func spec(_ variants: Int) throws -> SweepSpec {
      try self.spec(training: "drawn_supplies: [0.45 V, 0.5 V, 0.55 V]") {
        $0 + "\ntiming_errors: {training: transition, training_variants: \(variants)}\n"
      }
    }
    _ = try spec(21)
    let error = #expect(throws: InputError.self) { try spec(22) }
    #expect(error?.status == .badData && error?.location?.line != nil)
    #expect(error?.message.hasPrefix("3 supplies with 22 dies each are more than 64") == true)
  }

  @Test(
    "a supply outside the memory's law, or the logic's, is refused where the sweep has it",
    arguments: [
      ("[0.50 V, 0.90 V]", "0.45 V, 0.60 V", "[0.50 V]", "0.90 V]", "memory rail: 0.9 V"),
      ("follows_logic", "0.45 V, 0.85 V", "[0.50 V]", "0.85 V]", "memory rail: 0.85 V"),
      (
        "follows_logic", "0.45 V, 0.60 V", "[0.50 V, 0.95 V]", "[0.50 V, 0.95",
        "drawn_supplies: memory rail: 0.95 V"
      ),
      ("0.60 V", "0.22 V, 0.60 V", "[0.50 V]", "0.22 V", "logic rail: 0.22 V"),
    ])
  func places(
    memory: String, logic: String, drawn: String, text: String, message: String
  ) throws {
    let spec = try spec(training: "drawn_supplies: \(drawn)") {
      $0.replacing("extrapolate_memory_law: true", with: "extrapolate_memory_law: false")
        .replacing("memory_supply: follows_logic", with: "memory_supply: \(memory)")
        .replacing("supply: [0.45 V, 0.60 V]", with: "supply: [\(logic)]")
    }
    let error = #expect(throws: InputError.self) { try run(spec, "places.sqlite") }
    #expect(error?.message.hasPrefix(message + " is outside ") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("V, where the ") == true)
    let lines = try InputFile.text(of: folder.file("s.yaml")).split(
      separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains(text) })
    let start = try #require(lines[line].range(of: text)).lowerBound
    let column = lines[line].distance(from: lines[line].startIndex, to: start) + 1
    #expect(
      error?.location
        == Files.SourceLocation(file: folder.file("s.yaml"), line: line + 1, column: column))
  }

  @Test("a drawn supply outside the memory's law ends the sweep in one line")
  func outside() throws {
    let spec = try spec(training: "drawn_supplies: [0.45 V, 0.90 V]") {
      $0.replacing("extrapolate_memory_law: true", with: "extrapolate_memory_law: false")
    }
    let error = #expect(throws: InputError.self) { try run(spec, "outside.sqlite") }
    #expect(error?.message.contains("drawn_supplies: memory rail: 0.9 V is outside") == true)
    // Before anything is trained.
    let logic = try self.spec(training: "drawn_supplies: [0.45 V, 0.20 V]") {
      $0.replacing("memory_supply: follows_logic", with: "memory_supply: 0.60 V")
    }
    let store = try SweepStore(path: folder.file("logic.sqlite"))
    defer { store.close() }
    let refusal = #expect(throws: InputError.self) {
      try SweepSession(spec: logic, store: store, build: "test").run(
        jobs: 1, progress: { _ in Issue.record("something began") }, stopRequested: { false })
    }
    #expect(refusal?.message.contains("drawn_supplies: logic rail: 0.2 V is outside") == true)
  }
}
