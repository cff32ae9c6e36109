import Datasets
import ErrorTables
import Files
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic

extension Trainer {
  /// AxTrain-pas: fine-tunes a trained network through the arithmetic and the errors of the
  /// hardware that it will run on. Our reconstruction of the passive method of He et al., ISLPED
  /// 2018.
  ///
  /// Each step runs its batch twice through the integer inference that the accelerator computes: a
  /// clean pass (product table only) and a perturbed one (fresh memory faults on weights and
  /// activations, and timing errors). The straight-through gradients of both are averaged, as in
  /// Stutz et al., MLSys 2021, and move float master weights. The ranges of hidden activations are
  /// measured anew before each epoch, in floating point over all of `data`.
  ///
  /// Step t draws memory faults from the stream (seed, `.trainingMemoryFaults`, t), those of the
  /// weights first, and timing errors under the key (seed, `.trainingTimingErrors`, t, layer).
  ///
  /// - Parameter network: already trained: with random weights, errors keep it from learning.
  /// - Throws: `InputError` 65 if training diverges.
  public static func fineTunePAS(
    network: DenseNetwork, data: Dataset, spec: TrainingSpec, hardware: HardwareErrors,
    accumulator: AccumulatorSpec, seed: UInt64
  ) throws -> (DenseNetwork, TrainingRecord) {
    let clean = InferenceHardware(
      arithmetic: TableMatrixMultiplication(table: hardware.products), accumulator: accumulator)
    let inputs = FloatMatrix(activations: data.activations, columns: data.featureCount)
    var ranges: [Float] = []
    var epoch = 0
    return try descend(
      from: network, data: data, spec: spec, seed: seed, stage: .fineTuning, passes: 2,
      beginEpoch: { network in
        ranges = network.hiddenRanges(for: inputs)
        guard ranges.allSatisfy(\.isFinite) else { throw divergence(epoch: epoch) }
        epoch += 1
      },
      gradient: { network, batch in
        let quantized = QuantizedNetwork(quantizing: network, hiddenRanges: ranges)
        let perturbed = self.perturbed(
          clean, by: hardware, network: quantized, batch: batch, seed: seed)
        let results = [clean, perturbed].map { hardware in
          quantized.lossAndGradient(
            of: quantized.passes(inputs: batch.activations, count: batch.count, on: hardware),
            labels: batch.labels, logitScale: spec.logitScale)
        }
        return (
          (results[0].loss + results[1].loss) / 2,
          zip(results[0].gradient, results[1].gradient).map(LayerGradient.mean)
        )
      })
  }

  /// The hardware of a step's perturbed pass. The activation buffer holds the whole batch.
  private static func perturbed(
    _ clean: InferenceHardware, by errors: HardwareErrors, network: QuantizedNetwork,
    batch: Batch, seed: UInt64
  ) -> InferenceHardware {
    var stream = RandomStream(seed: seed, purpose: .trainingMemoryFaults, index: UInt64(batch.step))
    let weights = errors.weightFaults.freshFaults(
      words: network.weightWords(alignedTo: errors.weightFaults.alignment),
      bitErrorRate: errors.weightBitErrorRate, encoding: .offsetBinary, stream: &stream)
    let alignment = errors.activationFaults.alignment
    let longest = network.layers.reduce(0) {
      max($0, ($1.inputCount + alignment - 1) / alignment * alignment)
    }
    let activations = errors.activationFaults.freshFaults(
      words: batch.count * longest, bitErrorRate: errors.activationBitErrorRate,
      encoding: .unsigned, stream: &stream)
    return InferenceHardware(
      arithmetic: clean.arithmetic, accumulator: clean.accumulator, timing: errors.timing,
      timingSeed: seed, timingIndex: UInt64(batch.step), timingPurpose: .trainingTimingErrors,
      weightBuffer: weights, activationBuffer: activations)
  }
}
