import Files
import Foundation
import TestSupport
import Testing

@testable import DesignSpaceExploration

@Suite("The spec that a manifest has")
struct ResolvedSpecTests {
  /// An edit of the quickstart's text, in which `edits` replace matches and `lines` stand at the end.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var edits: KeyValuePairs<String, String> = [:]
    var lines = ""
  }

  private static let methods = #"methods: \[[^\n]*"#
  private static let timing = #"timing_errors: [^\n]*\n"#
  private static let memory = "memory_supply: follows_logic"
  private static let drawn = "methods: [axtrain]\n  drawn_supplies: [600 mV, 0.45 V]"
  private static let awkward = "Is \"a\" <b> & *c, - ? {d: [e]} \u{85}\u{FEFF}\u{2028}\\ größe?"

  static let cases: [Case] = [
    Case(testDescription: "the quickstart"),
    Case(
      testDescription: "an awkward question",
      edits: [#"question: >-\n[^\n]*\n[^\n]*\n"#: "question: \(escaped(awkward))\n"]),
    Case(testDescription: "drawn supplies, the memory with the logic", edits: [methods: drawn]),
    Case(
      testDescription: "drawn supplies, the memory on its own",
      edits: [methods: drawn, memory: "memory_supply: 0.45 V"]),
    Case(
      testDescription: "hardened bits",
      lines: "hardened_bits: {shares: [0.003, 0, 0.01], by: [random, sensitivity], "
        + "granularity: [weight, layer], cell: {energy: 1.1, leakage: 1.25, area: 1.7}}\n"),
    Case(
      testDescription: "encodings and generated multipliers",
      edits: [
        timing: "",
        #"  - HardwareSpecs/Multipliers/mul8u_bam[^\n]*\n"#:
          "  - {generate: drum, k: 6, adder: kogge_stone}\n  - {generate: exact_array, width: 5}\n",
      ],
      lines: "encodings: [sign_magnitude, offset]\n"),
    Case(
      testDescription: "an external trainer",
      edits: [
        methods: "methods: [external, weight_clipping]\n"
          + "  external: {command: [python3, \(escaped(awkward))], time_limit: 90500 ms}"
      ]),
    Case(
      testDescription: "memory",
      lines: """
        memory:
          fault_maps: banded
          weights: {kind: stuck_at, stuck_at_one: 0.25, block_words: 64, block_correlation: 0.1}
          activations: {protection: secded_22_16, on_detected_error: zero}

        """),
    Case(
      testDescription: "draws of dies, and training by transitions",
      edits: [
        methods: "methods: [act, pas]",
        timing: "timing_errors: {fidelity: transition, variants: 4, draws: 2, steps: 64, "
          + "pulses: transport, model: masks, training: transition, training_variants: 2}\n",
      ]),
    Case(
      testDescription: "settings of methods, rates and memory rails",
      edits: [
        methods: """
        methods: [act, act_pas, pas, axtrain, sharpness_aware, difference_gradient, distillation]
          ablations: [products, averaging]
          start_biases: [corrected, trained]
          act_penalty: outputs
          act_strength: 0.1
          act_schedule: cosine:0.2:0.5
          training_rate_factor: 1.5
          drawn_rates: [0.001, 0.3]
          drawn_activation_rates: [0.0001, 0.1]
          last_epochs: 3
          last_learning_rate: 0.001
          average_decay: 0.99
          sharpness_radius: 0.07
          gradient_window: search
          distillation: {temperature: 3.3, share: 0.7}
        """,
        memory: "memory_supply: [0.50 V, follows_logic, 420 mV]",
        #"percent: 1\}"#: "percent: 0.7, sensitivity: true}",
      ],
      lines: "bit_errors: {rates: [0.05, 0, 0.001], buffers: both}\n"),
    Case(
      testDescription: "no memory",
      edits: [
        memory: "memory_supply: none",
        "extrapolate_memory_law: true": "extrapolate_memory_law: false",
      ]),
  ]

  /// In double quotes of YAML.
  private static func escaped(_ text: String) -> String { StrictYAML.scalar(text) }

  private static func text(_ sweep: Case) throws -> String {
    let quickstart = try InputFile.text(of: Repository.path("Sweeps/quickstart.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
    var edited = quickstart
    for (pattern, replacement) in sweep.edits {
      let pattern = pattern.replacing(
        "HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
      edited = try edited.replacing(each: [
        pattern: NSRegularExpression.escapedTemplate(for: replacement)
      ])
    }
    // A clock comes back, so that the order of operating points counts.
    return edited.replacing(
      "memory_supply:",
      with: "  - {clock: track, supply: [0.62 V]}\nmemory_supply:", maxReplacements: 1)
      + sweep.lines
  }

  private func session(_ spec: SweepSpec, _ store: String) throws -> SweepSession {
    let store = try SweepStore(path: store)
    defer { store.close() }
    return try SweepSession(spec: spec, store: store, build: "test")
  }

  /// What a manifest has that a sweep is read from.
  private func manifest(of session: SweepSession) -> String {
    JSONValue.object([
      "version": .text("1"), "spec": session.spec.resolved, "columns": .array([]),
      "machine": .object(["float_products": .text("kernels")]), "seeds": .object([:]),
      "inputs": .array(
        session.inputs.files.map {
          .object(["name": .text($0.path), "sha256": .text("\($0.digest)")])
        }),
    ]).prettyText
  }

  @Test(
    "read back, from its manifest or by itself, it has the same points, setup and keys",
    arguments: cases)
  func readBack(sweep: Case) throws {
    let folder = try TemporaryFolder()
    let spec = try SweepSpec(
      contentsOf: folder.write(Self.text(sweep), to: "s.yaml"), allowOutside: true)
    let first = try session(spec, folder.file("first.sqlite"))
    let alone = try SweepSpec(
      contentsOf: folder.write(spec.resolved.prettyText, to: "spec.json"), allowOutside: true)
    #expect(alone.recorded == nil)
    let recorded = try SweepSpec(
      contentsOf: folder.write(manifest(of: first), to: "manifest.json"), allowOutside: true)
    for again in [alone, recorded] {
      #expect(again.points == spec.points)
      // Every stored value, floats in full.
      #expect("\(again.setup)" == "\(spec.setup)")
      #expect(again.question == spec.question && again.accuracyLoss == spec.accuracyLoss)
      #expect(again.resolved == spec.resolved)
      let second = try session(again, folder.file("second.sqlite"))
      #expect(second.spec.points.map(second.key) == first.spec.points.map(first.key))
    }
    #expect(Set(spec.points.map(first.key)).count == spec.points.count)
    #expect(
      recorded.recorded?.differences(version: "1", machine: ["float_products": "kernels"]) == [])
    #expect(
      recorded.recorded?.differences(version: "2", machine: ["float_products": "others"]) == [
        "the manifest is of version 1, this is 2: rows may differ",
        "the manifest's float_products are kernels, here others: rows may differ",
      ])
  }

  @Test("no two of these sweeps have one spec or share a key")
  func different() throws {
    let folder = try TemporaryFolder()
    var (specs, setups): (Set<String>, Set<String>) = ([], [])
    for sweep in Self.cases {
      let spec = try SweepSpec(
        contentsOf: folder.write(Self.text(sweep), to: "s.yaml"), allowOutside: true)
      #expect(!spec.resolved.canonicalText.contains("0.4000000059604645"))
      specs.insert(spec.resolved.canonicalText)
      setups.insert(spec.sharedSetup.canonicalText)
      for axis in ["operating_points", "\"shares\"", "\"rates\"", "methods", "\"encodings\""] {
        #expect(!spec.sharedSetup.canonicalText.contains(axis), "\(sweep.testDescription)")
      }
    }
    #expect(specs.count == Self.cases.count)
    // A question, an external trainer and a memory rail are in the keys of points or in none.
    #expect(setups.count < specs.count)
    let keys = try [2, 3].map { index in
      let spec = try SweepSpec(
        contentsOf: folder.write(Self.text(Self.cases[index]), to: "s.yaml"), allowOutside: true)
      let session = try session(spec, folder.file("\(index).sqlite"))
      return Set(spec.points.map(session.key))
    }
    #expect(keys[0].isDisjoint(with: keys[1]))
  }

  @Test(
    "folders of error tables stand in it, and shared inputs that changed are refused at their hash")
  func inputs() throws {
    let folder = try TemporaryFolder()
    let tables = Case(
      testDescription: "tables", edits: [Self.timing: ""], lines: "characterized: [a/b]\n")
    let spec = try SweepSpec(
      contentsOf: folder.write(Self.text(tables), to: "s.yaml"), allowOutside: true)
    let again = try SweepSpec(
      contentsOf: folder.write(spec.resolved.prettyText, to: "spec.json"), allowOutside: true)
    #expect("\(again.setup)" == "\(spec.setup)" && again.setup.characterized == ["a/b"])

    let quickstart = try SweepSpec(
      contentsOf: folder.write(Self.text(Self.cases[0]), to: "s.yaml"), allowOutside: true)
    let first = try session(quickstart, folder.file("first.sqlite"))
    let cells = quickstart.setup.cells
    let digest = try #require(first.inputs.files.first { $0.path == cells }).digest
    let other = String(repeating: "0", count: 64)
    let path = try folder.write(
      manifest(of: first).replacing("\(digest)", with: other), to: "manifest.json")
    let line = try InputFile.text(of: path).split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0.contains(other) }
    let error = #expect(throws: InputError.self) {
      try session(SweepSpec(contentsOf: path, allowOutside: true), folder.file("second.sqlite"))
    }
    #expect(error?.status == .badData && error?.location?.line == line.map { $0 + 1 })
    #expect(
      error?.message
        == "input '\(cells)' is not what it was, its SHA-256 is now \(digest): restore it, or save "
        + "'spec' as a file and sweep that")
    let unnamed = try folder.write(
      manifest(of: first).replacing("\"name\": \"\(cells)\"", with: "\"name\": \"others\""),
      to: "manifest.json")
    let missing = #expect(throws: InputError.self) {
      try session(SweepSpec(contentsOf: unnamed, allowOutside: true), folder.file("third.sqlite"))
    }
    #expect(missing?.message.hasPrefix("the hash of input '\(cells)' is missing: ") == true)
  }
}
