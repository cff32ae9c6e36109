import ArgumentParser
import Datasets
import Files

/// The dataset that `axtrain train` learns, and how it is split.
struct TrainingData: ParsableArguments {
  @Option(
    help: """
      The dataset, such as mnist: 'axtrain datasets' lists what is found. Of a trained model: its \
      own unless given.
      """)
  var dataset: String?

  @OptionGroup var library: DatasetOptions

  @Option(help: "The column of labels of CSV files (default: label).")
  var labelColumn: String?

  @Option(
    help: "Share of each class to test on, where the dataset has no test part (default: 0.25).")
  var testFraction: Double?

  @Option(help: "The seed of that split (default: 1).")
  var splitSeed: UInt64?

  /// The examples, the name, the first file for messages, and what identifies them.
  struct Loaded: Sendable {
    let name: String
    let parts: DatasetParts
    let file: String
    let origin: [(key: String, value: String)]
  }

  /// - Throws: `InputError` 64 if no dataset is named or the fraction is outside 0 … 1; 66 if the dataset is nowhere; 65 at
  ///   the place of whatever is wrong in it, and if it has a test part of its own and a split is asked
  ///   for.
  ///
  /// - Parameter record: of a model that was trained on the same dataset: its split and its column of
  ///   labels are the defaults.
  func load(splitAs record: ModelRecord? = nil) throws -> Loaded {
    guard let dataset = dataset ?? record?.dataset else {
      throw InputError(.usage, "name a dataset by --dataset: 'axtrain datasets' lists them")
    }
    let record = record?.dataset == dataset ? record : nil
    guard (testFraction ?? 0.5) > 0, (testFraction ?? 0.5) < 1 else {
      throw InputError(.usage, "--test-fraction is above 0 and below 1")
    }
    let files = try library.library().locate(dataset)
    let (fraction, seed) = (
      testFraction ?? record?.testFraction ?? 0.25, splitSeed ?? record?.splitSeed ?? 1
    )
    let labels = labelColumn ?? record?.labelColumn ?? DatasetFiles.labelColumn
    // The files' bytes are gone before the examples come.
    let digest = try DatasetListing.identity(of: files).digest
    let parts = try files.load(
      testFraction: fraction, splitSeed: seed, labelColumn: labels)
    var origin = [("dataset", files.name), ("dataset_sha256", digest.description)]
    if parts.hasOwnTest {
      guard testFraction == nil, splitSeed == nil else {
        throw InputError(
          .badData, at: SourceLocation(file: files.paths[0]),
          "has a test part of its own: leave out --test-fraction and --split-seed")
      }
    } else {
      origin += [("test_fraction", "\(fraction)"), ("split_seed", "\(seed)")]
    }
    if labels != DatasetFiles.labelColumn { origin.append(("label_column", labels)) }
    return Loaded(name: files.name, parts: parts, file: files.paths[0], origin: origin)
  }
}
