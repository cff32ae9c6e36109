import Files
import Networks
import Training

extension NetworkEvaluator {
  /// What a fine-tuned network follows from: the network where it begins, and what its method sees.
  ///
  /// - Parameter capture: of the key.
  func identity(
    of key: TuningKey, _ settings: NetworkTrainingSettings, _ capture: TrainingCapture?
  ) -> [String: JSONValue] {
    let choice = inputs.setup.training
    func baseline(_ kind: BaselineKind) -> JSONValue {
      .text(networkStore.key(of: inputs.identity(of: BaselineItem(kind: kind, seed: key.seed))))
    }
    var method = choice.methodSettings.identity(of: key.method)
    if key.method == .distillation {
      method["teacher"] = baseline(.conventional)
      method["temperature"] = .real(Double(choice.distillation.temperature))
      method["share"] = .real(Double(choice.distillation.share))
    }
    method["name"] = .text(key.method.rawValue)
    var fields: [String: JSONValue] = [
      "start": baseline(.pasStart), "settings": settings.identity, "seed": .text("\(key.seed)"),
      "method": .object(method),
    ]
    if let multiplier = key.multiplier {
      fields["products"] = inputs.multipliers[multiplier].productsIdentity
      if key.method.usesProducts {
        fields["accumulator"] = inputs.accelerator.accumulator.identity
      }
    }
    // The penalty weighs counted errors of products, whether or not they are drawn as well.
    if key.method.usesPenalty && capturesProducts(key.method) {
      fields["draws_timing"] = .flag(false)
    }
    fields["words"] = key.words?.identity
    fields["errors"] = key.errors?.identity
    if let capture {
      let accelerator = inputs.accelerator
      fields["captured"] = .object([
        "dies": .array(
          capture.simulation.identities(
            variants: inputs.setup.timingErrors.trainingVariants, of: .training
          ).map { .text("\($0)") }),
        "rows": .integer(accelerator.rows), "columns": .integer(accelerator.columns),
        "bank_vectors": .integer(accelerator.bankVectors),
      ])
    }
    return fields
  }
}
