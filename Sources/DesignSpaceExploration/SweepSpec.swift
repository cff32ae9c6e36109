import Accelerators
import Files
import Foundation
import NetworkEvaluation
import Quantities

/// A sweep as its YAML file says it: one question, the inputs, and the axes of the design space.
///
/// Paths are relative to the working directory and stay inside it unless `allowOutside` is given.
public struct SweepSpec: Sendable {
  public let name: String
  public let question: String
  /// The YAML file itself, under its last path component.
  public let file: EvaluationInputs.FileDigest
  public let setup: EvaluationSetup
  /// Every combination, in the order of the axes in the file.
  public let points: [DesignPoint]
  let axes: Axes
  /// Where the file has `drawn_supplies`; nil if it has none.
  let drawnSuppliesLocation: SourceLocation?
  /// The inputs as a manifest has them, where the sweep is read from one.
  public let recorded: RecordedInputs?
  /// Settings of a manifest's spec that none of the methods that it has left reads.
  let passedOver: [String]
  /// The accuracy that the chosen point may lose against the exact network, in percentage points.
  public let accuracyLoss: Double

  /// What a manifest's spec says to no purpose, in a sentence; nil: nothing.
  public var passedOverNote: String? {
    guard !passedOver.isEmpty else { return nil }
    return "of the manifest's spec nothing that is left reads "
      + "\(passedOver.joined(separator: ", ")): passed over"
  }

  static let keys = [
    "name", "question", "technology", "cells", "accelerator", "multipliers", "operating_points",
    "memory_supply", "extrapolate_memory_law", "dataset", "network", "training",
    "characterization", "evaluation", "report",
  ]
  /// What may be left out: then everything is as it was before there was a choice.
  static let optionalKeys = [
    "timing_errors", "memory", "characterized", "bit_errors", "encodings", "hardened_bits",
  ]

  /// The largest number of points that a sweep may have.
  public static let maximumPoints = 1_000_000

