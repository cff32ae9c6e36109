import DesignSpaceExploration
import ErrorTables
import Files
import Foundation
import NetworkEvaluation
import TestSupport
import Testing

@Suite("A sweep's keys timing_errors and memory")
struct MemorySpecTests {
  /// The quickstart's text without the keys at hand.
  private static func quickstart() throws -> String {
    try String(contentsOfFile: Repository.path("Sweeps/quickstart.yaml"), encoding: .utf8)
      .replacing(#/timing_errors: .*\n/#, with: "")
  }

  /// The same with lines added at its end.
  private func spec(_ lines: String) throws -> SweepSpec {
    let folder = try TemporaryFolder()
    let text = try Self.quickstart()
    return try SweepSpec(
      contentsOf: folder.write(text + lines, to: "sweep.yaml"), allowOutside: true)
  }

  @Test("without them everything is standard, and the resolved spec writes that out")
  func standard() throws {
    let plain = try spec("")
    #expect(plain.setup.memory == .standard && plain.setup.timingErrors == .standard)
    guard case .object(let fields) = plain.resolved else {
      Issue.record("the resolved spec is a mapping")
      return
    }
    #expect(
      fields["timing_errors"]?.canonicalText
        == #"{"fidelity":"statistical","model":"differences","training":"statistical"}"#)
    let buffer = #"{"kind":"flip","protection":"none"}"#
    #expect(
      fields["memory"]?.canonicalText
        == #"{"activations":\#(buffer),"fault_maps":"per_cell","weights":\#(buffer)}"#)
    let explicit = try spec(
      "timing_errors: {model: differences}\nmemory: {fault_maps: per_cell, weights: {kind: flip}}\n"
    )
    #expect(explicit.resolved.canonicalText == plain.resolved.canonicalText)
  }

  @Test("a list of memory supplies is an axis, equal points once; one twice and none are refused")
  func memorySupplies() throws {
    func spec(_ value: String) throws -> SweepSpec {
      let folder = try TemporaryFolder()
      let text = try Self.quickstart().replacing(
        "memory_supply: follows_logic", with: "memory_supply: \(value)")
      return try SweepSpec(contentsOf: folder.write(text, to: "s.yaml"), allowOutside: true)
    }
    let plain = try spec("follows_logic")
    #expect(try spec("[follows_logic]").points == plain.points)
    #expect(try spec("[0.42 V]").points == spec("0.42 V").points)
    let several = try spec("[0.50 V, follows_logic, 0.42 V]").points
    // 0.50 V of its own and as the logic's 0.50 V are one point a multiplier and method.
    #expect(several.count == 3 * plain.points.count - 4 * 3)
    #expect(
      Set(several).count == several.count && several.filter(plain.points.contains) == plain.points)
    #expect(several.prefix(3).map(\.memorySupply) == several.prefix(3).map(\.memorySupply).sorted())
    for (value, message) in [
      ("[0.42 V, 420 mV]", "listed twice"),
      ("[0.42 V, 0.42000000000001 V]", "listed twice"),
      ("[follows_logic, follows_logic]", "listed twice"),
      ("[]", "at least one supply"), ("[with_logic]", "with_logic"), ("{a: 1 V}", "not a list"),
    ] {
      let error = #expect(throws: InputError.self) { try spec(value) }
      #expect(error?.message.contains(message) ?? false, "\(value): \(error?.message ?? "")")
    }
  }

  @Test("every key is read, and stands in the resolved spec")
  func everyKey() throws {
    let spec = try spec(
      """
      timing_errors: {model: bits}
      memory:
        fault_maps: banded
        weights: {kind: stuck_at, stuck_at_one: 0.25, block_words: 64, block_correlation: 0.1}
        activations: {protection: secded_22_16, on_detected_error: zero}

      """)
    #expect(spec.setup.timingErrors == TimingErrorChoice(drawing: .bits))
    #expect(
      spec.setup.memory
        == MemoryChoice(
          drawing: .banded,
          weights: BufferFaultModel(
            kind: .stuckAt(probabilityOfOne: 0.25),
            clustering: .init(blockWords: 64, correlation: 0.1)),
          activations: BufferFaultModel(
            protection: .code(.secded22of16, onDetectedError: .zero))))
    let text = spec.resolved.canonicalText
    for part in [
      "\"block_correlation\":0.1", "\"block_words\":64", "\"stuck_at_one\":0.25",
      "\"on_detected_error\":\"zero\"", "\"fault_maps\":\"banded\"", "\"model\":\"bits\"",
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    for (name, protection) in [
      ("bit_masking", BufferFaultModel.Protection.bitMasking), ("word_masking", .wordMasking),
      ("secded_72_64", .code(.secded72of64, onDetectedError: .keep)), ("none", .none),
    ] {
      let choice = try self.spec("memory: {weights: {protection: \(name)}}\n").setup.memory
      #expect(choice.weights.protection == protection)
    }
  }

