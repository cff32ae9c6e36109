/// How long and how fast a network is trained, whatever the method.
public struct NetworkTrainingSettings: Hashable, Sendable {
  /// Runs through the training examples, 1 … 10⁶.
  public var epochs: Int
  /// How much of the last epoch is run, in whole batches, at least one; nil: all of it.
  public var lastEpochPart: Part?
  /// Examples a step, 1 … 65,536; the last batch of an epoch may be smaller.
  public var batchSize: Int
  public var optimizer: Optimizer
  /// The rate at the start, positive.
  public var learningRate: Double
  public var schedule: LearningRateSchedule
  /// The last epochs, at a rate of their own; nil: they are as the others.
  public var ending: Ending?
  /// As in `OptimizerState`.
  public var weightDecay: Float
  /// ε of `ClassificationLoss`, in [0, 1).
  public var labelSmoothing: Float
  /// The largest norm of a gradient, positive; nil: any.
  public var gradientClip: Double?
  /// The largest |w| of dense and convolution weights after each step, positive; nil: any.
  public var weightClip: Float?
  /// The decay d of a moving average of the weights, which is the result, at least 0 and below 1; nil:
  /// the weights themselves. Step t (from 1) has the decay min(d, (1 + t)/(10 + t)), so that early
  /// weights are forgotten.
  public var averageDecay: Float?
  /// Images are moved by up to so many pixels each way, anew in each epoch; 0: not at all.
  public var shift: Int
  /// Whether features are trained on with mean 0 and deviation 1, measured on the examples that are
  /// trained on; the result reads plain features again.
  public var standardizes: Bool
  /// Of each class of the training part, kept out of training to choose the epoch; in [0, 1).
  public var validationFraction: Double
  /// Epochs without a lower validation loss after which training ends, 1 or more; nil: it does not.
  public var patience: Int?

  /// A part of an epoch, above 0 and below 1.
  public struct Part: Hashable, Sendable {
    public let numerator: Int
    public let denominator: Int

    /// - Precondition: 0 < numerator < denominator.
    public init(_ numerator: Int, of denominator: Int) {
      precondition(0 < numerator && numerator < denominator, "not a part of an epoch")
      self.numerator = numerator
      self.denominator = denominator
    }
  }

  /// Epochs at the end that the schedule begins anew with, those before being all that it knows.
  public struct Ending: Hashable, Sendable {
    /// 1 or more, and fewer than all.
    public var epochs: Int
    /// The rate at their start, positive.
    public var learningRate: Double

    public init(epochs: Int, learningRate: Double) {
      self.epochs = epochs
      self.learningRate = learningRate
    }
  }

  public init(
    epochs: Int, batchSize: Int = 64, optimizer: Optimizer = .adam, learningRate: Double = 1e-3,
    schedule: LearningRateSchedule = .constant, ending: Ending? = nil, weightDecay: Float = 0,
    labelSmoothing: Float = 0,
    gradientClip: Double? = nil, weightClip: Float? = nil, averageDecay: Float? = nil,
    shift: Int = 0,
    standardizes: Bool = false, validationFraction: Double = 0, patience: Int? = nil
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.ending = ending
    self.weightDecay = weightDecay
    self.labelSmoothing = labelSmoothing
    self.gradientClip = gradientClip
    self.weightClip = weightClip
    self.averageDecay = averageDecay
    self.shift = shift
    self.standardizes = standardizes
    self.validationFraction = validationFraction
    self.patience = patience
  }

  /// Why no training can have these settings; nil if one can.
  public var problem: String? {
    func isPositive(_ value: Double) -> Bool { value > 0 && value.isFinite }
    if !(1...1_000_000).contains(epochs) { return "epochs are 1 to 1000000" }
    if !(1...65_536).contains(batchSize) { return "a batch has 1 to 65536 examples" }
    if case .gradientDescent(let momentum, let nesterov) = optimizer {
      if !(0..<1).contains(momentum) { return "momentum is at least 0 and below 1" }
      if nesterov && momentum == 0 { return "Nesterov's step needs momentum above 0" }
    }
    if !isPositive(learningRate) { return "a learning rate is above 0" }
    if let ending {
      if !(1..<max(2, epochs)).contains(ending.epochs) || epochs < 2 {
        return "the last epochs are 1 or more, and fewer than all \(epochs)"
      }
      if !isPositive(ending.learningRate) {
        return "the learning rate of the last epochs is above 0"
      }
    }
    if case .cosine(let floor) = schedule,
      floor > min(learningRate, ending?.learningRate ?? learningRate)
    {
      return "the floor of the schedule is above the learning rate"
    }
    if !(weightDecay >= 0 && weightDecay.isFinite) { return "a weight decay is 0 or more" }
    if !(0..<1).contains(labelSmoothing) { return "label smoothing is at least 0 and below 1" }
    if let gradientClip, !isPositive(gradientClip) { return "a gradient clip is above 0" }
    if let weightClip, !(weightClip > 0 && weightClip.isFinite) {
      return "a weight clip is above 0"
    }
    if let averageDecay, !(0..<1).contains(averageDecay) {
      return "the decay of averaged weights is at least 0 and below 1"
    }
    if weightClip != nil && standardizes {
      return "a weight clip would not hold once standardization is folded into the weights"
    }
    if !(0...127).contains(shift) { return "a shift is 0 to 127 pixels" }
    if !(0..<1).contains(validationFraction) {
      return "a validation fraction is at least 0 and below 1"
    }
    if let patience {
      if patience < 1 { return "patience is 1 epoch or more" }
      if validationFraction == 0 { return "patience needs a validation fraction above 0" }
    }
    return nil
  }
}
