import ErrorTables
import Files
import NetworkEvaluation
import Quantities
import Training

extension SweepSpec {
  /// The spec with every value written out, for the manifest and for the keys of points.
  ///
  /// `init(contentsOf:)` reads its text as the same points and setup. What only other choices of the
  /// sweep would read is left out, since a sweep that has it is refused.
  public var resolved: JSONValue {
    .object(
      [
        "name": .text(name),
        "question": .text(question),
        "technology": .text(setup.technology),
        "cells": .text(setup.cells),
        "accelerator": .text(setup.accelerator),
        "multipliers": .array(setup.multipliers.map(Self.resolved)),
        "encodings": .array(setup.encodings.map { .text($0.rawValue) }),
        "operating_points": .array(operatingPoints),
        "memory_supply": memorySupply,
        "extrapolate_memory_law": .flag(setup.extrapolatesMemoryLaw),
        "dataset": dataset,
        "network": Self.resolved(setup.network),
        "training": .object(resolvedTraining),
        "characterization": .object([
          "dies": .integer(setup.characterization.dies),
          "transitions": .integer(setup.characterization.transitions),
          "seed": .integer(Int(setup.characterization.seed)),
        ]),
        "timing_errors": resolvedTimingErrors,
        "evaluation": .object([
          "chips": .integer(setup.chips.count), "chip_seed": .integer(Int(setup.chips.seed)),
        ]),
        "report": .object([
          "accuracy_loss_percent": .real(accuracyLoss),
          "sensitivity": .flag(setup.measuresSensitivity),
        ]),
      ].merging(chosen) { _, chosen in chosen })
  }

  /// What stands in the spec only where the sweep has it.
  private var chosen: [String: JSONValue] {
    var fields: [String: JSONValue] = [:]
    if !setup.characterized.isEmpty {
      fields["characterized"] = .array(setup.characterized.map(JSONValue.text))
    }
    if let hardening = axes.hardening { fields["hardened_bits"] = Self.resolved(hardening) }
    if let rates = axes.bitErrorRates {
      fields["bit_errors"] = .object([
        "buffers": .text(setup.faultyBuffers.rawValue), "rates": .array(rates.map(JSONValue.real)),
      ])
    }
    let memory = setup.memory
    if setup.modelsMemory {
      fields["memory"] = .object([
        "fault_maps": .text(memory.drawing.rawValue), "weights": Self.resolved(memory.weights),
        "activations": Self.resolved(memory.activations),
      ])
    }
    return fields
  }

  private static func resolved(_ source: MultiplierSource) -> JSONValue {
    switch source {
    case .file(let path): return .text(path)
    case .generated(let family, let width, let adder):
      var fields: [String: JSONValue] = [
        "generate": .text(family.name), "width": .integer(width),
      ]
      if family.usesAdder { fields["adder"] = .text(adder.name) }
      for (name, value) in family.parameters { fields[name] = .integer(value) }
      return .object(fields)
    }
  }

  /// The supplies in the file's order, those of one clock that follow each other in one entry.
  private var operatingPoints: [JSONValue] {
    let rails = axes.logic
    let starts = rails.indices.filter { $0 == 0 || rails[$0].clock != rails[$0 - 1].clock }
    return zip(starts, starts.dropFirst() + [rails.count]).map { start, end in
      .object([
        "clock": .text(rails[start].clock.rawValue),
        "supply": .array(rails[start..<end].map { .text("\($0.supply)") }),
      ])
    }
  }

  private var memorySupply: JSONValue {
    guard let rails = axes.memory else { return .text("none") }
    let texts = rails.map { JSONValue.text($0.supply?.description ?? "follows_logic") }
    return texts.count == 1 ? texts[0] : .array(texts)
  }

  private static func resolved(_ hardening: SpecReader.Hardening) -> JSONValue {
    let cell = hardening.cell
    return .object([
      "shares": .array(hardening.shares.map { .real($0.share) }),
      "by": .array(hardening.choices.map { .text($0.rawValue) }),
      "granularity": .array(hardening.granularities.map { .text($0.rawValue) }),
      "cell": .object([
        "energy": .real(cell.energy), "leakage": .real(cell.leakage), "area": .real(cell.area),
      ]),
    ])
  }

  private var resolvedTimingErrors: JSONValue {
    let choice = setup.timingErrors
    let isCaptured = choice.training == .transition
    var fields: [String: JSONValue] = [
      "fidelity": .text(choice.fidelity.rawValue), "model": .text(choice.drawing.rawValue),
      "training": .text(choice.training.rawValue),
    ]
    if isCaptured { fields["training_variants"] = .integer(choice.trainingVariants) }
    if choice.fidelity != .statistical || isCaptured {
      fields["steps"] = .integer(choice.steps)
      fields["pulses"] = .text(choice.pulses.rawValue)
    }
    if choice.fidelity == .transition {
      fields["variants"] = .integer(choice.variants)
      fields["draws"] = .integer(choice.draws)
    }
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

  private static func resolved(_ network: EvaluationSetup.NetworkChoice) -> JSONValue {
    switch network {
    case .hidden(let sizes): .object(["hidden": .array(sizes.map(JSONValue.integer))])
    case .preset(let preset): .object(["preset": .text(preset.rawValue)])
    case .file(let path): .object(["topology": .text(path)])
    case .model(let folder): .object(["model": .text(folder)])
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
}
