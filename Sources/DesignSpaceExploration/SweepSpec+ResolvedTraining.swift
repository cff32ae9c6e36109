import Files
import NetworkEvaluation
import Training

extension SweepSpec {
  /// All that the sweep's methods read.
  var resolvedTraining: [String: JSONValue] {
    let training = setup.training
    var fields: [String: JSONValue] = [
      "methods": .array(training.methods.map { .text($0.rawValue) }),
      "seeds": .array(training.seeds.map { .integer(Int($0)) }),
      "epochs": .integer(training.epochs),
      "pas_epochs": .integer(training.pasEpochs),
      "batch_size": .integer(training.batchSize),
      "learning_rate": .real(training.learningRate),
      "pas_learning_rate": .real(training.pasLearningRate),
      "weight_clip": .shortest(training.weightClip),
      "logit_scale": .shortest(training.logitScale),
    ]
    for user in Self.settingUsers where training.methods.contains(where: user.isUser) {
      for key in user.keys { fields[key] = methodSettings[key] }
    }
    if !setup.modelsMemory && !setup.givesBitErrorRates {
      for key in SpecReader.rateKeys { fields[key] = nil }
    }
    if !training.ablations.isEmpty {
      fields["ablations"] = .array(training.ablations.map { .text($0.rawValue) })
    }
    if training.methods.contains(where: \.canCorrectStart) {
      fields["start_biases"] = .array(training.startBiases.map { .text($0.rawValue) })
    }
    if let external = training.external {
      fields["external"] = .object([
        "command": .array(external.words.map(JSONValue.text)),
        "time_limit": .text("\(external.timeLimit)"),
      ])
    }
    return fields
  }

  /// The settings that only some methods read, and which: a sweep without them may not give them.
  static let settingUsers: [(keys: [String], isUser: @Sendable (TrainingMethod) -> Bool)] = [
    (["act_penalty", "act_strength", "act_schedule"], { $0.usesPenalty }),
    (
      [
        "ablations", "drawn_rates", "drawn_activation_rates", "drawn_supplies", "last_epochs",
        "last_learning_rate",
      ],
      { $0 == .axtrain }
    ),
    (["start_biases"], { $0.canCorrectStart }),
    (["training_rate_factor"], { $0.usesRateFactor }),
    (["average_decay"], { $0.averagesWeights }),
    (["sharpness_radius"], { $0 == .sharpnessAware }),
    (["gradient_window"], { $0 == .differenceGradient }),
    (["distillation"], { $0 == .distillation }),
  ]

  /// The settings of single methods, of those too that the sweep does not have: so keys of points stay
  /// when it gets one more. Without what has no value, such as an ending of the recipe.
  var methodSettings: [String: JSONValue] {
    let training = setup.training
    let settings = training.methodSettings
    func range(_ rates: ClosedRange<Double>) -> JSONValue {
      .array([.real(rates.lowerBound), .real(rates.upperBound)])
    }
    return [
      "act_penalty": .text(settings.actPenalty.rawValue),
      "act_strength": .shortest(settings.actStrength),
      "act_schedule": .text(settings.actSchedule.text),
      "drawn_rates": training.drawnSupplies.isEmpty ? range(settings.drawnRates) : nil,
      "drawn_activation_rates": settings.drawnActivationRates.map(range),
      "drawn_supplies": training.drawnSupplies.isEmpty
        ? nil : .array(training.drawnSupplies.map { .text("\($0)") }),
      "training_rate_factor": .real(training.rateFactor),
      "last_epochs": training.recipeEnding.map { .integer($0.epochs) },
      "last_learning_rate": training.recipeEnding.map { .real($0.learningRate) },
      "sharpness_radius": .shortest(settings.sharpnessRadius),
      "average_decay": .shortest(training.averageDecay),
      "gradient_window": settings.gradientWindow.words.map { .integer($0) }
        ?? .text(settings.gradientWindow.text),
      "distillation": .object([
        "temperature": .shortest(training.distillation.temperature),
        "share": .shortest(training.distillation.share),
      ]),
    ].compactMapValues { $0 }
  }
}
