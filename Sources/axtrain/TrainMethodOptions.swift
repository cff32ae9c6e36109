import ArgumentParser
import Files
import NetworkEvaluation
import Training

/// The method of `axtrain train` and its own settings, by the names that they have in a sweep.
struct TrainMethodOptions: ParsableArguments {
  @Option(
    help: """
      conventional: without regard to hardware; weight_clipping; or one that fine-tunes a clipped \
      network: quantization_aware, difference_gradient, distillation, two_point_noise, \
      sharpness_aware, pas, act, act_pas, axtrain; bias_correction trains nothing: it moves the \
      biases of --start by what --multiplier adds (default: axtrain, the recipe, with \
      --bit-error-rate or --hardware; else conventional).
      """)
  var method: TrainingMethod?

  @Option(
    help: """
      A model's folder that training begins with, batch normalization folded by methods that \
      fine-tune (default: random weights).
      """)
  var start: String?

  @Option(
    help: """
      Of --epochs passes, twice so many are the fine-tuning method's, after those with clipping: half \
      of --epochs begin at random weights (default: a quarter of --epochs).
      """)
  var pasEpochs: Int?

  @Option(help: "The learning rate of these (default: --learning-rate).")
  var pasLearningRate: Double?

  @Option(
    help: "What logits are multiplied by in the loss, 0.001 to 1000 (default: as in the topology).")
  var logitScale: Float?

  @Option(
    help: """
      What the penalty of act keeps small: how much noise moves the loss (default), or the outputs.
      """)
  var actPenalty: ActPenalty?

  @Option(
    help: """
      λ of the penalty of act, 0 to 1000000 (default: the batch's size; of outputs 0.05).
      """)
  var actStrength: Float?

  @Option(
    help: """
      How λ changes over the method's steps: constant (default); linear:DELAY:RAMP or \
      cosine:DELAY:RAMP, 0 for a share of them, then up over another; linear_decay:HOLD or \
      cosine_decay:HOLD, down to 0 at the end.
      """)
  var actSchedule: String?

  @Option(
    help: """
      The rates of wrong memory bits that a step of axtrain draws its own from, LOWEST,HIGHEST, \
      1e-9 to 0.5 (default: 0.01,0.2).
      """)
  var drawnRates: String?

  @Option(
    help: """
      Those of the activation buffer, where both have errors, LOWEST,HIGHEST (default: as \
      --drawn-rates).
      """)
  var drawnActivationRates: String?

  @Option(
    help: """
      So many of the last epochs of axtrain begin at --last-learning-rate (default: all are alike).
      """)
  var lastEpochs: Int?

  @Option(help: "The learning rate at the start of --last-epochs.")
  var lastLearningRate: Double?

  @Option(
    help: """
      So many of the last epochs of axtrain run through the products of --multiplier, those before \
      through exact ones (default: all of them).
      """)
  var tableEpochs: Int?

  @Option(
    help: """
      Ingredients of axtrain to leave out, with commas between them: clipping, logit_scale, \
      drawn_rates, clean_pass, averaging, products (default: none). Options of theirs may stay.
      """)
  var without: String?

  @Option(help: "ρ of sharpness_aware, 1e-6 to 100 (default: 0.05).")
  var sharpnessRadius: Float?

  @Option(
    help: """
      Words to each side that difference_gradient smooths over, 0 to 127 (default: 16); or search: \
      those that predict best how sums change in an epoch on at most 4,096 training examples.
      """)
  var gradientWindow: GradientWindow?

  @Option(
    help: """
      The biases that fine-tuning through the products of --multiplier begins with: trained (default), \
      or corrected, moved by what it adds on training examples as bias_correction moves them.
      """)
  var startBiases: StartBiases?

  @Option(
    help: "A model's folder whose logits distillation learns, by the same features and classes.")
  var teacher: String?

  @Option(help: "What logits of teacher and student are divided by, 0.01 to 1000 (default: 4).")
  var temperature: Float?

