import ErrorTables
import Files
import NetworkEvaluation

extension SweepSpec {
  /// The spec with every value written out, for the manifest and for the keys of points.
  public var resolved: JSONValue {
    .object(always.merging(chosen) { _, chosen in chosen })
  }

  /// What a spec may leave out, where it chose something else than what holds without it.
  private var chosen: [String: JSONValue] {
    var fields: [String: JSONValue] = [:]
    if setup.timingErrors != .standard { fields["timing_errors"] = resolvedTimingErrors }
    if !setup.characterized.isEmpty {
      fields["characterized"] = .array(setup.characterized.map(JSONValue.text))
    }
    if setup.encodings != [.offset] {
      fields["encodings"] = .array(setup.encodings.map { .text($0.rawValue) })
    }
    if setup.hardensBits { fields["hardened_bits"] = resolvedHardening }
    let rates = bitErrorRates
    if !rates.isEmpty {
      fields["bit_errors"] = .object([
        "buffers": .text(setup.faultyBuffers.rawValue), "rates": .array(rates.map(JSONValue.real)),
      ])
    }
    if !setup.modelsMemory { fields["memory_supply"] = .text("none") }
    let memory = setup.memory
    if memory != .standard {
      fields["memory"] = .object([
        "fault_maps": .text(memory.drawing.rawValue), "weights": Self.resolved(memory.weights),
        "activations": Self.resolved(memory.activations),
      ])
    }
    return fields
  }

  private var resolvedHardening: JSONValue {
    let cell = setup.hardenedCell
    var seen: Set<BitProtection> = []
    let distinct = points.compactMap(\.protection).filter { seen.insert($0).inserted }
    return .object([
      "cell": .object([
        "energy": .real(cell.energy), "leakage": .real(cell.leakage), "area": .real(cell.area),
      ]),
      "protections": .array(
        distinct.map {
          .object([
            "by": .text($0.choice.rawValue), "granularity": .text($0.granularity.rawValue),
            "share": .real($0.share),
          ])
        }),
    ])
  }

  /// The distinct rates that points give, in their order.
  private var bitErrorRates: [Double] {
    var seen: Set<Double> = []
    return points.compactMap(\.bitErrorRate).filter { seen.insert($0).inserted }
  }

  private var resolvedTimingErrors: JSONValue {
    let choice = setup.timingErrors
    var fields: [String: JSONValue] = ["model": .text(choice.drawing.rawValue)]
    if choice.fidelity != .statistical {
      fields["fidelity"] = .text(choice.fidelity.rawValue)
    }
    if choice.training == .transition {
      fields["training"] = .text(choice.training.rawValue)
      fields["training_variants"] = .integer(choice.trainingVariants)
    }
    if choice.fidelity != .statistical || choice.training == .transition {
      fields["steps"] = .integer(choice.steps)
      fields["pulses"] = .text(choice.pulses.rawValue)
    }
    if choice.fidelity == .transition { fields["variants"] = .integer(choice.variants) }
    if choice.draws > 1 { fields["draws"] = .integer(choice.draws) }
    return .object(fields)
  }

  private static func resolved(_ model: BufferFaultModel) -> JSONValue {
    var fields: [String: JSONValue] = [:]
    switch model.kind {
    case .flip: fields["kind"] = .text("flip")
    case .stuckAt(let probability):
      fields["kind"] = .text("stuck_at")
      fields["stuck_at_one"] = .real(probability)
    }
    if let clustering = model.clustering {
      fields["block_words"] = .integer(clustering.blockWords)
      fields["block_correlation"] = .real(clustering.correlation)
    }
    switch model.protection {
    case .none: fields["protection"] = .text("none")
    case .bitMasking: fields["protection"] = .text("bit_masking")
    case .wordMasking: fields["protection"] = .text("word_masking")
    case .code(let code, let policy):
      fields["protection"] = .text(code.rawValue)
      fields["on_detected_error"] = .text(policy.rawValue)
    }
    return .object(fields)
  }

  private var always: [String: JSONValue] {
    let training = setup.training
    return [
      "name": .text(name),
      "question": .text(question),
      "technology": .text(setup.technology),
      "cells": .text(setup.cells),
      "accelerator": .text(setup.accelerator),
      "multipliers": .array(setup.multipliers.map { .text($0.label) }),
      "operating_points": .array(operatingPoints),
      "extrapolate_memory_law": .flag(setup.extrapolatesMemoryLaw),
      "dataset": dataset,
      "network": Self.resolved(setup.network),
      "training": .object(
        [
          "methods": .array(training.methods.map { .text($0.rawValue) }),
          "seeds": .array(training.seeds.map { .integer(Int($0)) }),
          "epochs": .integer(training.epochs),
          "pas_epochs": .integer(training.pasEpochs),
          "batch_size": .integer(training.batchSize),
          "learning_rate": .real(training.learningRate),
          "pas_learning_rate": .real(training.pasLearningRate),
          "weight_clip": .real(Double(training.weightClip)),
          "logit_scale": .real(Double(training.logitScale)),
        ].merging(chosenTraining) { _, chosen in chosen }),
      "characterization": .object([
        "dies": .integer(setup.characterization.dies),
        "transitions": .integer(setup.characterization.transitions),
        "seed": .integer(Int(setup.characterization.seed)),
      ]),
      "evaluation": .object([
        "chips": .integer(setup.chips.count), "chip_seed": .integer(Int(setup.chips.seed)),
      ]),
      "report": .object(
        ["accuracy_loss_percent": .real(accuracyLoss)].merging(
          setup.measuresSensitivity ? ["sensitivity": .flag(true)] : [:]
        ) { $1 }),
    ]
  }

