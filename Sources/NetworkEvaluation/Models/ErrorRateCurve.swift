import ErrorTables
import Files
import Fitting
import Networks
import QuantizedNetworks
import TableArithmetic

/// The accuracy of two networks in integers against the rate of wrong bits in stored weights: the one
/// that a training began with, and its result. A glance, on few chips; studies are sweeps.
///
/// Bits are inverted independently, persistent faults of each chip; activations are read right, and
/// products have settled. Chips have the seeds 1000, 1001, …, the same for both networks; faults of
/// training come from other streams.
public struct ErrorRateCurve: Sendable {
  public static let rates = [0, 0.002, 0.01, 0.05, 0.1, 0.2]
  public static let chips = 5
  static let firstChip: UInt64 = 1_000

  /// Rows under `columns`.
  public let table: ResultTable

  /// The columns of `error_rates.csv`.
  public static let columns: [ColumnDefinition] =
    [
      ColumnDefinition(
        "bit_error_rate", "Share of the bits of stored weights that are read wrong, 0 to 1.")
    ]
    + [
      ("before", "the network that the training began with"), ("after", "its result"),
    ].flatMap { side, network in
      [
        ColumnDefinition(
          "accuracy_\(side)_percent",
          "Accuracy of \(network) in integers, mean over 5 chips, on up to 1,000 test examples that the seed chooses, in percent."
        ),
        ColumnDefinition(
          "accuracy_\(side)_low_percent",
          "Lower end of its 95 % interval: Wilson's over the examples and Student's over the chips, added in quadrature (Models.md)."
        ),
        ColumnDefinition("accuracy_\(side)_high_percent", "Upper end of that interval."),
      ]
    }

  /// - Parameter multiplier: of the words of both networks.
  public init(
    before: ModelUnderTest, after: ModelUnderTest, multiplier: EncodedMultiplier,
    accumulator: AccumulatorSpec, work: ChunkedWork
  ) {
    let sides = [before, after].map { model in
      Self.accuracies(of: model, multiplier: multiplier, accumulator: accumulator, work: work)
    }
    table = ResultTable(
      columns: Self.columns,
      rows: Self.rates.indices.map { index in
        [.real(Self.rates[index])]
          + sides.flatMap { accuracies -> [CellValue] in
            let (accuracy, interval) = (accuracies[index], accuracies[index].interval95)
            return [
              .real(100 * accuracy.value), .real(100 * interval.lowerBound),
              .real(100 * interval.upperBound),
            ]
          }
      })
  }

  /// Of each rate; without errors all chips are alike, and one is run.
  private static func accuracies(
    of model: ModelUnderTest, multiplier: EncodedMultiplier, accumulator: AccumulatorSpec,
    work: ChunkedWork
  ) -> [SharedProportion] {
    let words = model.integers.weightWords()
    let maps = (0..<UInt64(chips)).map { chip in
      BufferFaultMap(
        chipSeed: firstChip + chip, buffer: 0, words: words, encoding: .offsetBinary,
        model: .flips, upTo: rates.max() ?? 0)
    }
    return rates.map { rate in
      let correct = (rate == 0 ? maps.prefix(1) : maps[...]).map { map in
        model.correct(
          IntegerInference(
            model.integers, multiplier: multiplier,
            hardware: InferenceHardware(
              accumulator: accumulator,
              weightBuffer: rate == 0 ? nil : map.faults(atBitErrorRate: rate),
              activationBuffer: nil)), work: work)
      }
      return SharedProportion(successes: correct, trials: model.test.count)
    }
  }
}
