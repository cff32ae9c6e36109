import Accelerators
import Characterization
import QuantizedNetworks

/// The operand transitions that the netlists of a sweep are characterized on.
public struct OperandStimuli: Sendable {
  /// By index of the multiplier.
  public let multipliers: [Stimulus]
  /// Of the adder, by the words whose products it adds.
  public let adders: [QuantizationSpec: Stimulus]
}

extension EvaluationInputs {
  /// Examples that operands are drawn from, the first of the training part.
  package static let stimulusImages = 512

  /// The operands that the conventional and the clipped network of the first seed give the array, with
  /// exact products; of trainings that diverged, those of `BaselineNetworks.operandNetworks`.
  ///
  /// - Throws: `InputError` 65 if no such network was trained.
  public func stimuli(of baselines: BaselineNetworks) throws -> OperandStimuli {
    let traces = try Dictionary(
      uniqueKeysWithValues: quantizations.map { ($0, try trace(of: baselines, $0)) })
    return OperandStimuli(
      multipliers: multipliers.map { multiplier in
        guard let trace = traces[multiplier.quantization] else {
          preconditionFailure("words of no multiplier")
        }
        return trace.multiplier(multiplier.element.inputs)
      }, adders: traces.mapValues { $0.adder(accelerator.accumulator) })
  }

  private func trace(
    of baselines: BaselineNetworks, _ quantization: QuantizationSpec
  ) throws -> OperandTrace {
    let networks = try baselines.operandNetworks(seeds: setup.training.seeds).map {
      try quantized($0, quantization)
    }
    let images = min(Self.stimulusImages, training.count)
    let words = networks[0].words(of: training).prefix(images * training.featureCount)
    return OperandTrace(
      of: networks.map { IntegerInference($0, multiplier: .exact(quantization)) },
      inputs: Array(words), images: images, on: accelerator,
      count: setup.characterization.transitions, seed: setup.characterization.seed)
  }
}
