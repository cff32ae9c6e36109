import Accelerators
import Characterization
import Datasets
import Files
import Netlists
import NetworkEvaluation
import Quantities
import QuantizedNetworks
import Training

/// Reads the parts of a sweep's YAML file.
struct SpecReader {
  let allowOutside: Bool
  /// Whether the spec stands in a manifest, where settings that nothing reads are passed over: what read
  /// them may have been taken out, so that a row is rerun.
  let isRecorded: Bool

  static let supplies = Voltage(0.1)...Voltage(2)

  /// A name that is also that of a folder: letters, digits, `-`, `_` and `.`.
  func name(_ node: StrictYAML) throws -> String {
    let text = try node.text()
    let isPlain = text.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        || [45, 46, 95].contains($0)
    }
    guard isPlain, !text.isEmpty, text.utf8.count <= 64, !text.hasPrefix(".") else {
      throw InputError(
        .badData, at: node.location,
        "a name has 1 to 64 letters, digits, '-', '_' or '.', and does not begin with '.'")
    }
    return text
  }

  /// A path that stays inside the working directory.
  func path(_ node: StrictYAML) throws -> String {
    let text = try node.text()
    guard !text.isEmpty else { throw InputError(.badData, at: node.location, "a path is needed") }
    if !allowOutside {
      try PathRule.check(text, at: node.location)
    }
    return text
  }

  /// A path, or `{generate: family, parameter: value …, adder: name, width: bits}`.
  func multiplier(_ node: StrictYAML) throws -> MultiplierSource {
    guard case .mapping(let entries) = node.content else { return .file(try path(node)) }
    let parameters = Set(MultiplierFamily.catalog.flatMap { $0.parameters.map(\.name) }).sorted()
    let fields = try node.record(["generate"], optional: ["adder", "width"] + parameters)
    var values: [String: Int] = [:]
    for entry in entries where parameters.contains(entry.key) {
      values[entry.key] = try entry.value.integer(in: 0...Int(Int32.max))
    }
    let adder = try fields.optional("adder").map {
      try AdderFamily.finalAdder(named: $0.text(), at: $0.location)
    }
    let width = try fields.optional("width").map { try $0.integer(in: 4...8) } ?? 8
    let family = try MultiplierFamily.named(
      fields["generate"].text(), parameters: values, width: width, at: fields["generate"].location)
    try family.checkTakesAdder(
      named: adder?.name, at: fields.optional("adder")?.location ?? node.location)
    return .generated(family, width: width, adder: adder ?? .ripple)
  }

  /// Refuses a multiplier that is listed before, also by another path to its file.
  func checkDistinct(_ sources: [MultiplierSource], at locations: [SourceLocation]) throws {
    var named: [String: MultiplierSource] = [:]
    for (source, location) in zip(sources, locations) {
      guard let other = named[source.name] else {
        named[source.name] = source
        continue
      }
      if source == other {
        throw InputError(
          .badData, at: location, "'\(source.label)' is listed twice: leave one out")
      }
      if case .file(let path) = source, case .file(let before) = other,
        PathRule.isOneFile(path, before)
      {
        throw InputError(
          .badData, at: location, "'\(path)' and '\(before)' are one file: list it once")
      }
    }
  }

  func dataset(_ node: StrictYAML) throws -> EvaluationSetup.DatasetChoice {
    let fields = try node.record(["name"], optional: ["test_fraction", "split_seed"])
    let name = try fields["name"].text()
    guard DatasetLibrary.isName(name) else {
      throw InputError(
        .badData, at: try fields["name"].location,
        "a dataset's name has letters, digits, '-', '_' and '.': 'axtrain datasets' lists them")
    }
    guard let fraction = fields.optional("test_fraction"), let seed = fields.optional("split_seed")
    else {
      if let half = fields.optional("test_fraction") ?? fields.optional("split_seed") {
        throw InputError(
          .badData, at: half.location, "test_fraction and split_seed belong together")
      }
      return EvaluationSetup.DatasetChoice(name: name, split: nil)
    }
    return EvaluationSetup.DatasetChoice(
      name: name,
      split: EvaluationSetup.DatasetChoice.Split(
        testFraction: try fraction.number(in: 0.05...0.95),
        seed: UInt64(try seed.integer(in: 0...Int(Int32.max)))))
  }

  /// `{hidden: [sizes]}`, `{preset: name}`, `{topology: path}` or `{model: folder}`.
  func network(_ node: StrictYAML) throws -> EvaluationSetup.NetworkChoice {
    let keys = ["hidden", "preset", "topology", "model"]
    let fields = try node.record([], optional: keys)
    let given = keys.compactMap { fields.optional($0) }
    guard given.count == 1 else {
      throw InputError(
        .badData, at: node.location, "a network is one of hidden, preset, topology and model")
    }
    if let model = fields.optional("model") { return .model(try path(model)) }
    if let preset = fields.optional("preset") { return .preset(try preset.choice()) }
    if let topology = fields.optional("topology") { return .file(try path(topology)) }
    let sizes = try given[0].list().map { try $0.integer(in: 1...4096) }
    guard sizes.count <= 8 else {
      throw InputError(.badData, at: given[0].location, "at most 8 hidden layers are read")
    }
    return .hidden(sizes)
  }

  /// The part `training`, and its keys that are passed over.
  func training(
    _ node: StrictYAML
  ) throws -> (choice: EvaluationSetup.TrainingChoice, passedOver: [String]) {
    let fields = try node.record(
      [
        "methods", "seeds", "epochs", "pas_epochs", "batch_size", "learning_rate",
        "pas_learning_rate", "weight_clip", "logit_scale",
      ],
      optional: [
        "average_decay", "drawn_rates", "drawn_activation_rates", "drawn_supplies",
        "training_rate_factor", "last_epochs", "last_learning_rate", "table_epochs",
        "sharpness_radius",
        "act_penalty", "act_strength", "act_schedule", "gradient_window", "distillation",
        "external", "ablations", "start_biases",
      ])
    let given = try trainingChoice(fields, at: node.location)
    return try reading(given, fields) { try trainingChoice($0, at: node.location) }
  }

  private func trainingChoice(
    _ fields: StrictYAML.Record, at location: SourceLocation
  ) throws -> EvaluationSetup.TrainingChoice {
    let standard = EvaluationSetup.TrainingChoice.standard
    let methods: [TrainingMethod] = try fields["methods"].list().map { try $0.choice() }
    let seeds = try fields["seeds"].list().map { UInt64(try $0.integer(in: 0...Int(Int32.max))) }
    let pasEpochs = try fields["pas_epochs"].integer(in: 1...5_000)
    let epochs = try fields["epochs"].integer(in: 1...10_000)
    guard 2 * pasEpochs <= epochs else {
      throw InputError(
        .badData, at: try fields["pas_epochs"].location,
        "each epoch of pas takes two passes: 2 × \(pasEpochs) must be at most epochs, \(epochs)")
    }
    guard !methods.isEmpty, !seeds.isEmpty, Set(methods).count == methods.count,
      Set(seeds).count == seeds.count
    else {
      throw InputError(
        .badData, at: location, "methods and seeds need at least one entry each, none twice")
    }
    let batchSize = try fields["batch_size"].integer(in: 1...65_536)
    return EvaluationSetup.TrainingChoice(
      methods: methods,
      ablations: try fields.optional("ablations").map {
        try $0.distinctValues("ablations need") { try $0.choice() }
      } ?? [],
      startBiases: try fields.optional("start_biases").map {
        try $0.distinctValues("start_biases need") { try $0.choice() }
      } ?? [.trained],
      seeds: seeds, epochs: epochs, pasEpochs: pasEpochs, batchSize: batchSize,
      learningRate: try fields["learning_rate"].number(in: 1e-7...10),
      pasLearningRate: try fields["pas_learning_rate"].number(in: 1e-7...10),
      recipeEnding: try recipeEnding(fields, pasEpochs: pasEpochs),
      weightClip: Float(try fields["weight_clip"].number(in: 1e-3...100)),
      logitScale: Float(try fields["logit_scale"].number(in: 1e-3...1000)),
      averageDecay: try fields.optional("average_decay").map {
        Float(try $0.number(in: 0...0.999_999))
      } ?? standard.averageDecay,
      methodSettings: try methodSettings(fields, batchSize: batchSize, pasEpochs: pasEpochs),
      drawnSupplies: try drawnSupplies(fields), rateFactor: try rateFactor(fields),
      distillation: try fields.optional("distillation").map(distillation)
        ?? standard.distillation,
      external: try external(
        fields.optional("external"), methods: methods, at: fields["methods"].location))
  }

  private func methodSettings(
    _ fields: StrictYAML.Record, batchSize: Int, pasEpochs: Int
  ) throws -> MethodSettings {
    let penalty = try fields.optional("act_penalty").map(MethodSettings.actPenalty)
    let standard = MethodSettings.standard(batchSize: batchSize, actPenalty: penalty ?? .loss)
    return MethodSettings(
      actPenalty: standard.actPenalty,
      actStrength: try fields.optional("act_strength").map(MethodSettings.actStrength)
        ?? standard.actStrength,
      actSchedule: try fields.optional("act_schedule").map(MethodSettings.actSchedule)
        ?? standard.actSchedule,
      drawnRates: try fields.optional("drawn_rates").map(MethodSettings.drawnRates)
        ?? standard.drawnRates,
      drawnActivationRates: try fields.optional("drawn_activation_rates").map(
        MethodSettings.drawnRates),
      sharpnessRadius: try fields.optional("sharpness_radius").map(MethodSettings.sharpnessRadius)
        ?? standard.sharpnessRadius,
      gradientWindow: try fields.optional("gradient_window").map(MethodSettings.gradientWindow)
        ?? standard.gradientWindow,
      lastProducts: try fields.optional("table_epochs").flatMap {
        try lastProducts($0, pasEpochs: pasEpochs)
      })
  }

  /// Of the epochs of axtrain those, at the end, that run through the multiplier's products; nil: all.
  private func lastProducts(
    _ node: StrictYAML, pasEpochs: Int
  ) throws -> NetworkTrainingSettings.Part? {
    let epochs = try node.integer(in: 1...pasEpochs)
    return epochs == pasEpochs ? nil : NetworkTrainingSettings.Part(epochs, of: pasEpochs)
  }

  /// `last_epochs: N` and `last_learning_rate: η`, of axtrain.
  private func recipeEnding(
    _ fields: StrictYAML.Record, pasEpochs: Int
  ) throws -> NetworkTrainingSettings.Ending? {
    guard let epochs = fields.optional("last_epochs"),
      let rate = fields.optional("last_learning_rate")
    else {
      if let half = fields.optional("last_epochs") ?? fields.optional("last_learning_rate") {
        throw InputError(
          .badData, at: half.location, "last_epochs and last_learning_rate belong together")
      }
      return nil
    }
    let ending = NetworkTrainingSettings.Ending(
      epochs: try epochs.integer(in: 1...5_000), learningRate: try rate.number(in: 1e-7...10))
    guard ending.epochs < pasEpochs else {
      throw InputError(
        .badData, at: epochs.location,
        "axtrain has pas_epochs, \(pasEpochs), of which the last ones must be fewer")
    }
    return ending
  }

  /// `{temperature: T, share: α}`.
  private func distillation(
    _ node: StrictYAML
  ) throws -> EvaluationSetup.TrainingChoice.DistillationChoice {
    let fields = try node.record(["temperature", "share"])
    return EvaluationSetup.TrainingChoice.DistillationChoice(
      temperature: Float(try fields["temperature"].number(in: 0.01...1000)),
      share: Float(try fields["share"].number(in: 0...1)))
  }

  /// The encodings that multipliers are taken in; offset where the spec does not say.
  func encodings(_ node: StrictYAML) throws -> [OperandEncoding] {
    try node.distinctValues("encodings need") { item in
      let encoding: OperandEncoding = try item.choice()
      guard encoding != .twosComplement else {
        throw InputError(
          .badData, at: item.location,
          "sweeps take unsigned multipliers: choose offset or sign_magnitude")
      }
      return encoding
    }
  }

  /// `{rates: [0, 0.01 …], buffers: weights | activations | both}`.
  func bitErrors(
    _ node: StrictYAML
  ) throws -> (rates: [Double], buffers: EvaluationSetup.FaultyBuffers) {
    let fields = try node.record(["rates"], optional: ["buffers"])
    let rates = try fields["rates"].distinctValues("rates need") { try $0.number(in: 0...0.5) }
    return (rates, try fields.optional("buffers").map { try $0.choice() } ?? .both)
  }

  func characterization(_ node: StrictYAML) throws -> EvaluationSetup.CharacterizationChoice {
    let fields = try node.record(["dies", "transitions", "seed"])
    let dies = try fields["dies"].integer(in: 2...10_000)
    return EvaluationSetup.CharacterizationChoice(
      dies: dies, transitions: try fields["transitions"].integer(in: dies...max(dies, 1_000_000)),
      seed: UInt64(try fields["seed"].integer(in: 0...Int(Int32.max))))
  }

  func chips(_ node: StrictYAML) throws -> EvaluationSetup.ChipChoice {
    let fields = try node.record(["chips", "chip_seed"])
    return EvaluationSetup.ChipChoice(
      count: try fields["chips"].integer(in: 2...10_000),
      seed: UInt64(try fields["chip_seed"].integer(in: 0...Int(Int32.max))))
  }

  /// The memory rail's supplies, one or a list, nil where it follows the logic rail; nil in their place
  /// for `none`: no memory is modelled.
  func memorySupplies(
    _ node: StrictYAML
  ) throws -> [(supply: Voltage?, location: SourceLocation)]? {
    if case .scalar = node.content, try node.text() == "none" { return nil }
    var supplies: [(supply: Voltage?, location: SourceLocation)] = []
    // As tables print them.
    var taken: Set<String> = []
    let items = if case .list = node.content { try supplyList(node) } else { [node] }
    for item in items {
      let supply: Voltage? =
        try item.text() == "follows_logic" ? nil : item.quantity(in: Self.supplies)
      guard taken.insert(supply?.printed ?? "follows_logic").inserted else {
        throw InputError(
          .badData, at: item.location,
          "\(supply?.description ?? "follows_logic") is listed twice")
      }
      supplies.append((supply, item.location))
    }
    return supplies
  }

  /// Every clock and supply, in the order of the file.
  func operatingPoints(
    _ node: StrictYAML
  ) throws -> [(clock: ClockPolicy, supply: Voltage, location: SourceLocation)] {
    var points: [(clock: ClockPolicy, supply: Voltage, location: SourceLocation)] = []
    var taken: Set<[String]> = []
    for item in try node.list() {
      let fields = try item.record(["clock", "supply"])
      let clock: ClockPolicy = try fields["clock"].choice()
      for supply in try supplyList(fields["supply"]) {
        let voltage: Voltage = try supply.quantity(in: Self.supplies)
        guard taken.insert([clock.rawValue, voltage.printed]).inserted else {
          throw InputError(
            .badData, at: supply.location,
            "\(voltage) with a \(clock.rawValue) clock is listed twice")
        }
        points.append((clock, voltage, supply.location))
      }
    }
    guard !points.isEmpty else {
      throw InputError(.badData, at: node.location, "at least one supply is needed")
    }
    return points
  }

  /// The items of a list of supplies: at least one, at most as many as are characterized at once.
  private func supplyList(_ node: StrictYAML) throws -> [StrictYAML] {
    let items = try node.list()
    guard !items.isEmpty else {
      throw InputError(.badData, at: node.location, "at least one supply is needed")
    }
    guard items.count <= TimingStudy.maximumSupplies else {
      throw InputError(
        .badData, at: node.location, "\(TimingStudy.suppliesNeeded), not \(items.count)")
    }
    return items
  }
}
