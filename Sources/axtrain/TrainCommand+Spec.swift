import ArgumentParser
import Files
import Foundation
import NetworkEvaluation
import Quantities
import Training

extension TrainCommand {
  /// The keys of a training spec: the names of the options, with `_` for `-`.
  static let specKeys = [
    "preset", "topology", "start", "dataset", "label_column", "test_fraction", "split_seed",
    "method", "epochs", "pas_epochs", "optimizer", "learning_rate", "pas_learning_rate", "schedule",
    "batch_size", "momentum", "nesterov", "weight_decay", "label_smoothing", "gradient_clip",
    "weight_clip", "average_decay", "shift", "standardize", "validation_fraction", "patience",
    "logit_scale", "act_penalty", "act_strength", "act_schedule", "drawn_rates",
    "drawn_activation_rates", "last_epochs", "last_learning_rate", "table_epochs",
    "sharpness_radius", "gradient_window", "without", "start_biases", "teacher",
    "temperature", "teacher_share",
    "multiplier", "sign", "cells",
    "bit_error_rate", "faulty_buffers", "training_rate_factor", "hardware", "technology", "supply",
    "drawn_supplies",
    "memory_supply",
    "extrapolate_memory_law", "clock", "dies", "transitions", "die_seed", "timing_errors",
    "training_variants", "encoding", "weight_bits",
    "activation_bits", "weight_granularity", "weight_scheme", "activation_scheme", "weight_range",
    "activation_range", "calibration", "seed", "seeds", "output",
  ]

  /// Takes from a spec what the command line neither gives nor excludes.
  ///
  /// - Returns: where the keys stand that gave their options.
  /// - Throws: `InputError` 66 if the file is missing, 65 at the place of whatever is wrong in it.
  mutating func takeOptions(of path: String) throws -> [String: SourceLocation] {
    var fields = try TrainSpec(
      StrictYAML(contentsOf: path), keys: Self.specKeys, allowOutside: allowOutside)
    // A wrong one is found in its turn.
    fields.excluded = excludedKeys(without: (try? fields.without()) ?? [])
    let path = fields.checked
    try fields.take(&preset, "preset") { try $0.choice() }
    try fields.take(&topology, "topology", path)
    try fields.take(&method.start, "start", path)
    try fields.take(&seed, "seed", TrainSpec.seed)
    try fields.take(&seeds, "seeds") { node in
      try node.distinctValues("seeds need", atMost: 1024) { try $0.integer(in: 0...Int.max) }
        .map(String.init).joined(separator: ",")
    }
    try fields.take(&output, "output", path)
    try takeData(&fields)
    try takeMethod(&fields)
    try takeTraining(&fields)
    try takeHardware(&fields)
    try takeQuantization(&fields)
    return fields.taken
  }

  private mutating func takeData(_ fields: inout TrainSpec) throws {
    try fields.take(&data.dataset, "dataset") { try $0.text() }
    try fields.take(&data.labelColumn, "label_column") { try $0.text() }
    try fields.take(&data.testFraction, "test_fraction") { try $0.number(in: 1e-6...0.999_999) }
    try fields.take(&data.splitSeed, "split_seed", TrainSpec.seed)
  }

  private mutating func takeMethod(_ fields: inout TrainSpec) throws {
    try fields.take(&method.method, "method", TrainSpec.method)
    try fields.take(&method.pasEpochs, "pas_epochs") { try $0.integer(in: 1...1_000_000) }
    try fields.take(&method.pasLearningRate, "pas_learning_rate", TrainSpec.positive)
    try fields.take(&method.logitScale, "logit_scale") { Float(try $0.number(in: 1e-3...1000)) }
    try fields.take(&method.actPenalty, "act_penalty", MethodSettings.actPenalty)
    try fields.take(&method.actStrength, "act_strength", MethodSettings.actStrength)
    try fields.take(&method.actSchedule, "act_schedule") {
      try MethodSettings.actSchedule($0).text
    }
    func rates(_ node: StrictYAML) throws -> String {
      let rates = try MethodSettings.drawnRates(node)
      return "\(rates.lowerBound),\(rates.upperBound)"
    }
    try fields.take(&method.drawnRates, "drawn_rates", rates)
    try fields.take(&method.drawnActivationRates, "drawn_activation_rates", rates)
    try fields.take(&method.lastEpochs, "last_epochs") { try $0.integer(in: 1...1_000_000) }
    try fields.take(&method.lastLearningRate, "last_learning_rate", TrainSpec.positive)
    try fields.take(&method.tableEpochs, "table_epochs") { try $0.integer(in: 1...1_000_000) }
    // Products that an option has captured are not left out; timing errors of the spec come later.
    let without = try fields.without().subtracting(
      hardware.timingErrors == .transition ? [.products] : [])
    if !without.isEmpty {
      try fields.take(&method.without, "without") { _ in RecipeIngredient.text(of: without) }
    }
    try fields.take(&method.sharpnessRadius, "sharpness_radius", MethodSettings.sharpnessRadius)
    try fields.take(&method.gradientWindow, "gradient_window", MethodSettings.gradientWindow)
    try fields.take(&method.startBiases, "start_biases") { try $0.choice() }
    let path = fields.checked
    try fields.take(&method.teacher, "teacher", path)
    try fields.take(&method.temperature, "temperature") { Float(try $0.number(in: 0.01...1000)) }
    try fields.take(&method.teacherShare, "teacher_share") { Float(try $0.number(in: 0...1)) }
  }

