import Files
import Networks
import QuantizedNetworks
import Training

extension NetworkEvaluator {
  /// What a fine-tuned network follows from: the network where it begins, and what its method sees.
  ///
  /// - Parameter captures: of the key, one for each operating point of the training.
  func identity(
    of key: TuningKey, _ settings: NetworkTrainingSettings, _ captures: [TrainingCapture?]
  ) -> [String: JSONValue] {
    let choice = inputs.setup.training
    func baseline(_ kind: BaselineKind) -> JSONValue {
      .text(networkStore.key(of: inputs.identity(of: BaselineItem(kind: kind, seed: key.seed))))
    }
    var method = choice.methodSettings.leavingOut(key.without).identity(
      of: key.method, drawsSupplies: !key.drawn.isEmpty)
    if key.method == .distillation {
      method["teacher"] = baseline(.conventional)
      method["temperature"] = .real(Double(choice.distillation.temperature))
      method["share"] = .real(Double(choice.distillation.share))
    }
    method["name"] = .text(key.method.rawValue)
    var fields: [String: JSONValue] = [
      "start": baseline(.start(without: key.without)), "settings": settings.identity,
      "seed": .text("\(key.seed)"),
      "method": .object(method),
    ]
    // What every training before had is left out.
    if key.startBiases != .trained { fields["start_biases"] = .text(key.startBiases.rawValue) }
    // The recipe without products has those of the exact multiplier, whatever the point's is.
    let exact =
      key.without == .products ? key.words.map { EncodedMultiplier.exact($0).identity } : nil
    if let products = key.multiplier.map({ inputs.multipliers[$0].productsIdentity }) ?? exact {
      fields["products"] = products
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
    if key.drawn.isEmpty {
      fields["captured"] = captures.compactMap(\.self).first.map(identity)
    } else {
      fields["drawn"] = .array(
        zip(key.drawn, captures).map { point, capture in
          var fields = ["errors": point.errors.identity]
          fields["captured"] = capture.map(identity)
          return .object(fields)
        })
    }
    return fields
  }

  private func identity(of capture: TrainingCapture) -> JSONValue {
    let accelerator = inputs.accelerator
    return .object([
      "dies": .array(
        capture.simulation.identities(
          variants: inputs.setup.timingErrors.trainingVariants, of: .training
        ).map { .text("\($0)") }),
      "rows": .integer(accelerator.rows), "columns": .integer(accelerator.columns),
      "bank_vectors": .integer(accelerator.bankVectors),
    ])
  }
}