  /// Reads a sweep, or the one that a report's `manifest.json` has.
  ///
  /// - Throws: `InputError` at the place of what is missing, unknown or out of range.
  public init(contentsOf path: String, allowOutside: Bool = false) throws {
    let document = try StrictYAML(contentsOf: path)
    let manifest = try RecordedInputs.manifest(document)
    recorded = try manifest.map(RecordedInputs.init)
    let spec = try manifest?["spec"] ?? document
    let top = try spec.record(Self.keys, optional: Self.optionalKeys)
    let reader = SpecReader(allowOutside: allowOutside, isRecorded: manifest != nil)
    name = try reader.name(top["name"])
    file = try EvaluationInputs.FileDigest(of: path, name: (path as NSString).lastPathComponent)
    question = try top["question"].text()
    let multipliers = try top["multipliers"].list()
    guard !multipliers.isEmpty else {
      throw InputError(
        .badData, at: try top["multipliers"].location, "at least one multiplier is needed")
    }
    let hardening = try top.optional("hardened_bits").map(reader.hardenedBits)
    let report = try top["report"].record(["accuracy_loss_percent"], optional: ["sensitivity"])
    let bitErrors = try top.optional("bit_errors").map(reader.bitErrors)
    let memoryRails = try reader.memorySupplies(top["memory_supply"])
    if memoryRails == nil { try reader.refuseMemoryKeys(top, givenRates: bitErrors != nil) }
    let measuresSensitivity = try report.optional("sensitivity").map { try $0.flag() } ?? false
    let training = try reader.training(top["training"])
    let timingErrors = try top.optional("timing_errors").map {
      try reader.timingErrors(
        $0, of: training.choice.methods, measuringSensitivity: measuresSensitivity)
    }
    passedOver = training.passedOver + (timingErrors?.passedOver ?? [])
    setup = EvaluationSetup(
      technology: try reader.path(top["technology"]), cells: try reader.path(top["cells"]),
      accelerator: try reader.path(top["accelerator"]),
      multipliers: try multipliers.map(reader.multiplier),
      encodings: try top.optional("encodings").map(reader.encodings) ?? [.offset],
      extrapolatesMemoryLaw: try top["extrapolate_memory_law"].flag(),
      modelsMemory: memoryRails != nil,
      faultyBuffers: bitErrors?.buffers ?? .both, givesBitErrorRates: bitErrors != nil,
      dataset: try reader.dataset(top["dataset"]), network: try reader.network(top["network"]),
      training: training.choice,
      characterization: try reader.characterization(top["characterization"]),
      chips: try reader.chips(top["evaluation"]),
      timingErrors: timingErrors?.choice ?? .standard,
      memory: try top.optional("memory").map(reader.memory) ?? .standard,
      characterized: try top.optional("characterized").map(reader.characterized) ?? [],
      hardenedCell: hardening?.cell ?? .standard, hardensBits: hardening != nil,
      measuresSensitivity: measuresSensitivity)
    if setup.faultyBuffers == .weights,
      let rates = try top["training"].entries().first(where: { $0.key == "drawn_activation_rates" })
    {
      throw InputError(
        .badData, at: rates.location,
        "drawn_activation_rates do nothing where activations have no errors: "
          + "set buffers: both in bit_errors")
    }
    try reader.checkProducts(top["training"], of: setup)
    if setup.timingErrors.training == .transition,
      let excess = EvaluationSetup.TrainingChoice.excessOfTables(
        supplies: setup.training.drawnSupplies.count, dies: setup.timingErrors.trainingVariants),
      let drawn = try top["training"].entries().first(where: { $0.key == "drawn_supplies" })
    {
      throw InputError(.badData, at: drawn.location, "\(excess) training_variants")
    }
    let (draws, chips) = (setup.timingErrors.draws, setup.chips.count)
    if !chips.isMultiple(of: draws),
      let given = try top["timing_errors"].entries().first(where: { $0.key == "draws" })
    {
      throw InputError(
        .badData, at: given.value.location,
        "\(chips) chips cannot be dealt out evenly to \(draws) draws: choose a number that divides "
          + "them")
    }
    try reader.checkDistinct(setup.multipliers, at: multipliers.map(\.location))
    let memorySupplies = memoryRails?.map(\.supply) ?? [nil]
    let rails = try reader.operatingPoints(top["operating_points"])
    try reader.checkRails(
      top["memory_supply"], memory: memorySupplies, logic: rails.map(\.supply),
      // With given rates it does not matter which rail the memory is on.
      drawn: bitErrors == nil ? setup.training.drawnSupplies : [])
    axes = Axes(
      logic: rails, memory: memoryRails, hardening: hardening, bitErrorRates: bitErrors?.rates)
    drawnSuppliesLocation = try top["training"].entries().first { $0.key == "drawn_supplies" }?
      .value.location
    let operating = rails.flatMap { clock, supply, _ in
      // A rail that follows the logic may meet one of its own.
      Set(memorySupplies.map { $0 ?? supply }).sorted().map {
        (
          clock, supply, memory: $0,
          followsLogic: $0 == supply && memorySupplies.contains(nil)
        )
      }
    }
    let rates: [Double?] = bitErrors?.rates ?? [nil]
    let trainings = setup.training.trainings
    let arithmetics = multipliers.count * setup.encodings.count
    let protections = hardening?.protections ?? [nil]
    let count =
      arithmetics * operating.count * trainings.count * rates.count
      * protections.count
    guard count <= Self.maximumPoints else {
      throw InputError(
        .badData, at: spec.location,
        "has \(count) points; at most \(Self.maximumPoints) are run in one sweep")
    }
    var points: [DesignPoint] = []
    points.reserveCapacity(count)
    for multiplier in 0..<arithmetics {
      for (clock, supply, memory, followsLogic) in operating {
        for (method, without, startBiases) in trainings {
          for protection in protections {
            for rate in rates {
              points.append(
                DesignPoint(
                  multiplier: multiplier, clock: clock, logicSupply: supply,
                  memorySupply: memory, memoryFollowsLogic: followsLogic, method: method,
                  without: without, startBiases: startBiases,
                  bitErrorRate: rate, protection: protection))
            }
          }
        }
      }
    }
    self.points = points
    accuracyLoss = try report["accuracy_loss_percent"].number(in: 0...100)
  }
}
