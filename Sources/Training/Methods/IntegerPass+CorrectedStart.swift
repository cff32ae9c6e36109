import Datasets
import Files
import Networks
import QuantizedNetworks

extension IntegerPass {
  /// A network to begin fine-tuning with.
  public struct CorrectedStart: Sendable {
    /// Its integers are those of bias correction, to the bit.
    public let network: Network
    public let correction: BiasCorrection
    /// Training examples that the multiplier's error was measured on.
    public let examples: Int
  }

  /// The network whose biases take back what the multiplier adds on the first training examples, in the
  /// ranges that its activations have in floating point before: layer after layer, as
  /// `IntegerNetwork.correctingBias`.
  ///
  /// Forward passes of training examples; nothing of the test part. An exact multiplier changes
  /// nothing.
  ///
  /// - Parameters:
  ///   - start: without batch normalization and dropout.
  ///   - weightClip: the limit that fine-tuning keeps weights in: they begin within it.
  /// - Throws: `InputError` 65 as `ranges(of:work:)`, at a layer without a bias that could take back the
  ///   error, and where single precision does not hold a corrected bias.
  public func correctingBiases(
    of start: Network, weightClip: Float?, on training: Dataset, work: ChunkedWork = .serial
  ) throws -> CorrectedStart {
    var trained = start
    if let weightClip {
      WeightClip(limit: weightClip, topology: trained.topology).apply(to: &trained.parameters)
    }
    let ranges = try ranges(of: trained, work: work)
    let (integers, examples) = quantized(trained, ranges, work: work).correctingBias(
      for: multiplier, on: training)
    guard let corrected = trained.takingBiases(of: integers) else {
      throw InputError(
        .badData,
        "start_biases corrected: a layer has no bias that could take back the multiplier's error: "
          + "give it one, or begin with trained biases")
    }
    guard quantized(corrected, ranges, work: work) == integers else {
      throw InputError(
        .badData,
        "start_biases corrected: a bias is too large for its integers in single precision: begin "
          + "with trained biases")
    }
    return CorrectedStart(
      network: corrected, correction: BiasCorrection(from: trained, to: corrected),
      examples: examples)
  }
}
