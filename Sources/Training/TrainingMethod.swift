/// How a network's weights are found.
public enum TrainingMethod: String, CaseIterable, Hashable, Sendable {
  /// In floating point, without regard to the hardware.
  case conventional
  /// As conventional, each weight kept within a range: the errors of a stored bit shrink with it.
  case weightClipping = "weight_clipping"
  /// Weight clipping, then fine-tuning through the hardware's own arithmetic and errors.
  case pas
}
