/// What act's penalty keeps small: how much noise in the weights moves the loss, or the outputs.
public enum ActPenalty: String, CaseIterable, Hashable, Sendable {
  /// ½·λ·Σᵢ sᵢ²·(∂L/∂wᵢ)², L a batch's mean loss.
  case loss
  /// ½·λ·Σᵢ sᵢ²·‖∂y/∂wᵢ‖², y an example's outputs: logits times their scale.
  case outputs
}
