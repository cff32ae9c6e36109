import Files
import LogicSimulation
import NetworkEvaluation
import Training

extension SpecReader {
  /// How products that have not settled are modelled, and the keys that are passed over; what is left out
  /// is as without `timing_errors`.
  ///
  /// - Throws: `InputError` 65 at what is wrong, or at `training` or `model` if rows of none of the methods
  ///   rest on it, unless the spec stands in a manifest.
  func timingErrors(
    _ node: StrictYAML, of methods: [TrainingMethod], measuringSensitivity: Bool
  ) throws -> (choice: TimingErrorChoice, passedOver: [String]) {
    let fields = try node.record(
      [],
      optional: [
        "fidelity", "model", "variants", "draws", "training", "training_variants", "steps",
        "pulses",
      ])
    let given = try timingErrorChoice(fields)
    var (unread, passedOver): ([String], [String]) = ([], [])
    if given.training == .transition, let training = fields.optional("training"),
      !methods.contains(where: given.capturesProducts)
    {
      try refuseUnlessRecorded(
        "training: transition", at: training.location, users: given.capturesProducts)
      passedOver.append("training")
      unread += ["training", "training_variants"]
      if given.fidelity == .statistical { unread += ["steps", "pulses"] }
    }
    if given.drawing != TimingErrorChoice.standard.drawing, let model = fields.optional("model"),
      !methods.contains(where: {
        given.readsDrawing($0, measuringSensitivity: measuringSensitivity)
      })
    {
      let training = given.training == .transition ? " and training: transition" : ""
      try refuseUnlessRecorded(
        "model with fidelity: \(given.fidelity.rawValue)\(training)", at: model.location,
        users: given.drawsProducts)
      passedOver.append("model")
      unread.append("model")
    }
    return (
      try timingErrorChoice(fields.leavingOut(unread)), passedOver.map { "timing_errors.\($0)" }
    )
  }

  private func timingErrorChoice(_ fields: StrictYAML.Record) throws -> TimingErrorChoice {
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
