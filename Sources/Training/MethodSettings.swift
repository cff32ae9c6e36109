import ErrorTables

/// What methods are told beside the hardware; each method reads those that are its own.
public struct MethodSettings: Hashable, Sendable {
  /// What act's penalty keeps small.
  public var actPenalty: ActPenalty
  /// λ of act, 0 … 10⁶.
  public var actStrength: Float
  /// How λ changes over the training.
  public var actSchedule: StrengthSchedule
  /// The rates of wrong bits that the recipe draws from, within 10⁻⁹ … 0.5.
  public var drawnRates: ClosedRange<Double>
  /// Those of the activation buffer, within the same; nil: as the weights'.
  public var drawnActivationRates: ClosedRange<Double>?
  /// ρ of sharpness-aware minimization, 10⁻⁶ … 100.
  public var sharpnessRadius: Float
  /// What the difference gradient smooths over.
  public var gradientWindow: GradientWindow
  /// Of the recipe: how much of its training, at the end, runs through the multiplier's products; what
  /// comes before runs through exact products of the same words. Nil: all of it.
  public var lastProducts: NetworkTrainingSettings.Part?
  /// What the recipe is trained without. Clipping, logit scale and averaging are no part of a step: who
  /// trains leaves these out.
  public var without: Set<RecipeIngredient>

  public init(
    actPenalty: ActPenalty = .loss, actStrength: Float, actSchedule: StrengthSchedule = .constant,
    drawnRates: ClosedRange<Double>, drawnActivationRates: ClosedRange<Double>? = nil,
    sharpnessRadius: Float, gradientWindow: GradientWindow,
    lastProducts: NetworkTrainingSettings.Part? = nil, without: Set<RecipeIngredient> = []
  ) {
    self.actPenalty = actPenalty
    self.actStrength = actStrength
    self.actSchedule = actSchedule
    self.drawnRates = drawnRates
    self.drawnActivationRates = drawnActivationRates
    self.sharpnessRadius = sharpnessRadius
    self.gradientWindow = gradientWindow
    self.lastProducts = lastProducts
    self.without = without
  }

  /// The same settings for the recipe without an ingredient; nil: with all of these.
  public func leavingOut(_ ingredient: RecipeIngredient?) -> MethodSettings {
    var settings = self
    if let ingredient { settings.without.insert(ingredient) }
    return settings
  }

  /// Whether the steps of a method draw their rates of wrong bits, so that the hardware's do not matter;
  /// or operating points, in the place of rates.
  public func drawsRates(_ method: TrainingMethod) -> Bool {
    method == .axtrain && !without.contains(.drawnRates)
  }

  /// Whether the steps of a method run through the multiplier's products at its end alone.
  public func hasLastProducts(_ method: TrainingMethod) -> Bool {
    method == .axtrain && lastProducts != nil && !without.contains(.products)
  }

  /// Whether a method trains for errors at the rates of the hardware.
  public func usesErrors(_ method: TrainingMethod) -> Bool {
    method.usesErrors || (method == .axtrain && !drawsRates(method))
  }

  /// Whether the result of a method is a moving average of the weights.
  public func averagesWeights(_ method: TrainingMethod) -> Bool {
    method.averagesWeights && !(method == .axtrain && without.contains(.averaging))
  }

  /// What holds unless said otherwise: our choice of rates, up to the largest of the studies
  /// (Validation.md); ρ as Foret et al., ICLR 2021; our choice of a window. A batch's mean gradient
  /// shrinks with its size: λ is of the order of that. The sensitivity of outputs is a mean over
  /// examples: λ is what did best of 0.005, 0.05 and 0.5 on digits (Validation.md).
  public static func standard(
    batchSize: Int, actPenalty: ActPenalty = .loss
  ) -> MethodSettings {
    MethodSettings(
      actPenalty: actPenalty, actStrength: actPenalty == .loss ? Float(batchSize) : 0.05,
      drawnRates: 0.01...0.2, sharpnessRadius: 0.05,
      gradientWindow: .words(16))
  }

  static let actStrengths = 0.0...1e6
  static let rates = 1e-9...0.5
  static let sharpnessRadii = 1e-6...100

  /// Why no training can have these settings; nil if one can.
  public var problem: String? {
    if !Self.actStrengths.contains(Double(actStrength)) {
      return "the strength of act is 0 to 1000000"
    }
    for range in [drawnRates, drawnActivationRates].compactMap({ $0 })
    where !(Self.rates.contains(range.lowerBound) && Self.rates.contains(range.upperBound)) {
      return "drawn rates are 1e-9 to 0.5"
    }
    if !(Float(Self.sharpnessRadii.lowerBound)...Float(Self.sharpnessRadii.upperBound))
      .contains(sharpnessRadius)
    {
      return "a sharpness radius is 1e-6 to 100"
    }
    if let words = gradientWindow.words, !GradientWindow.range.contains(words) {
      return "a gradient window is 0 to 127 words"
    }
    return nil
  }
}

extension TrainingMethod {
  /// Whether it trains a network from the start alone: distillation needs a teacher beside it, bias
  /// correction moves the biases of integers without training, and an external training is a command's.
  public var trainsAlone: Bool {
    switch self {
    case .distillation, .biasCorrection, .external: false
    case .conventional, .weightClipping, .quantizationAware, .differenceGradient, .twoPointNoise,
      .sharpnessAware, .pas, .act, .actPAS, .axtrain:
      true
    }
  }

  /// Whether its steps run forward in integers, through the multiplier's products.
  public var usesProducts: Bool {
    switch self {
    case .conventional, .weightClipping, .twoPointNoise, .sharpnessAware, .act: false
    case .quantizationAware, .differenceGradient, .distillation, .biasCorrection, .pas, .actPAS,
      .axtrain, .external:
      true
    }
  }

