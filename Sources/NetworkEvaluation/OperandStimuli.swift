import Accelerators
import Characterization
import ConcurrentWork
import Files
import Networks
import QuantizedNetworks

/// The operand transitions that the netlists of a sweep are characterized on: the operands that the
/// conventional and the clipped network of the first seed give the array, with exact products; of
/// trainings that diverged, those of `BaselineNetworks.operandNetworks`.
///
/// Each is drawn when it is first asked for, since a sweep whose characterizations are all stored needs
/// none; threads that ask for the same one share it.
public final class OperandStimuli: Sendable {
  private let inputs: EvaluationInputs
  private let networks: [Network]
  /// What `networks` are, by topology and numbers.
  private let networksIdentity: String
  private let traces: SharedResults<QuantizationSpec, OperandTrace>
  let stimuli: SharedResults<CharacterizationItem.Operator, Stimulus>

  /// - Throws: `InputError` 65 if no network was trained that operands could be drawn from.
  public init(_ inputs: EvaluationInputs, of baselines: BaselineNetworks) throws {
    self.inputs = inputs
    networks = try baselines.operandNetworks(seeds: inputs.setup.training.seeds)
    networksIdentity = networks.map {
      "\($0.topology.identity.canonicalText) \(Digest(of: $0.stored))"
    }.joined(separator: " ")
    let quantizations = inputs.quantizations
    traces = SharedResults(capacity: quantizations.count)
    stimuli = SharedResults(capacity: inputs.multipliers.count + quantizations.count)
  }

  /// What a stimulus follows from, beside the operator's netlist and the setup: without drawing it.
  func identity(of operator: CharacterizationItem.Operator) -> String {
    "\(networksIdentity) \(quantization(of: `operator`).identity.canonicalText)"
  }

  /// The transitions of an operator's inputs.
  ///
  /// - Throws: `InputError` 65 if a network has no integer form.
  func stimulus(of operator: CharacterizationItem.Operator) throws -> Stimulus {
    try stimuli.value(for: `operator`) {
      let trace = try trace(quantization(of: `operator`))
      return switch `operator` {
      case .multiplier(let index): trace.multiplier(inputs.multipliers[index].element.inputs)
      case .adder: trace.adder(inputs.accelerator.accumulator)
      }
    }
  }

  private func quantization(of operator: CharacterizationItem.Operator) -> QuantizationSpec {
    switch `operator` {
    case .multiplier(let index): inputs.multipliers[index].quantization
    case .adder(let words): words
    }
  }

  private func trace(_ quantization: QuantizationSpec) throws -> OperandTrace {
    try traces.value(for: quantization) {
      let integers = try networks.map { try inputs.quantized($0, quantization) }
      let training = inputs.training
      let images = min(EvaluationInputs.stimulusImages, training.count)
      let words = integers[0].words(of: training).prefix(images * training.featureCount)
      let choice = inputs.setup.characterization
      return OperandTrace(
        of: integers.map { IntegerInference($0, multiplier: .exact(quantization)) },
        inputs: Array(words), images: images, on: inputs.accelerator,
        count: choice.transitions, seed: choice.seed)
    }
  }
}

extension EvaluationInputs {
  /// Examples that operands are drawn from, the first of the training part.
  package static let stimulusImages = 512
}
