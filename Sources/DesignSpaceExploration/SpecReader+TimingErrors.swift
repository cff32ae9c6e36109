import Files
import LogicSimulation
import NetworkEvaluation

extension SpecReader {
  /// How products that have not settled are modelled; what is left out is as without `timing_errors`.
  func timingErrors(_ node: StrictYAML) throws -> TimingErrorChoice {
    let fields = try node.record(
      [],
      optional: [
        "fidelity", "model", "variants", "draws", "training", "training_variants", "steps",
        "pulses",
      ])
    let standard = TimingErrorChoice.standard
    let fidelity = try fields.optional("fidelity").map {
      try $0.choice(TimingErrorChoice.Fidelity.self)
    }
    let chosen = fidelity ?? standard.fidelity
    try refuse(
      fields, ["variants", "draws"], unless: chosen == .transition, "fidelity: transition")
    let training = try fields.optional("training").map {
      try $0.choice(TimingErrorChoice.Training.self)
    }
    let isCaptured = training == .transition
    try refuse(fields, ["training_variants"], unless: isCaptured, "training: transition")
    try refuse(
      fields, ["steps", "pulses"], unless: chosen != .statistical || isCaptured,
      "fidelity: transition, fidelity: gate or training: transition")
    return TimingErrorChoice(
      fidelity: chosen, training: training ?? standard.training,
      trainingVariants: try fields.optional("training_variants").map {
        try $0.integer(in: 1...64)
      } ?? standard.trainingVariants,
      drawing: try fields.optional("model").map { try $0.choice() } ?? standard.drawing,
      variants: try fields.optional("variants").map { try $0.integer(in: 1...64) }
        ?? standard.variants,
      draws: try fields.optional("draws").map { try $0.integer(in: 1...10_000) } ?? standard.draws,
      steps: try fields.optional("steps").map { try $0.integer(in: 8...4096) } ?? standard.steps,
      pulses: try fields.optional("pulses").map { try $0.choice() } ?? standard.pulses)
  }

  /// Folders that `axtrain characterize` wrote.
  func characterized(_ node: StrictYAML) throws -> [String] { try node.list().map(path) }

  private func refuse(
    _ fields: StrictYAML.Record, _ keys: [String], unless isUsed: Bool, _ needed: String
  ) throws {
    guard !isUsed, let key = keys.first(where: { fields.optional($0) != nil }),
      let node = fields.optional(key)
    else { return }
    throw InputError(.badData, at: node.location, "\(key) needs \(needed)")
  }
}
