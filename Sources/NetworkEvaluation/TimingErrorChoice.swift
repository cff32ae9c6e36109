import LogicSimulation
import Training

/// How a sweep models products that are captured before they have settled.
public struct TimingErrorChoice: Sendable, Hashable {
  /// What decides which products of a chip are wrong.
  public enum Fidelity: String, CaseIterable, Sendable, Hashable {
    /// Drawn from the error tables, whatever the operands and the element.
    case statistical
    /// Looked up by weight, previous and present activation, in tables of a number of dies.
    case transition
    /// Each element's own gates on its own operands.
    case gate
  }

  /// How errors are drawn from the error tables: in fidelity `statistical`, and in training by pas.
  public enum Drawing: String, CaseIterable, Sendable, Hashable {
    /// Whole masks, in one run over all images: `ProductErrorModel.maskRun`.
    case maskRun = "mask_run"
    /// Whole masks, keyed by image and weight.
    case masks
    /// What wrong products are off by, keyed likewise.
    case differences
    /// Bits that go wrong independently, keyed likewise.
    case bits
  }

  /// How the perturbed passes of training have their errors of products.
  public enum Training: String, CaseIterable, Sendable, Hashable {
    /// Drawn from the error tables, counted on dies of training.
    case statistical
    /// Looked up by weight, previous and present activation, in tables of dies of training.
    case transition
  }

  public let fidelity: Fidelity
  /// Of pas, act_pas and axtrain.
  public let training: Training
  /// How many dies training draws its elements from, with `training: transition`: others than those of
  /// the evaluation.
  public let trainingVariants: Int
  public let drawing: Drawing
  /// How many dies stand for all elements of all chips of a draw in fidelity `transition`.
  public let variants: Int
  /// Draws of so many dies each in that fidelity: chip c has draw c mod `draws`.
  public let draws: Int
  /// Time steps to the longest path of the typical die, where elements are simulated.
  public let steps: Int
  public let pulses: PulseRule

  public init(
    fidelity: Fidelity = .statistical, training: Training = .statistical,
    trainingVariants: Int = 16, drawing: Drawing = .differences, variants: Int = 16,
    draws: Int = 1, steps: Int = 128, pulses: PulseRule = .inertial
  ) {
    precondition(
      min(variants, draws, trainingVariants, steps) >= 1, "no die, no draw, or no time step")
    self.fidelity = fidelity
    self.training = training
    self.trainingVariants = trainingVariants
    self.drawing = drawing
    self.variants = variants
    self.draws = draws
    self.steps = steps
    self.pulses = pulses
  }

  /// Whether products are captured in a method's training: then none of their errors is drawn.
  public func capturesProducts(for method: TrainingMethod) -> Bool {
    training == .transition && method.trainsAlone && method.drawsErrors
  }

  /// Whether a method trains for errors of products as the error tables have them: draws them, weighs
  /// them in act's penalty, or hands them to its command.
  public func drawsProducts(for method: TrainingMethod) -> Bool {
    method.usesTimingErrors && (method.usesPenalty || !capturesProducts(for: method))
  }

  /// Whether rows of a method rest on `drawing`: in the evaluation, in training, or in the sensitivity of
  /// layers, which weighs timing errors as act's penalty does.
  public func readsDrawing(_ method: TrainingMethod, measuringSensitivity: Bool) -> Bool {
    fidelity == .statistical || measuringSensitivity || drawsProducts(for: method)
  }

  /// Whether rows of a method have elements simulated: in the evaluation or in training.
  func simulatesElements(for method: TrainingMethod) -> Bool {
    fidelity != .statistical || capturesProducts(for: method)
  }

  /// What a spec that says nothing has.
  public static let standard = TimingErrorChoice()
}
