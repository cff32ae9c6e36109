import DesignSpaceExploration
import Files
import NetworkEvaluation
import TestSupport
import Testing

@Suite("Given rates of wrong bits, and methods with settings of their own")
struct BitErrorSpecTests {
  private func spec(_ edit: (String) -> String) throws -> SweepSpec {
    let folder = try TemporaryFolder()
    let text = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
    return try SweepSpec(contentsOf: folder.write(edit(text), to: "s.yaml"), allowOutside: true)
  }

  @Test("rates are the innermost axis, and all settings stand in the resolved spec")
  func axis() throws {
    let spec = try spec { $0 }
    #expect(spec.points.count == 8 * 4)
    #expect(spec.points.prefix(4).map(\.bitErrorRate) == [0, 0.01, 0.05, 0.2])
    #expect(spec.setup.faultyBuffers == .weights)
    let text = spec.resolved.canonicalText
    for part in [
      "\"bit_errors\":{\"buffers\":\"weights\",\"rates\":[0.0,0.01,0.05,0.2]}",
      "\"drawn_rates\":[0.01,0.2]", "\"average_decay\":0.998", "\"sharpness_radius\":0.05",
      "\"act_strength\":32",
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    let plain = try self.spec { $0.replacing(#/methods:\n.*/#, with: "methods: [pas]") }
    #expect(!plain.resolved.canonicalText.contains("drawn_rates"))
    #expect(!plain.resolved.canonicalText.contains("average_decay"))
    #expect(text.contains("\"act_schedule\":\"constant\""))
    #expect(text.contains("\"act_penalty\":\"loss\""))
    #expect(!text.contains("drawn_activation_rates") && !text.contains("last_"))
    let recipe = try self.spec {
      $0.replacing("buffers: weights", with: "buffers: both").replacing(
        "  pas_epochs: 15",
        with: "  pas_epochs: 15\n  drawn_activation_rates: [0.001, 0.02]\n  last_epochs: 3\n"
          + "  last_learning_rate: 0.001")
    }
    let ignored = #expect(throws: InputError.self) {
      try self.spec {
        $0.replacing(
          "  pas_epochs: 15", with: "  pas_epochs: 15\n  drawn_activation_rates: [0.001, 0.02]")
      }
    }
    #expect(ignored?.message.contains("set buffers: both") ?? false)
    #expect(ignored?.location?.line == 32, "\(String(describing: ignored?.location))")
    for part in [
      "\"drawn_activation_rates\":[0.001,0.02]", "\"last_epochs\":3",
      "\"last_learning_rate\":0.001",
    ] {
      #expect(recipe.resolved.canonicalText.contains(part), "\(part)")
    }
    let scheduled = try self.spec {
      $0.replacing(
        "  pas_epochs: 15",
        with: "  pas_epochs: 15\n  act_schedule: cosine:0.2:0.5\n  act_penalty: outputs")
    }
    #expect(scheduled.resolved.canonicalText.contains("\"act_penalty\":\"outputs\""))
    let searched = try self.spec {
      $0.replacing(
        "  pas_epochs: 15", with: "  pas_epochs: 15\n  gradient_window: search"
      ).replacing("[conventional, weight", with: "[conventional, difference_gradient, weight")
    }
    #expect(searched.resolved.canonicalText.contains("\"gradient_window\":\"search\""))
    #expect(scheduled.resolved.canonicalText.contains("\"act_strength\":0.05"))
    #expect(scheduled.resolved.canonicalText.contains("\"act_schedule\":\"cosine:0.2:0.5\""))
  }

  @Test("hardened bits are an axis outside the rates, and once without them")
  func hardening() throws {
    let spec = try spec {
      $0 + "hardened_bits: {shares: [0, 0.01, 0.02], by: [sensitivity, random], "
        + "granularity: [weight, layer]}\n"
    }
    #expect(spec.points.count == 8 * 4 * (1 + 2 * 2 * 2))
    #expect(spec.points[3].protection == nil && spec.points[3].bitErrorRate == 0.2)
    #expect(
      spec.points[4].protection
        == BitProtection(choice: .sensitivity, granularity: .weight, share: 0.01))
    #expect(spec.resolved.canonicalText.contains("\"area\":1.3333333333333333"))
    #expect(try self.spec { $0 }.setup.hardensBits == false)
  }

  @Test(
    "a wrong value is an error at its place",
    arguments: [
      ("rates: [0, 0.01, 0.05, 0.20]", "rates: []", "rates need at least one entry"),
      ("rates: [0, 0.01, 0.05, 0.20]", "rates: [0.1, 0.1]", "none twice"),
      ("rates: [0, 0.01, 0.05, 0.20]", "rates: [0.6]", "0.5"),
      ("buffers: weights", "buffers: weigths", "did you mean 'weights'?"),
      ("  pas_epochs: 15", "  pas_epochs: 15\n  drawn_rates: [0.2, 0.1]", "[lowest, highest]"),
      (
        "  pas_epochs: 15", "  pas_epochs: 15\n  drawn_activation_rates: [0.1]", "[lowest, highest]"
      ),
      ("  pas_epochs: 15", "  pas_epochs: 15\n  last_epochs: 2", "belong together"),
      (
        "  pas_epochs: 15", "  pas_epochs: 15\n  last_epochs: 15\n  last_learning_rate: 0.001",
        "must be fewer"
      ),
      ("  pas_epochs: 15", "  pas_epochs: 15\n  average_decay: 1", "1.0 is outside 0.0 … 0.999999"),
      ("  pas_epochs: 15", "  pas_epochs: 15\n  act_penalty: output", "did you mean 'outputs'?"),
      ("  pas_epochs: 15", "  pas_epochs: 15\n  act_schedule: linear:0.7:0.5", "is not constant,"),
      ("[conventional, weight", "[conventionel, weight", "did you mean 'conventional'?"),
      ("  pas_epochs: 15", "  pas_epochs: 15\n  gradient_window: 128", "0 … 127"),
      ("  pas_epochs: 15", "  pas_epochs: 15\n  gradient_window: wide", "not a whole number"),
      (
        "  pas_epochs: 15", "  pas_epochs: 15\n  gradient_window: 12",
        "gradient_window does nothing without method difference_gradient"
      ),
      (
        "act, pas, act_pas, axtrain]\n", "pas]\n  act_strength: 5\n",
        "act_strength does nothing without method act or act_pas"
      ),
      (
        "  pas_epochs: 15", "  pas_epochs: 15\n  ablations: [averaging, cliping]",
        "did you mean 'clipping'?"
      ),
      ("  pas_epochs: 15", "  pas_epochs: 15\n  ablations: []", "ablations need at least one"),
      ("  pas_epochs: 15", "  pas_epochs: 15\n  ablations: [products, products]", "none twice"),
      (
        "act, pas, act_pas, axtrain]\n", "pas]\n  ablations: [clipping]\n",
        "ablations does nothing without method axtrain"
      ),
      (
        "  pas_epochs: 15", "  pas_epochs: 15\n  distillation: {temperature: 0, share: 0.5}",
        "0.01 … 1000.0"
      ),
      ("multipliers:", "encodings: []\nmultipliers:", "at least one entry"),
      (
        "multipliers:", "hardened_bits: {shares: [1.5], by: [random]}\nmultipliers:", "0.0 … 1.0"
      ),
      ("multipliers:", "hardened_bits: {shares: [0.1], by: []}\nmultipliers:", "at least one"),
      (
        "multipliers:", "hardened_bits: {shares: [0.1], by: [sensitivty]}\nmultipliers:",
        "did you mean 'sensitivity'?"
      ),
      (
        "multipliers:",
        "hardened_bits: {shares: [0.1], by: [random], cell: {energy: 0.5, leakage: 1, area: 1}}\n"
          + "multipliers:", "1.0 … 100.0"
      ),
      ("multipliers:", "encodings: [twos_complement]\nmultipliers:", "unsigned multipliers"),
      ("multipliers:", "encodings: [offset, offset]\nmultipliers:", "none twice"),
      (
        "multipliers:", "multipliers:\n  - {generate: array, width: 9}",
        "4 … 8"
      ),
    ])
  func refused(old: String, new: String, text: String) throws {
    let error = #expect(throws: InputError.self) {
      try spec { $0.replacing(old, with: new) }
    }
    #expect(error?.status == .badData)
    #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
  }
}
