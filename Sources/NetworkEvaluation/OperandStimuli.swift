import Characterization
import QuantizedNetworks

/// The operand transitions that the netlists of a sweep are characterized on.
public struct OperandStimuli: Sendable {
  public let multiplier: Stimulus
  public let adder: Stimulus
}

extension EvaluationInputs {
  /// Examples that operands are drawn from, the first of the training part.
  static let stimulusImages = 512

  /// The operands that the conventional and the clipped network of the first seed give the array, with
  /// exact products.
  public func stimuli(of baselines: BaselineNetworks) throws -> OperandStimuli {
    let seed = setup.training.seeds[0]
    let multiplier = EncodedMultiplier.exact(quantization.encoding)
    let networks = try [BaselineKind.conventional, .weightClipping].map {
      try quantized(baselines[$0, seed])
    }
    let images = min(Self.stimulusImages, training.count)
    let words = networks[0].words(of: training).prefix(images * training.featureCount)
    let trace = OperandTrace(
      of: networks.map { IntegerInference($0, multiplier: multiplier) }, inputs: Array(words),
      images: images, count: setup.characterization.transitions,
      seed: setup.characterization.seed)
    return OperandStimuli(
      multiplier: trace.multiplier(Self.multiplierInputs),
      adder: trace.adder(accelerator.accumulator))
  }
}
