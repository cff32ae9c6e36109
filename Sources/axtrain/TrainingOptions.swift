import ArgumentParser
import Files
import Training

/// How `axtrain train` trains, whatever the method. Nil is what was not given.
struct TrainingOptions: ParsableArguments {
  @Option(
    help: """
      Runs through the training examples (default: 10). Of a method that fine-tunes, without \
      --start: passes in all.
      """)
  var epochs: Int?

  @Option(help: "adam (default), or sgd.")
  var optimizer: OptimizerName?

  @Option(help: "The learning rate at the start (default: 0.001 for adam, 0.05 for sgd).")
  var learningRate: Double?

  @Option(
    help: """
      constant, step:FACTOR:EPOCHS, cosine, cosine:FLOOR or linear (to 0) (default: constant; \
      linear where the method is not conventional).
      """)
  var schedule: String?

  @Option(help: "Examples a step (default: 64).")
  var batchSize: Int?

  @Option(help: "Momentum of sgd, at least 0 and below 1 (default: 0.9).")
  var momentum: Float?

  @Flag(inversion: .prefixedNo, help: "Nesterov's form of momentum.")
  var nesterov: Bool?

  @Option(help: "Added to the gradient as so many times the parameter (default: 0).")
  var weightDecay: Float?

  @Option(help: "Label smoothing, at least 0 and below 1 (default: 0).")
  var labelSmoothing: Float?

  @Option(help: "The largest norm of a gradient (default: any).")
  var gradientClip: Double?

  @Option(help: "The largest weight of dense and convolution layers (default: any).")
  var weightClip: Float?

  @Option(
    help: """
      Decay of a moving average of the weights, which is the result; 0: none (default: 0.998 of \
      sharpness_aware and axtrain, else 0).
      """)
  var averageDecay: Float?

  @Option(help: "Move images by up to so many pixels each way, anew in each epoch (default: 0).")
  var shift: Int?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Train on features of mean 0 and deviation 1, folded into the first, dense layer at the end.
      """)
  var standardize: Bool?

  @Option(
    help: """
      Share of each class of the training part that chooses the epoch (default: 0, or 0.1 with \
      --patience).
      """)
  var validationFraction: Double?

  @Option(help: "Stop after so many epochs without a lower validation loss (default: never).")
  var patience: Int?

  enum OptimizerName: String, ExpressibleByArgument, CaseIterable { case adam, sgd }

  /// Runs through the training examples.
  var chosenEpochs: Int { epochs ?? 10 }

  var chosenBatchSize: Int { batchSize ?? 64 }

  /// The settings of a training by a method, for so many epochs as are asked for.
  ///
  /// - Parameter methodSettings: what the recipe leaves out is not in the result.
  /// - Throws: `InputError` 64 if an option is outside its range or does not go with another.
  func settings(
    for method: TrainingMethod, _ methodSettings: MethodSettings
  ) throws -> NetworkTrainingSettings {
    let optimizer = optimizer ?? .adam
    let decay = averageDecay ?? (method.averagesWeights ? 0.998 : 0)
    var settings = NetworkTrainingSettings(
      epochs: chosenEpochs, batchSize: chosenBatchSize, optimizer: try chosen(optimizer),
      learningRate: learningRate ?? (optimizer == .adam ? 0.001 : 0.05),
      schedule: try chosenSchedule(of: method), weightDecay: weightDecay ?? 0,
      labelSmoothing: labelSmoothing ?? 0, gradientClip: gradientClip, weightClip: weightClip,
      averageDecay: decay == 0 ? nil : decay, shift: shift ?? 0,
      standardizes: standardize ?? false,
      validationFraction: validationFraction ?? (patience == nil ? 0 : 0.1), patience: patience)
    if let problem = settings.problem { throw InputError(.usage, problem) }
    if methodSettings.without.contains(.clipping) { settings.weightClip = nil }
    if methodSettings.without.contains(.averaging) { settings.averageDecay = nil }
    return settings
  }

  private func chosen(_ optimizer: OptimizerName) throws -> Optimizer {
    switch optimizer {
    case .adam:
      guard momentum == nil, nesterov != true else {
        throw InputError(.usage, "--momentum and --nesterov belong to --optimizer sgd")
      }
      return .adam
    case .sgd:
      return .gradientDescent(momentum: momentum ?? 0.9, nesterov: nesterov ?? false)
    }
  }

  private func chosenSchedule(of method: TrainingMethod) throws -> LearningRateSchedule {
    let text = schedule ?? (method == .conventional ? "constant" : "linear")
    guard let schedule = LearningRateSchedule(parsing: text) else {
      throw InputError(
        .usage,
        "--schedule: '\(text)' is none: constant, step:FACTOR:EPOCHS with a factor above 0 and at "
          + "most 1, cosine, cosine:FLOOR or linear")
    }
    return schedule
  }
}