  private mutating func takeTraining(_ fields: inout TrainSpec) throws {
    try fields.take(&training.epochs, "epochs") { try $0.integer(in: 1...1_000_000) }
    try fields.take(&training.optimizer, "optimizer") { try $0.choice() }
    try fields.take(&training.learningRate, "learning_rate", TrainSpec.positive)
    try fields.take(&training.schedule, "schedule", TrainSpec.schedule)
    try fields.take(&training.batchSize, "batch_size") { try $0.integer(in: 1...65_536) }
    try fields.take(&training.momentum, "momentum", TrainSpec.share)
    try fields.take(&training.nesterov, "nesterov") { try $0.flag() }
    try fields.take(&training.weightDecay, "weight_decay") { Float(try $0.number(in: 0...1e30)) }
    try fields.take(&training.labelSmoothing, "label_smoothing", TrainSpec.share)
    try fields.take(&training.gradientClip, "gradient_clip", TrainSpec.positive)
    try fields.take(&training.weightClip, "weight_clip") { Float(try TrainSpec.positive($0)) }
    try fields.take(&training.averageDecay, "average_decay", TrainSpec.share)
    try fields.take(&training.shift, "shift") { try $0.integer(in: 0...127) }
    try fields.take(&training.standardize, "standardize") { try $0.flag() }
    try fields.take(&training.validationFraction, "validation_fraction") {
      try $0.number(in: 0...0.999_999)
    }
    try fields.take(&training.patience, "patience") { try $0.integer(in: 1...1_000_000) }
  }

  private mutating func takeHardware(_ fields: inout TrainSpec) throws {
    let path = fields.checked
    try fields.take(&hardware.multiplier, "multiplier", path)
    try fields.take(&hardware.sign, "sign") { try $0.choice() }
    try fields.take(&hardware.cells, "cells", path)
    try fields.take(&hardware.bitErrorRate, "bit_error_rate") { try $0.number(in: 0...0.5) }
    try fields.take(&hardware.faultyBuffers, "faulty_buffers") { try $0.choice() }
    try fields.take(&hardware.trainingRateFactor, "training_rate_factor") {
      try $0.number(in: 1...100)
    }
    try fields.take(&hardware.dieSeed, "die_seed", TrainSpec.seed)
    try fields.take(&hardware.timingErrors, "timing_errors") { try $0.choice() }
    try fields.take(&hardware.trainingVariants, "training_variants") {
      try $0.integer(in: 1...64)
    }
    try fields.take(&hardware.point.accelerator, "hardware", path)
    try fields.take(&hardware.point.technology, "technology", path)
    try fields.take(&hardware.point.supply, "supply") { try TrainSpec.supply($0) }
    try fields.take(&hardware.drawnSupplies, "drawn_supplies") { node in
      try node.distinctValues(
        "drawn_supplies need", atMost: EvaluationSetup.TrainingChoice.maximumDrawnSupplies,
        TrainSpec.supply
      ).joined(separator: ",")
    }
    try fields.take(&hardware.point.memorySupply, "memory_supply") { node in
      try node.text() == OperatingPointOptions.noMemory
        ? OperatingPointOptions.noMemory : try TrainSpec.supply(node)
    }
    try fields.take(&hardware.point.extrapolateMemoryLaw, "extrapolate_memory_law") {
      try $0.flag()
    }
    try fields.take(&hardware.point.clock, "clock") { try $0.choice() }
    try fields.take(&hardware.point.dies, "dies") { try $0.integer(in: 4...10_000) }
    try fields.take(&hardware.point.transitions, "transitions") {
      try $0.integer(in: 4...1_000_000)
    }
  }

  private mutating func takeQuantization(_ fields: inout TrainSpec) throws {
    try fields.take(&quantization.encoding, "encoding") { try $0.choice() }
    try fields.take(&quantization.weightBits, "weight_bits") { try $0.integer(in: 2...8) }
    try fields.take(&quantization.activationBits, "activation_bits") { try $0.integer(in: 2...8) }
    try fields.take(&quantization.weightGranularity, "weight_granularity") { try $0.choice() }
    try fields.take(&quantization.weightScheme, "weight_scheme") { try $0.choice() }
    try fields.take(&quantization.activationScheme, "activation_scheme") { try $0.choice() }
    try fields.take(&quantization.weightRange, "weight_range") { try TrainSpec.rule($0) }
    try fields.take(&quantization.activationRange, "activation_range") { try TrainSpec.rule($0) }
    try fields.take(&quantization.calibration, "calibration") { try $0.integer(in: 1...4_096) }
    do {
      try quantization.validate()
    } catch let error as ValidationError {
      throw InputError(.usage, String(error.message.dropLast()))
    }
  }
}