  /// Whether it may train for more wrong bits than the hardware has: a factor times its rates.
  public var usesRateFactor: Bool {
    switch self {
    case .conventional, .weightClipping, .quantizationAware, .differenceGradient, .distillation,
      .biasCorrection, .twoPointNoise, .sharpnessAware, .act, .axtrain, .external:
      false
    case .pas, .actPAS: true
    }
  }

  /// Whether it trains for errors at the rates of the hardware, with all of its ingredients
  /// (`MethodSettings.usesErrors`).
  public var usesErrors: Bool {
    switch self {
    case .conventional, .weightClipping, .quantizationAware, .differenceGradient, .distillation,
      .biasCorrection, .sharpnessAware, .axtrain:
      false
    case .twoPointNoise, .pas, .act, .actPAS, .external: true
    }
  }

  /// Whether its steps draw errors of products and memory: at the hardware's rates, or at drawn ones.
  /// A command is told of all of them.
  public var drawsErrors: Bool {
    switch self {
    case .conventional, .weightClipping, .quantizationAware, .differenceGradient, .distillation,
      .biasCorrection, .twoPointNoise, .sharpnessAware, .act:
      false
    case .pas, .actPAS, .axtrain, .external: true
    }
  }

  /// Whether errors of captured products matter to it: drawn, or as noise of weights in act's penalty.
  public var usesTimingErrors: Bool { drawsErrors || usesPenalty }

  /// Whether it has act's penalty, on the noise of weights.
  public var usesPenalty: Bool {
    switch self {
    case .conventional, .weightClipping, .quantizationAware, .differenceGradient, .distillation,
      .biasCorrection, .twoPointNoise, .sharpnessAware, .pas, .axtrain, .external:
      false
    case .act, .actPAS: true
    }
  }

  /// Whether it takes the noise of stored weights from how they are quantized.
  public var usesWeightNoise: Bool { usesPenalty || self == .twoPointNoise }

  /// Whether its result is a moving average of the weights, with all of its ingredients
  /// (`MethodSettings.averagesWeights`).
  public var averagesWeights: Bool {
    switch self {
    case .conventional, .weightClipping, .quantizationAware, .differenceGradient, .distillation,
      .biasCorrection, .twoPointNoise, .pas, .act, .actPAS, .external:
      false
    case .sharpnessAware, .axtrain: true
    }
  }

  /// How a step of the method finds its gradient.
  ///
  /// - Parameter errors: of the point; of the recipe, where it draws its rates, only whether they are
  ///   above 0 counts.
  /// - Parameter drawsTiming: whether methods that draw errors draw those of timing: not where chips
  ///   capture products, whether or not one can err. Act's penalty has them either way.
  /// - Parameter chips: that capture products, of methods that draw errors, in the place of drawn
  ///   timing errors; nil: these.
  /// - Parameter drawnPoints: operating points that each step of the recipe draws one of, in the place
  ///   of `errors`, `chips` and drawn rates; none of other methods, or of the recipe without drawn
  ///   rates; empty: these.
  /// - Precondition: settings without `problem`; a method that `trainsAlone`; no chips for the recipe
  ///   without products, as theirs are the multiplier's.
  public func gradientMethod(
    _ settings: MethodSettings, integers: IntegerPass, errors: HardwareErrors,
    drawsTiming: Bool = true, chips: (any CapturingChips)? = nil,
    drawnPoints: [TrainingPoint] = []
  ) -> any GradientMethod {
    precondition(
      drawnPoints.isEmpty || settings.drawsRates(self), "only the recipe draws operating points")
    let drawn = drawsTiming ? errors : errors.replacingTiming(.none)
    var act: Act {
      Act(
        integers, penalty: settings.actPenalty, strength: settings.actStrength,
        schedule: settings.actSchedule,
        bitErrorRate: errors.weightBitErrorRate, timing: errors.timing)
    }
    switch self {
    case .conventional, .weightClipping: return Conventional()
    case .quantizationAware: return QuantizationAware(integers)
    case .differenceGradient:
      return DifferenceGradient(integers, window: settings.gradientWindow)
    case .distillation, .biasCorrection, .external:
      preconditionFailure("the method does not train alone")
    case .twoPointNoise:
      return TwoPointNoise(integers, bitErrorRate: errors.weightBitErrorRate)
    case .sharpnessAware: return SharpnessAware(radius: settings.sharpnessRadius)
    case .pas: return PAS(integers, errors: drawn, chips: chips)
    case .act: return act
    case .actPAS: return ActPAS(act, PAS(integers, errors: drawn, chips: chips))
    case .axtrain:
      let (without, drawsRates) = (settings.without, settings.drawsRates(self))
      precondition(
        !without.contains(.products)
          || (chips == nil && drawnPoints.allSatisfy { $0.chips == nil }), "chips have products")
      let last = settings.hasLastProducts(self) ? settings.lastProducts : nil
      let products = without.contains(.products) ? integers.exact : integers
      let hasCleanPass = !without.contains(.cleanPass)
      guard drawnPoints.isEmpty else {
        return PAS(
          products,
          drawing: drawsTiming
            ? drawnPoints
            : drawnPoints.map {
              TrainingPoint(errors: $0.errors.replacingTiming(.none), chips: $0.chips)
            }, hasCleanPass: hasCleanPass, lastProducts: last)
      }
      return PAS(
        products, errors: drawn,
        drawnRates: drawsRates ? settings.drawnRates : nil,
        drawnActivationRates: drawsRates ? settings.drawnActivationRates : nil,
        hasCleanPass: hasCleanPass, lastProducts: last, chips: chips)
    }
  }
}
