import Datasets
import Files
import Networks
import Randomness

/// How much the loss minds the noise that hardware gives the weights, before a training and after it: layer by
/// layer, and as curves along a direction and under growing noise.
public struct SensitivityStudy: Sendable {
  /// Rows under `layerColumns`, the last of all layers together.
  public let layers: ResultTable
  /// Rows under `curveColumns`.
  public let curves: ResultTable

  /// Training examples that sensitivities are measured on, at most.
  public static let examples = 1_024
  /// Those that curves are.
  public static let curveExamples = 512
  /// Draws of noise that a point of the curve is the mean of.
  public static let draws = 8
  static let steps = (-10...10).map { Double($0) / 10 }
  static let factors = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3]

  /// The columns of `sensitivity.csv`.
  public static let layerColumns = [
    ColumnDefinition("layer", "Its path in the topology; `all`: all layers together."),
    ColumnDefinition("parameters", "Stored weights."),
    ColumnDefinition(
      "deviation",
      "Standard deviation of the noise that the hardware gives a weight after training, root of the mean square over the layer, in units of the weights: of wrong bits, the multiplier and timing together."
    ),
    ColumnDefinition(
      "sensitivity_before",
      "½·Σ s²·(∂L/∂w)² of the network that the training began with, s being the deviation of that network's weights and L a batch's mean loss: mean over batches, as large as those of the training, of up to 1,024 training examples that the seed chooses."
    ),
    ColumnDefinition(
      "sensitivity_after", "The same of the result, with the deviations of its own."),
    ColumnDefinition(
      "share",
      "Of `sensitivity_after`, the layer's part of all layers', 0 to 1; empty where that is 0."
    ),
    ColumnDefinition(
      "weight_bits_before",
      "The part of `sensitivity_before` that wrong bits of stored weights have: parts add up to it."
    ),
    ColumnDefinition(
      "multiplier_before", "The part that errors of the multiplier's settled products have."),
    ColumnDefinition(
      "timing_before",
      "The part that products have which are captured before they have settled; empty where the training counted no errors of timing."
    ),
    ColumnDefinition("weight_bits_after", "The same parts of `sensitivity_after`: wrong bits."),
    ColumnDefinition("multiplier_after", "The multiplier."),
    ColumnDefinition("timing_after", "Timing."),
  ]

  /// The columns of `landscape.csv`.
  public static let curveColumns = [
    ColumnDefinition(
      "curve",
      "`direction`: along one random direction as long as the weights, filter by filter (Li et al., NeurIPS 2018); `noise`: under normal noise in every weight, mean of 8 draws."
    ),
    ColumnDefinition(
      "position",
      "How far along the direction, 1 being as long as the weights; or how many times the hardware's standard deviations."
    ),
    ColumnDefinition(
      "loss_before",
      "Mean cross-entropy in nats of up to 512 of these examples, in floating point, of the network that the training began with."
    ),
    ColumnDefinition("loss_after", "The same of the result."),
  ]

  /// Measures both networks.
  ///
  /// - Parameters:
  ///   - before, after: of the same layers.
  ///   - data: the training part, at least one example.
  ///   - batchSize: of the batches whose gradients count, positive.
  ///   - seed: of examples, direction and noise, the same for both.
  public init(
    before: NoisyNetwork, after: NoisyNetwork, on data: Dataset, batchSize: Int, seed: UInt64,
    work: ChunkedWork = .serial
  ) {
    let blocks = after.blocks
    precondition(before.blocks == blocks, "networks of other layers")
    // In no order of the dataset's own: batches that are balanced by class have smaller gradients.
    var stream = RandomStream(seed: seed, purpose: .sensitivityExamples)
    let data = data.selecting(
      Array(stream.permutation(of: data.count).prefix(Self.examples)))
    let (first, second) = (
      before.sensitivities(
        on: data, examples: Self.examples, batchSize: batchSize, work: work),
      after.sensitivities(on: data, examples: Self.examples, batchSize: batchSize, work: work)
    )
    let deviations = after.layerDeviations
    let all = second.reduce(0) { $0 + $1.total }
    let noise = (before: Set(before.noise.keys), after: Set(after.noise.keys))
    /// Of one layer, or of several together.
    func row(
      _ layer: String, _ count: Int, _ deviation: Double,
      _ before: [NoisyNetwork.LayerSensitivity], _ after: [NoisyNetwork.LayerSensitivity]
    ) -> [CellValue] {
      func sum(_ layers: [NoisyNetwork.LayerSensitivity]) -> Double {
        layers.reduce(0) { $0 + $1.total }
      }
      let parts = [(before, noise.before), (after, noise.after)].flatMap { layers, noise in
        PenaltyNoise.allCases.map { source -> CellValue in
          noise.contains(source)
            ? .real(layers.reduce(0) { $0 + ($1.parts[source] ?? 0) }) : .missing
        }
      }
      return [
        .text(layer), .integer(count), .real(deviation), .real(sum(before)), .real(sum(after)),
        all > 0 ? .real(sum(after) / all) : .missing,
      ] + parts
    }
    let squares = zip(blocks, deviations).reduce(0.0) {
      $0 + Double($1.0.range.count) * $1.1 * $1.1
    }
    let count = blocks.reduce(0) { $0 + $1.range.count }
    layers = ResultTable(
      columns: Self.layerColumns,
      rows: blocks.indices.map {
        row(
          blocks[$0].layer, blocks[$0].range.count, deviations[$0], [first[$0]], [second[$0]])
      } + [
        row(
          "all", count, count == 0 ? 0 : (squares / Double(count)).squareRoot(), first, second)
      ])
    curves = Self.curves([before, after], on: data, seed: seed, work: work)
  }

  private static func curves(
    _ networks: [NoisyNetwork], on data: Dataset, seed: UInt64, work: ChunkedWork
  ) -> ResultTable {
    func losses(
      _ network: NoisyNetwork, _ direction: [Float], _ positions: [Double]
    ) -> [Double] {
      positions.map {
        network.loss(
          network.parameters(moved: Float($0), along: direction), on: data,
          examples: curveExamples, work: work)
      }
    }
    let along = networks.map { losses($0, $0.direction(seed: seed), steps) }
    let noisy = networks.map { network in
      let draws = (0..<UInt32(Self.draws)).map { draw in
        losses(network, network.noise(seed: seed, draw: draw), factors)
      }
      return factors.indices.map { index in
        draws.reduce(0) { $0 + $1[index] } / Double(draws.count)
      }
    }
    func rows(_ curve: String, _ positions: [Double], _ losses: [[Double]]) -> [[CellValue]] {
      positions.indices.map { index in
        [.text(curve), .real(positions[index])] + losses.map { .real($0[index]) }
      }
    }
    return ResultTable(
      columns: curveColumns, rows: rows("direction", steps, along) + rows("noise", factors, noisy))
  }
}