  @Option(help: "The teacher's part in the loss of distillation, 0 to 1 (default: 0.5).")
  var teacherShare: Float?

  var chosen: TrainingMethod { method ?? .conventional }

  /// - Throws: `InputError` 64 if an option is outside its range, `UnusedOption` if it is another method's.
  func settings(batchSize: Int) throws -> MethodSettings {
    let method = chosen
    let others: [(String, given: Bool, isUsed: Bool)] = [
      ("--act-penalty", actPenalty != nil, method.usesPenalty),
      ("--act-strength", actStrength != nil, method.usesPenalty),
      ("--act-schedule", actSchedule != nil, method.usesPenalty),
      ("--drawn-rates", drawnRates != nil, method == .axtrain),
      ("--drawn-activation-rates", drawnActivationRates != nil, method == .axtrain),
      ("--last-epochs", lastEpochs != nil, method == .axtrain),
      ("--last-learning-rate", lastLearningRate != nil, method == .axtrain),
      ("--table-epochs", tableEpochs != nil, method == .axtrain),
      ("--without", without != nil, method == .axtrain),
      ("--sharpness-radius", sharpnessRadius != nil, method == .sharpnessAware),
      ("--gradient-window", gradientWindow != nil, method == .differenceGradient),
      ("--start-biases", startBiases != nil, method.canCorrectStart),
      ("--teacher", teacher != nil, method == .distillation),
      ("--temperature", temperature != nil, method == .distillation),
      ("--teacher-share", teacherShare != nil, method == .distillation),
      ("--pas-epochs", pasEpochs != nil, method.isFineTuning),
      ("--pas-learning-rate", pasLearningRate != nil, method.isFineTuning),
    ]
    if let option = others.first(where: { $0.given && !$0.isUsed }) {
      throw UnusedOption(option.0, "does nothing with --method \(method.rawValue)")
    }
    let standard = MethodSettings.standard(
      batchSize: batchSize, actPenalty: actPenalty ?? .loss)
    let settings = MethodSettings(
      actPenalty: standard.actPenalty, actStrength: actStrength ?? standard.actStrength,
      actSchedule: try actSchedule.map(Self.schedule) ?? standard.actSchedule,
      drawnRates: try drawnRates.map { try Self.range($0, "--drawn-rates") }
        ?? standard.drawnRates,
      drawnActivationRates: try drawnActivationRates.map {
        try Self.range($0, "--drawn-activation-rates")
      },
      sharpnessRadius: sharpnessRadius ?? standard.sharpnessRadius,
      gradientWindow: gradientWindow ?? standard.gradientWindow,
      without: try without.map(Self.ingredients) ?? [])
    if let problem = settings.problem { throw InputError(.usage, problem) }
    guard (1e-3...1000).contains(logitScale ?? 1) else {
      throw InputError(.usage, "a logit scale is 0.001 to 1000")
    }
    guard (0.01...1000).contains(temperature ?? 1) else {
      throw InputError(.usage, "a temperature is 0.01 to 1000")
    }
    guard (0...1).contains(teacherShare ?? 0) else {
      throw InputError(.usage, "the teacher's share of the loss is 0 to 1")
    }
    return settings
  }

  private static func schedule(_ text: String) throws -> StrengthSchedule {
    guard let schedule = StrengthSchedule(parsing: text) else {
      throw InputError(.usage, "--act-schedule: '\(text)' is not \(StrengthSchedule.forms)")
    }
    return schedule
  }

