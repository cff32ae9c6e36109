import Files
import NetworkEvaluation
import Training

extension SweepSpec {
  /// All that the sweep's methods read.
  var resolvedTraining: [String: JSONValue] {
    let training = setup.training
    let settings = training.writtenSettings
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
      for key in user.keys { fields[key] = settings[key] }
    }
    if !setup.modelsMemory && !setup.givesBitErrorRates {
      for key in SpecReader.rateKeys { fields[key] = nil }
    }
    return fields
  }

  /// The settings that only some methods read, and which: a sweep without them may not give them.
  static let settingUsers: [(keys: [String], isUser: @Sendable (TrainingMethod) -> Bool)] = [
    (["act_penalty", "act_strength", "act_schedule"], { $0.usesPenalty }),
    (
      [
        "ablations", "drawn_rates", "drawn_activation_rates", "drawn_supplies", "last_epochs",
        "last_learning_rate", "table_epochs",
      ],
      { $0 == .axtrain }
    ),
    (["start_biases"], { $0.canCorrectStart }),
    (["training_rate_factor"], { $0.usesRateFactor }),
    (["average_decay"], { $0.averagesWeights }),
    (["sharpness_radius"], { $0 == .sharpnessAware }),
    (["gradient_window"], { $0 == .differenceGradient }),
    (["distillation"], { $0 == .distillation }),
    (["external"], { $0 == .external }),
  ]
}

extension EvaluationSetup.TrainingChoice {
  /// The settings of single methods as a spec has them, of those too that the sweep does not have.
  /// Without what has no value, such as an ending of the recipe.
  var writtenSettings: [String: JSONValue] {
    let settings = methodSettings
    func range(_ rates: ClosedRange<Double>) -> JSONValue {
      .array([.real(rates.lowerBound), .real(rates.upperBound)])
    }
    return [
      "act_penalty": .text(settings.actPenalty.rawValue),
      "act_strength": .shortest(settings.actStrength),
      "act_schedule": .text(settings.actSchedule.text),
      "drawn_rates": drawnSupplies.isEmpty ? range(settings.drawnRates) : nil,
      "drawn_activation_rates": settings.drawnActivationRates.map(range),
      "drawn_supplies": drawnSupplies.isEmpty
        ? nil : .array(drawnSupplies.map { .text("\($0)") }),
      "training_rate_factor": .real(rateFactor),
      "last_epochs": recipeEnding.map { .integer($0.epochs) },
      "last_learning_rate": recipeEnding.map { .real($0.learningRate) },
      "table_epochs": settings.lastProducts.map { .integer($0.numerator) },
      "sharpness_radius": .shortest(settings.sharpnessRadius),
      "average_decay": .shortest(averageDecay),
      "gradient_window": settings.gradientWindow.words.map { .integer($0) }
        ?? .text(settings.gradientWindow.text),
      "distillation": .object([
        "temperature": .shortest(distillation.temperature),
        "share": .shortest(distillation.share),
      ]),
      "ablations": ablations.isEmpty ? nil : .array(ablations.map { .text($0.rawValue) }),
      "start_biases": .array(startBiases.map { .text($0.rawValue) }),
      "external": external.map {
        .object([
          "command": .array($0.words.map(JSONValue.text)), "time_limit": .text("\($0.timeLimit)"),
        ])
      },
    ].compactMapValues { $0 }
  }
}
