/// What the recipe, method axtrain, is made of: each ingredient can be left out, to see what it does.
///
/// Without one the others stay as they are, and so does the number of passes over the training part.
public enum RecipeIngredient: String, CaseIterable, Hashable, Sendable {
  /// Weights are kept within a limit. Without: neither in the training that fine-tuning begins with
  /// nor in fine-tuning.
  case clipping
  /// Logits are multiplied by a fixed factor in the loss, of both trainings. Without: by 1.
  case logitScale = "logit_scale"
  /// Each step draws its rates of wrong bits from a range, or one of several supplies with all of its
  /// errors. Without: they are those of the hardware, as pas has them.
  case drawnRates = "drawn_rates"
  /// A step follows the mean of a clean pass's gradient and a perturbed one's. Without: the perturbed
  /// one's, so that a step takes one pass, and as many passes are twice as many steps.
  case cleanPass = "clean_pass"
  /// The result is a moving average of the weights. Without: the last weights.
  case averaging
  /// Passes run through the multiplier's products. Without: through exact products of the same words;
  /// timing errors stay those of the multiplier, at every drawn supply, and so does what the network is evaluated through.
  case products

  /// The names of some, in the order of the cases, with commas between them.
  public static func text(of ingredients: Set<RecipeIngredient>) -> String {
    allCases.filter(ingredients.contains).map(\.rawValue).joined(separator: ",")
  }
}
