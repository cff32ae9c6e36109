import Characterization
import Files
import TestSupport
import Testing

@testable import DesignSpaceExploration

@Suite("Settings of a sweep that nothing reads")
struct UnreadSettingsTests {
  private static let methods = #"methods: \[[^\n]*"#
  private static let timing = #"timing_errors: [^\n]*\n"#
  private static let clocks = #"operating_points:\n(?:[ #][^\n]*\n)+"#

  /// The quickstart, some of its text replaced.
  private static func text(_ edits: KeyValuePairs<String, String>) throws -> String {
    try InputFile.text(of: Repository.path("Sweeps/quickstart.yaml")).replacing(each: edits)
  }

  private func spec(_ text: String) throws -> SweepSpec {
    let folder = try TemporaryFolder()
    return try SweepSpec(contentsOf: folder.write(text, to: "s.yaml"), allowOutside: true)
  }

  /// Expects an error at the place of a text that the spec has once.
  private func expectRefused(_ text: String, at place: String, _ message: String) throws {
    let error = #expect(throws: InputError.self) { try spec(text) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains(place) }, "\(place)")
    let start = try #require(lines[line].firstRange(of: place)).lowerBound
    let column = lines[line].distance(from: lines[line].startIndex, to: start) + 1
    #expect(
      error.map { "\($0)" }?.hasSuffix("s.yaml:\(line + 1):\(column): error: \(message)") == true,
      "\(error as Any)")
  }

  @Test("values that hold without them say nothing, whatever the methods")
  func standard() throws {
    let plain = try spec(Self.text([Self.methods: "methods: [conventional]"]))
    let given = try spec(
      Self.text([
        Self.methods: """
        methods: [conventional]
          act_penalty: loss
          act_strength: 32
          act_schedule: constant
          drawn_rates: [0.01, 0.2]
          training_rate_factor: 1
          start_biases: [trained]
          average_decay: 0.998
          sharpness_radius: 0.05
          gradient_window: 16
          distillation: {temperature: 4, share: 0.5}
        """,
        Self.timing: "timing_errors: {fidelity: gate, model: differences, training: statistical}\n",
      ]))
    #expect(given.resolved == plain.resolved && given.points == plain.points)
    #expect(given.passedOver.isEmpty && given.passedOverNote == nil)
  }

  @Test(
    "others are refused at their place",
    arguments: [
      ("conventional", "act_strength: 31", "act or act_pas"),
      ("pas", "act_penalty: outputs", "act or act_pas"),
      ("pas", "act_schedule: linear:0.25:0.5", "act or act_pas"),
      ("pas", "ablations: [averaging]", "axtrain"),
      ("pas", "drawn_supplies: [0.51 V]", "axtrain"),
      ("pas", "last_epochs: 7\n  last_learning_rate: 0.001", "axtrain"),
      ("axtrain", "training_rate_factor: 1.5", "pas or act_pas"),
      ("pas", "average_decay: 0.99", "sharpness_aware or axtrain"),
      ("pas", "sharpness_radius: 0.06", "sharpness_aware"),
      ("pas", "gradient_window: search", "difference_gradient"),
      ("pas", "distillation: {temperature: 4, share: 0.6}", "distillation"),
      ("pas", "external: {command: [sh], time_limit: 1 s}", "external"),
    ])
  func refused(methods: String, setting: String, users: String) throws {
    let key = try #require(setting.split(separator: ":").first)
    let text = try Self.text([
      Self.methods: "methods: [\(methods)]\n  \(setting)"
    ])
    let value = "\(key): \(setting.dropFirst(key.count + 2).prefix { $0 != "\n" })"
    let error = #expect(throws: InputError.self) { try spec(text) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0 == "  \(value)" })
    let remedy = users.contains(" or ") ? "one" : "it"
    #expect(
      error.map { "\($0)" }?.hasSuffix(
        "s.yaml:\(line + 1):\(key.count + 5): error: \(key) does nothing without method \(users): "
          + "add \(remedy) to the methods, or leave the key out") == true, "\(error as Any)")
  }

  @Test(
    "captured training and models of drawn errors need a method whose rows rest on them",
    arguments: [
      (
        "conventional, weight_clipping",
        "fidelity: statistical, training: transition, training_variants: 3", "transition,",
        "training: transition does nothing without method pas or act_pas or axtrain"
      ),
      (
        "external, act, bias_correction", "training: transition", "transition}",
        "training: transition does nothing without method pas or act_pas or axtrain"
      ),
      (
        "conventional, quantization_aware, two_point_noise", "fidelity: gate, model: masks",
        "masks}",
        "model with fidelity: gate does nothing without method pas or act or act_pas or axtrain or "
          + "external"
      ),
      (
        "weight_clipping, pas, axtrain",
        "fidelity: transition, training: transition, variants: 2, model: bits", "bits}",
        "model with fidelity: transition and training: transition does nothing without method act or "
          + "act_pas or external"
      ),
    ])
  func timing(methods: String, errors: String, place: String, message: String) throws {
    let command =
      methods.contains("external") ? "\n  external: {command: [sh], time_limit: 1 s}" : ""
    try expectRefused(
      Self.text([
        Self.methods: "methods: [\(methods)]\(command)",
        Self.timing: "timing_errors: {\(errors)}\n",
      ]), at: place, "\(message): add one to the methods, or leave the key out")
  }

  @Test(
    "with such a method, or the sensitivity of layers, they are read",
    arguments: [
      ("conventional, act_pas", "fidelity: gate, training: transition, model: masks", "percent: 1"),
      ("conventional, act", "fidelity: gate, model: bits", "percent: 1"),
      ("conventional", "model: mask_run", "percent: 1"),
      ("conventional", "fidelity: gate, model: masks", "percent: 1, sensitivity: true"),
    ])
  func taken(methods: String, errors: String, report: String) throws {
    let spec = try spec(
      Self.text([
        Self.methods: "methods: [\(methods)]", Self.timing: "timing_errors: {\(errors)}\n",
        "percent: 1": report == "percent: 1" ? "percent: 1.0" : report,
      ]))
    #expect(spec.setup.timingErrors.drawing != .differences && spec.passedOver.isEmpty)
  }

  @Test("a manifest that is cut to one method is taken, its spec by itself without what is unread")
  func manifest() throws {
    let whole = try spec(
      Self.text([
        Self.methods: """
        methods: [conventional, act, pas, axtrain, external]
          act_penalty: outputs
          drawn_supplies: [0.5 V]
          training_rate_factor: 2
          start_biases: [corrected]
          external: {command: [sh], time_limit: 1 s}
        """,
        Self.timing: "timing_errors: {fidelity: gate, model: masks, training: transition, "
          + "training_variants: 2}\n",
      ]))
    let cut = try whole.resolved.prettyText.replacing(each: [
      #""methods": \[[^\]]*\]"#: #""methods": ["conventional"]"#
    ])
    let manifest = #"{"version": "1", "inputs": [], "spec": \#(cut)}"#
    let row = try spec(manifest)
    #expect(
      row.passedOver == [
        "act_penalty", "act_strength", "drawn_supplies", "start_biases", "training_rate_factor",
        "external", "timing_errors.training", "timing_errors.model",
      ])
    #expect(
      row.passedOverNote?.hasPrefix(
        "of the manifest's spec nothing that is left reads act_penalty, ") == true)
    // The text has fidelity gate and nothing else.
    let plain = try spec(Self.text([Self.methods: "methods: [conventional]"]))
    #expect(row.resolved == plain.resolved && row.points == plain.points)
    let error = #expect(throws: InputError.self) { try spec(cut) }
    #expect(
      error?.message
        == "act_penalty does nothing without method act or act_pas: add one to the methods, or leave "
        + "the key out")
    #expect(error?.location?.line != nil)
    // What the quickstart's manifest says of its methods is what holds without them.
    let quickstart = try spec(Self.text([:])).resolved.prettyText
    for method in ["conventional", "weight_clipping", "pas"] {
      let alone = try spec(
        quickstart.replacing(each: [
          #""methods": \[[^\]]*\]"#: "\"methods\": [\"\(method)\"]"
        ]))
      #expect(alone.passedOver.isEmpty && alone.setup.training.methods.map(\.rawValue) == [method])
    }
  }

  @Test("a clock without supplies, and lists of more than can be characterized, are refused")
  func supplies() throws {
    try expectRefused(
      Self.text([
        Self.clocks:
          "operating_points: [{clock: track, supply: []}, {clock: fixed, supply: [1 V]}]\n"
      ]), at: "[]}", "at least one supply is needed")
    func list(_ count: Int) -> String {
      (0..<count).map { "\(500 + $0) mV" }.joined(separator: ", ")
    }
    let most = TimingStudy.maximumSupplies
    let taken = try spec(
      Self.text([
        Self.clocks: "operating_points:\n  - {clock: track, supply: [\(list(most))]}\n"
      ]))
    #expect(taken.points.count == 4 * 3 * most)
    try expectRefused(
      Self.text([
        Self.clocks: "operating_points:\n  - {clock: track, supply: [\(list(most + 1))]}\n"
      ]), at: "[500 mV", "1 to 1000 supplies above 0 V are needed, not 1001")
    try expectRefused(
      Self.text(["memory_supply: follows_logic": "memory_supply: [\(list(most + 1))]"]),
      at: "[500 mV", "1 to 1000 supplies above 0 V are needed, not 1001")
  }
}