  @Test("a fidelity is read with what belongs to it, and stands in the resolved spec")
  func fidelities() throws {
    let transition = try spec(
      "timing_errors: {fidelity: transition, variants: 4, steps: 64, pulses: transport}\n")
    #expect(
      transition.setup.timingErrors
        == TimingErrorChoice(fidelity: .transition, variants: 4, steps: 64, pulses: .transport))
    #expect(
      transition.resolved.canonicalText.contains(
        "\"timing_errors\":{\"draws\":1,\"fidelity\":\"transition\",\"model\":\"differences\","
          + "\"pulses\":\"transport\",\"steps\":64,\"training\":\"statistical\",\"variants\":4}"))
    let draws = try spec("timing_errors: {fidelity: transition, variants: 4, draws: 2}\n")
    #expect(
      draws.setup.timingErrors
        == TimingErrorChoice(fidelity: .transition, variants: 4, draws: 2))
    #expect(draws.resolved.canonicalText.contains("{\"draws\":2,\"fidelity\":\"transition\","))
    let one = try spec("timing_errors: {fidelity: transition, variants: 4, draws: 1}\n")
    let none = try spec("timing_errors: {fidelity: transition, variants: 4}\n")
    #expect(one.resolved.canonicalText == none.resolved.canonicalText)
    let gate = try spec("timing_errors: {fidelity: gate, model: masks}\n")
    #expect(gate.setup.timingErrors == TimingErrorChoice(fidelity: .gate, drawing: .masks))
    #expect(!gate.resolved.canonicalText.contains("variants"))
  }

  @Test(
    "a wrong value is an error at its place",
    arguments: [
      ("timing_errors: {fidelity: gates}", 27, "did you mean 'gate'?"),
      ("timing_errors: {fidelity: gate, variants: 4}", 43, "variants needs fidelity: transition"),
      ("timing_errors: {steps: 64}", 24, "steps needs fidelity: transition, fidelity: gate"),
      ("timing_errors: {training_variants: 4}", 36, "training_variants needs training: transition"),
      ("timing_errors: {training: gate}", 27, "allowed: statistical, transition"),
      ("timing_errors: {fidelity: gate, steps: 4}", 40, "4 is outside 8"),
      ("timing_errors: {fidelity: transition, variants: 0}", 49, "0 is outside 1"),
      ("timing_errors: {fidelity: gate, draws: 2}", 40, "draws needs fidelity: transition"),
      ("timing_errors: {draws: 2}", 24, "draws needs fidelity: transition"),
      ("timing_errors: {fidelity: transition, draws: 0}", 46, "0 is outside 1"),
      (
        "timing_errors: {fidelity: transition, draws: 5000}", 46,
        "8 chips cannot be dealt out evenly to 5000 draws: choose a number that divides them"
      ),
      ("timing_errors: {model: mask}", 24, "'mask' is not known here: did you mean 'masks'?"),
      ("timing_errors: masks", 16, "a mapping is needed here"),
      ("memory: {wieghts: {}}", 10, "did you mean 'weights'?"),
      ("memory: {fault_maps: bands}", 22, "'bands' is not known here"),
      ("memory: {weights: {kind: stuk_at}}", 26, "did you mean 'stuck_at'?"),
      ("memory: {weights: {stuck_at_one: 0.5}}", 34, "set kind: stuck_at"),
      ("memory: {weights: {kind: stuck_at, stuck_at_one: 1.5}}", 50, "1.5 is outside 0.0 … 1.0"),
      ("memory: {weights: {block_words: 64}}", 33, "give both or none"),
      ("memory: {weights: {block_words: 12, block_correlation: 0.1}}", 33, "not a multiple of 8"),
      ("memory: {weights: {block_words: 0, block_correlation: 0.1}}", 33, "0 is outside 8"),
      ("memory: {weights: {block_words: 8, block_correlation: 1}}", 55, "1.0 is outside 0.0"),
      ("memory: {weights: {block_words: 8, block_correlation: nan}}", 55, "'nan' is not a number"),
      ("memory: {weights: {protection: secded_72}}", 32, "did you mean 'secded_72_64'?"),
      ("memory: {weights: {protection: [none]}}", 32, "one word or value is needed here"),
      ("memory: {weights: {on_detected_error: zero}}", 39, "only a code detects errors"),
      (
        "memory: {activations: {protection: bit_masking, on_detected_error: keep}}", 68,
        "only a code detects errors"
      ),
      (
        "memory: {activations: {protection: secded_13_8, on_detected_error: stop}}", 68,
        "'stop' is not known here: allowed: keep, zero"
      ),
    ])
  func wrong(line: String, column: Int, text: String) throws {
    let quickstart = try Self.quickstart()
    let number = quickstart.split(separator: "\n", omittingEmptySubsequences: false).count
    let error = #expect(throws: InputError.self) { _ = try spec(line + "\n") }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.contains("sweep.yaml:\(number):\(column): error: "), "\(message)")
    #expect(message.contains(text), "\(message)")
  }
}