  /// What methods of the sweep take beside what all do.
  private var chosenTraining: [String: JSONValue] {
    let methods = setup.training.methods
    var fields = methodSettings
    if !methods.contains(.axtrain) {
      for key in [
        "drawn_rates", "drawn_activation_rates", "drawn_supplies_v", "last_epochs",
        "last_learning_rate",
      ] {
        fields[key] = nil
      }
    }
    if !methods.contains(.sharpnessAware) { fields["sharpness_radius"] = nil }
    if !methods.contains(.differenceGradient) { fields["gradient_window"] = nil }
    if !methods.contains(.distillation) { fields["distillation"] = nil }
    if !methods.contains(where: \.usesPenalty) {
      fields["act_penalty"] = nil
      fields["act_strength"] = nil
      fields["act_schedule"] = nil
    }
    if !methods.contains(where: \.averagesWeights) { fields["average_decay"] = nil }
    if !setup.training.ablations.isEmpty {
      fields["ablations"] = .array(setup.training.ablations.map { .text($0.rawValue) })
    }
    if setup.training.startBiases != [.trained] {
      fields["start_biases"] = .array(setup.training.startBiases.map { .text($0.rawValue) })
    }
    if let external = setup.training.external {
      fields["external"] = .object([
        "command": .array(external.words.map(JSONValue.text)),
        "time_limit_s": .real(external.timeLimit.value),
      ])
    }
    return fields
  }

  /// The settings that only some methods take.
  var methodSettings: [String: JSONValue] {
    let training = setup.training
    let settings = training.methodSettings
    return [
      // What holds unless it is given is left out, so that the keys of points stay.
      "act_penalty": settings.actPenalty == .loss ? nil : .text(settings.actPenalty.rawValue),
      "act_schedule": settings.actSchedule == .constant ? nil : .text(settings.actSchedule.text),
      "drawn_rates": training.drawnSupplies.isEmpty
        ? .array([
          .real(settings.drawnRates.lowerBound), .real(settings.drawnRates.upperBound),
        ]) : nil,
      "drawn_supplies_v": training.drawnSupplies.isEmpty
        ? nil : .array(training.drawnSupplies.map { .real($0.value) }),
      "training_rate_factor": training.rateFactor == 1 ? nil : .real(training.rateFactor),
      "drawn_activation_rates": settings.drawnActivationRates.map {
        .array([.real($0.lowerBound), .real($0.upperBound)])
      },
      "last_epochs": training.recipeEnding.map { .integer($0.epochs) },
      "last_learning_rate": training.recipeEnding.map { .real($0.learningRate) },
      "sharpness_radius": .real(Double(settings.sharpnessRadius)),
      "average_decay": .real(Double(training.averageDecay)),
      "act_strength": .real(Double(settings.actStrength)),
      "gradient_window": settings.gradientWindow.words.map { .integer($0) }
        ?? .text(settings.gradientWindow.text),
      "distillation": .object([
        "temperature": .real(Double(training.distillation.temperature)),
        "share": .real(Double(training.distillation.share)),
      ]),
    ].compactMapValues { $0 }
  }

  private static func resolved(_ network: EvaluationSetup.NetworkChoice) -> JSONValue {
    switch network {
    case .hidden(let sizes): .object(["hidden": .array(sizes.map(JSONValue.integer))])
    case .preset(let preset): .object(["preset": .text(preset.rawValue)])
    case .file(let path): .object(["topology": .text(path)])
    }
  }

  private var dataset: JSONValue {
    var fields: [String: JSONValue] = ["name": .text(setup.dataset.name)]
    if let split = setup.dataset.split {
      fields["test_fraction"] = .real(split.testFraction)
      fields["split_seed"] = .integer(Int(split.seed))
    }
    return .object(fields)
  }

  /// The distinct clocks and supplies of the points, in their order.
  private var operatingPoints: [JSONValue] {
    var seen: Set<String> = []
    return points.compactMap { point in
      let entry = JSONValue.object([
        "clock": .text(point.clock.rawValue),
        "supply_v": .real(point.logicSupply.value),
        "memory_supply_v": setup.modelsMemory ? .real(point.memorySupply.value) : .null,
      ])
      return seen.insert(entry.canonicalText).inserted ? entry : nil
    }
  }
}
