/// How a network's weights are found.
public enum TrainingMethod: String, CaseIterable, Hashable, Sendable {
  /// In floating point, without regard to the hardware.
  case conventional
  /// As conventional, each weight kept within a range: the errors of a stored bit shrink with it.
  case weightClipping = "weight_clipping"
  /// Weight clipping, then fine-tuning through the hardware's integers and product table.
  case quantizationAware = "quantization_aware"
  /// As quantization_aware, the gradient that of the multiplier's own products.
  case differenceGradient = "difference_gradient"
  /// As quantization_aware, for the logits of the conventional network beside the labels.
  case distillation
  /// Weight clipping, then, without training, biases that take back the multiplier's mean error.
  case biasCorrection = "bias_correction"
  /// Weight clipping, then fine-tuning under noise of both signs of the size of memory errors.
  case twoPointNoise = "two_point_noise"
  /// Weight clipping, then sharpness-aware minimization with averaged weights: a rival that knows no
  /// hardware.
  case sharpnessAware = "sharpness_aware"
  /// Weight clipping, then fine-tuning through the hardware's own arithmetic and errors.
  case pas
  /// Weight clipping, then fine-tuning for weights whose noise moves the loss little.
  case act
  /// Weight clipping, then fine-tuning by the gradients of both.
  case actPAS = "act_pas"
  /// The recipe: as pas, the rate of memory errors drawn from a range at each step, or one of several
  /// supplies with all of its errors, with averaged weights: one network for many voltages.
  case axtrain
  /// Weight clipping, then fine-tuning by a command of the user's.
  case external

  /// Whether it goes on from a clipped network instead of beginning with random weights.
  public var isFineTuning: Bool {
    switch self {
    case .conventional, .weightClipping, .biasCorrection: false
    case .quantizationAware, .differenceGradient, .distillation, .twoPointNoise, .sharpnessAware,
      .pas, .act, .actPAS, .axtrain, .external:
      true
    }
  }
}
