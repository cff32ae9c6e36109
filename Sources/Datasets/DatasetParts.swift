import ArrayFiles
import Files

/// A dataset that has been read: its training and its test part.
public struct DatasetParts: Sendable {
  public let training: Dataset
  public let test: Dataset
  /// Whether the files have a test part; else it was split off.
  public let hasOwnTest: Bool
  /// The range of each real-valued feature in the training part, from which its 8-bit codes were
  /// made; nil where features are whole numbers that were kept.
  public let scale: FeatureScale?

  init(training: Dataset, test: Dataset, hasOwnTest: Bool, scale: FeatureScale? = nil) {
    self.training = training
    self.test = test
    self.hasOwnTest = hasOwnTest
    self.scale = scale
  }

  /// Makes 8-bit features of what was read.
  ///
  /// Bytes are kept; the largest of the training part, or what the format says, stands for 1.0, and
  /// test values above it take it. Real numbers go through a `FeatureScale` of the training part.
  ///
  /// - Throws: `InputError` 65 if the parts do not fit each other or a class of the test part is not
  ///   in the training part.
  init(
    _ name: String, training: RawExamples, test: RawExamples?, file: String,
    testFraction: Double, splitSeed: UInt64
  ) throws {
    let classCount = Dataset.largest(of: training.labels) + 1
    if let test {
      guard test.featureShape == training.featureShape else {
        throw InputError(
          .badData, at: SourceLocation(file: file),
          "examples of the test part have \(test.featureCount) features, of the training part "
            + "\(training.featureCount)")
      }
      guard Dataset.largest(of: test.labels) < classCount else {
        throw InputError(
          .badData, at: SourceLocation(file: file),
          "the test part has label \(Dataset.largest(of: test.labels)), the training part only 0 to "
            + "\(classCount - 1)")
      }
    }
    let positions: (training: [Int], test: [Int]) =
      test == nil
      ? Dataset.splitPositions(
        of: training.labels, classCount: classCount, testFraction: testFraction, seed: splitSeed)
      : (training: Array(0..<training.count), test: Array(0..<(test?.count ?? 0)))
    let other = test ?? training
    func dataset(_ raw: RawExamples, _ rows: [Int], _ codes: [UInt8], _ maximum: Int) -> Dataset {
      Dataset(
        name: name, features: codes, featureCount: raw.featureCount, featureMaximum: maximum,
        labels: rows.count == raw.count ? raw.labels : rows.map { raw.labels[$0] },
        classCount: classCount, featureShape: raw.featureShape)
    }
    if case .bytes(let kept) = training.features, case .bytes(let tested) = other.features {
      let codes = Self.rows(positions.training, of: kept, width: training.featureCount)
      var testCodes = Self.rows(positions.test, of: tested, width: training.featureCount)
      let maximum = training.featureMaximum ?? max(1, Dataset.largest(of: codes))
      if Dataset.largest(of: testCodes) > maximum {
        testCodes = testCodes.map { min($0, UInt8(maximum)) }
      }
      self.init(
        training: dataset(training, positions.training, codes, maximum),
        test: dataset(other, positions.test, testCodes, maximum), hasOwnTest: test != nil)
    } else {
      let values = training.reals
      let scale = FeatureScale(
        fittedOn: values, columns: training.featureCount, rows: positions.training)
      let tested = test == nil ? values : other.reals
      self.init(
        training: dataset(
          training, positions.training, scale.encode(values, rows: positions.training), 255),
        test: dataset(other, positions.test, scale.encode(tested, rows: positions.test), 255),
        hasOwnTest: test != nil, scale: scale)
    }
  }

  /// Some rows; the same array, not copied, where they are all.
  private static func rows(_ rows: [Int], of values: [UInt8], width: Int) -> [UInt8] {
    if rows.count * width == values.count { return values }
    var picked: [UInt8] = []
    picked.reserveCapacity(rows.count * width)
    for row in rows { picked.append(contentsOf: values[row * width..<(row + 1) * width]) }
    return picked
  }
}
