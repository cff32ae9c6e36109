import Datasets
import ErrorTables
import Files
import Networks
import QuantizedNetworks
import TableArithmetic
import Training

// What trainings follow from, by content: names are left out, and what cannot change a result.

extension Dataset {
  var identity: JSONValue {
    .object([
      "features": .text("\(Digest(of: features))"), "labels": .text("\(Digest(of: labels))"),
      "feature_shape": .array(featureShape.map(JSONValue.integer)),
      "feature_maximum": .integer(featureMaximum), "classes": .integer(classCount),
    ])
  }
}

extension NetworkTopology {
  var identity: JSONValue {
    // The first line is the name.
    .text(yaml.split(separator: "\n").dropFirst().joined(separator: "\n"))
  }
}

extension NetworkTrainingSettings {
  var identity: JSONValue {
    .object(Dictionary(entries.map { ($0.key, .text($0.value)) }, uniquingKeysWith: { $1 }))
  }
}

extension QuantizationSpec {
  var identity: JSONValue {
    .object([
      "encoding": .text(encoding.rawValue), "weight_bits": .integer(weightBits),
      "activation_bits": .integer(activationBits),
      "weight_granularity": .text(weightGranularity.rawValue),
      "weight_scheme": .text(weightScheme.rawValue),
      "activation_scheme": .text(activationScheme.rawValue),
      "weight_range": .text(weightRange.text), "activation_range": .text(activationRange.text),
    ])
  }
}

extension AccumulatorSpec {
  var identity: JSONValue {
    .object(["width_bits": .integer(width), "overflow": .text(overflow.rawValue)])
  }
}

extension EncodedMultiplier {
  /// The products of all stored words, whatever gates make them: as many are hashed, so that those who
  /// ask often keep it.
  var identity: JSONValue {
    let products = (0..<1 << weightBits).flatMap { weight in
      (0..<1 << activationBits).map { product(UInt8($0), UInt8(weight)) }
    }
    return .text("\(Digest(of: products.withUnsafeBytes { Array($0) }))")
  }
}

extension HardwareErrors {
  /// Of products and of memory bits; both empty where nothing errs, at whatever supply that is.
  var identity: JSONValue {
    var fields: [String: JSONValue] = [:]
    if timing.probability > 0 { fields["timing"] = timing.identity }
    // The faults of both buffers are drawn one after the other from one stream.
    if weightBitErrorRate > 0 || activationBitErrorRate > 0 {
      fields["weight_rate"] = .real(weightBitErrorRate)
      fields["activation_rate"] = .real(activationBitErrorRate)
      fields["weight_faults"] = .text(weightFaults.description)
      fields["activation_faults"] = .text(activationFaults.description)
    }
    return .object(fields)
  }
}

extension ProductErrorModel {
  fileprivate var identity: JSONValue {
    func reals(_ values: [Double]) -> JSONValue { .array(values.map(JSONValue.real)) }
    func masks(_ model: String, _ distribution: ProductErrorDistribution) -> JSONValue {
      .object([
        "model": .text(model), "probability": .real(distribution.probability),
        "masks": .array(distribution.masks.map { .integer(Int($0)) }),
        "cumulative": reals(distribution.cumulative),
      ])
    }
    switch self {
    case .maskRun(let distribution): return masks("mask_run", distribution)
    case .masks(let errors): return masks("masks", errors.distribution)
    case .bits(let errors):
      return .object(["model": .text("bits"), "probabilities": reals(errors.probabilities)])
    case .differences(let errors):
      return .object([
        "model": .text("differences"), "probability": .real(errors.probability),
        "differences": .array(errors.differences.map { .integer(Int($0)) }),
        "conditionals": reals(errors.conditionals), "product_bits": .integer(errors.outputBits),
      ])
    }
  }
}

extension MethodSettings {
  /// Those that a method reads.
  ///
  /// - Parameter drawsSupplies: of the recipe: whether its steps draw supplies in the place of rates.
  func identity(of method: TrainingMethod, drawsSupplies: Bool = false) -> [String: JSONValue] {
    func pair(_ range: ClosedRange<Double>) -> JSONValue {
      .array([.real(range.lowerBound), .real(range.upperBound)])
    }
    switch method {
    case .conventional, .weightClipping, .quantizationAware, .distillation, .biasCorrection,
      .twoPointNoise, .pas, .external:
      return [:]
    case .differenceGradient: return ["gradient_window": .text(gradientWindow.text)]
    case .sharpnessAware: return ["sharpness_radius": .real(Double(sharpnessRadius))]
    case .act, .actPAS:
      return [
        "act_penalty": .text(actPenalty.rawValue), "act_strength": .real(Double(actStrength)),
        "act_schedule": .text(actSchedule.text),
      ]
    case .axtrain:
      // What is left out elsewhere stands in the start, the training's settings and the products.
      var fields: [String: JSONValue] = [:]
      if drawsRates(method), !drawsSupplies {
        fields["drawn_rates"] = pair(drawnRates)
        fields["drawn_activation_rates"] = pair(drawnActivationRates ?? drawnRates)
      }
      if without.contains(.cleanPass) { fields["clean_pass"] = .flag(false) }
      if hasLastProducts(method), let last = lastProducts {
        fields["last_products"] = .array([.integer(last.numerator), .integer(last.denominator)])
      }
      return fields
    }
  }
}