  /// Names with commas between them, as a specification's list has them too.
  ///
  /// - Throws: `InputError` 64 at an unknown name, and at one that is there twice.
  private static func ingredients(_ text: String) throws -> Set<RecipeIngredient> {
    var ingredients: Set<RecipeIngredient> = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      guard let ingredient = RecipeIngredient(rawValue: name) else {
        let names = RecipeIngredient.allCases.map(\.rawValue)
        let hint = InputError.nearest(to: name, among: names).map { "did you mean '\($0)'? " }
        throw InputError(
          .usage,
          "--without: '\(name)' is no ingredient of axtrain: \(hint ?? "")allowed: "
            + names.joined(separator: ", "))
      }
      guard ingredients.insert(ingredient).inserted else {
        throw InputError(.usage, "--without has \(name) twice")
      }
    }
    return ingredients
  }

  /// `LOWEST,HIGHEST`.
  private static func range(_ text: String, _ option: String) throws -> ClosedRange<Double> {
    let ends = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low <= high else {
      throw InputError(
        .usage, "\(option): '\(text)' is not LOWEST,HIGHEST, such as 0.01,0.2")
    }
    return low...high
  }

  /// - Throws: `InputError` 64 if one of both options is missing.
  func ending() throws -> NetworkTrainingSettings.Ending? {
    guard let lastEpochs, let lastLearningRate else {
      guard lastEpochs == nil, lastLearningRate == nil else {
        throw InputError(.usage, "--last-epochs and --last-learning-rate belong together")
      }
      return nil
    }
    return NetworkTrainingSettings.Ending(epochs: lastEpochs, learningRate: lastLearningRate)
  }

  /// The settings that the method reads, by their keys in `training.yaml`.
  ///
  /// - Parameter drawsSupplies: of the recipe: whether its steps draw supplies in the place of rates.
  func entries(_ settings: MethodSettings, drawsSupplies: Bool) -> [(key: String, value: String)] {
    var entries = [(key: "method", value: chosen.rawValue)]
    if !settings.without.isEmpty {
      entries.append(("without", RecipeIngredient.text(of: settings.without)))
    }
    if let logitScale, !settings.without.contains(.logitScale) {
      entries.append(("logit_scale", "\(logitScale)"))
    }
    // What every training before had is left out.
    if chosen.usesPenalty, settings.actPenalty != .loss {
      entries.append(("act_penalty", settings.actPenalty.rawValue))
    }
    if chosen.usesPenalty { entries.append(("act_strength", "\(settings.actStrength)")) }
    if chosen.usesPenalty, settings.actSchedule != .constant {
      entries.append(("act_schedule", settings.actSchedule.text))
    }
    if settings.drawsRates(chosen), !drawsSupplies {
      let rates = settings.drawnRates
      entries.append(("drawn_rates", "\(rates.lowerBound),\(rates.upperBound)"))
      if let rates = settings.drawnActivationRates {
        entries.append(
          ("drawn_activation_rates", "\(rates.lowerBound),\(rates.upperBound)"))
      }
    }
    if settings.hasLastProducts(chosen), let last = settings.lastProducts {
      entries.append(("table_epochs", "\(last.numerator)"))
    }
    if chosen == .sharpnessAware {
      entries.append(("sharpness_radius", "\(settings.sharpnessRadius)"))
    }
    if chosen == .differenceGradient {
      entries.append(("gradient_window", settings.gradientWindow.text))
    }
    if let startBiases, startBiases != .trained {
      entries.append(("start_biases", startBiases.rawValue))
    }
    return entries
  }
}

extension ActPenalty: ExpressibleByArgument {}

extension StartBiases: ExpressibleByArgument {}

extension GradientWindow: ExpressibleByArgument {
  public init?(argument: String) { self.init(parsing: argument) }
}

extension TrainingMethod: ExpressibleByArgument {
  /// Whether `axtrain train` has it: all but what a program of the user's trains.
  var isTrainedByCommand: Bool { self != .external }

  public init?(argument: String) {
    guard let method = TrainingMethod(rawValue: argument), method.isTrainedByCommand else {
      return nil
    }
    self = method
  }

  public static var allValueStrings: [String] {
    allCases.filter(\.isTrainedByCommand).map(\.rawValue)
  }
}
