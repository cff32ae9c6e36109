import ArgumentParser
import Files
import Training

/// How `axtrain train` trains.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Runs through the training examples.")
  var epochs = 10

  @Option(help: "How: conventional (in floating point, without regard to hardware).")
  var method = Method.conventional

  @Option(help: "adam, or sgd.")
  var optimizer = OptimizerName.adam

  @Option(help: "The learning rate at the start (default: 0.001 for adam, 0.05 for sgd).")
  var learningRate: Double?

  @Option(help: "constant, step:FACTOR:EPOCHS, cosine, cosine:FLOOR or linear (to 0).")
  var schedule = "constant"

  @Option(help: "Examples a step.")
  var batchSize = 64

  @Option(help: "Momentum of sgd, at least 0 and below 1 (default: 0.9).")
  var momentum: Float?

  @Flag(help: "Nesterov's form of momentum.")
  var nesterov = false

  @Option(help: "Added to the gradient as so many times the parameter.")
  var weightDecay: Float = 0

  @Option(help: "Label smoothing, at least 0 and below 1.")
  var labelSmoothing: Float = 0

  @Option(help: "The largest norm of a gradient (default: any).")
  var gradientClip: Double?

  @Option(help: "The largest weight of dense and convolution layers (default: any).")
  var weightClip: Float?

  @Option(help: "Move images by up to so many pixels each way, anew in each epoch.")
  var shift = 0

  @Flag(
    help: """
      Train on features of mean 0 and deviation 1, folded into the first, dense layer at the end.
      """)
  var standardize = false

  @Option(
    help: """
      Share of each class of the training part that chooses the epoch (default: 0, or 0.1 with \
      --patience).
      """)
  var validationFraction: Double?

  @Option(help: "Stop after so many epochs without a lower validation loss (default: never).")
  var patience: Int?

  /// Methods that this command knows.
  enum Method: String, ExpressibleByArgument, CaseIterable { case conventional }

  enum OptimizerName: String, ExpressibleByArgument, CaseIterable { case adam, sgd }

  /// - Throws: `InputError` 64 if an option is outside its range or does not go with another.
  func settings() throws -> NetworkTrainingSettings {
    guard let schedule = LearningRateSchedule(parsing: schedule) else {
      throw InputError(
        .usage,
        "--schedule: '\(schedule)' is none: constant, step:FACTOR:EPOCHS with a factor above 0 and at "
          + "most 1, cosine, cosine:FLOOR or linear")
    }
    let chosen: Optimizer
    switch optimizer {
    case .adam:
      guard momentum == nil, !nesterov else {
        throw InputError(.usage, "--momentum and --nesterov belong to --optimizer sgd")
      }
      chosen = .adam
    case .sgd: chosen = .gradientDescent(momentum: momentum ?? 0.9, nesterov: nesterov)
    }
    let settings = NetworkTrainingSettings(
      epochs: epochs, batchSize: batchSize, optimizer: chosen,
      learningRate: learningRate ?? (optimizer == .adam ? 0.001 : 0.05), schedule: schedule,
      weightDecay: weightDecay, labelSmoothing: labelSmoothing, gradientClip: gradientClip,
      weightClip: weightClip, shift: shift, standardizes: standardize,
      validationFraction: validationFraction ?? (patience == nil ? 0 : 0.1), patience: patience)
    if let problem = settings.problem { throw InputError(.usage, problem) }
    return settings
  }
}
