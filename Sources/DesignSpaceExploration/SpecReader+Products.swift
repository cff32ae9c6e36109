import Files
import NetworkEvaluation
import Training

extension SpecReader {
  /// Refuses exact products in the recipe's training where something rests on those of the multiplier.
  ///
  /// - Parameter node: the part `training`.
  func checkProducts(_ node: StrictYAML, of setup: EvaluationSetup) throws {
    let (training, entries) = (setup.training, try node.entries())
    func refuse(_ key: String, if holds: Bool, _ why: String) throws {
      guard holds, let entry = entries.first(where: { $0.key == key }) else { return }
      throw InputError(.badData, at: entry.location, why)
    }
    let isCaptured = setup.timingErrors.training == .transition
    try refuse(
      "ablations", if: isCaptured && training.ablations.contains(.products),
      "products cannot be left out where the multiplier's dies capture them: leave products out "
        + "of ablations, or training: transition out of timing_errors")
    let hasLastProducts = training.methodSettings.hasLastProducts(.axtrain)
    try refuse(
      "table_epochs", if: isCaptured && hasLastProducts,
      "the multiplier's dies capture products in every epoch: leave table_epochs out, or "
        + "training: transition out of timing_errors")
    try refuse(
      "table_epochs", if: training.startBiases.contains(.corrected) && hasLastProducts,
      "epochs before these run through exact products, which corrected biases are wrong for: leave "
        + "table_epochs out, or corrected out of start_biases")
  }
}
