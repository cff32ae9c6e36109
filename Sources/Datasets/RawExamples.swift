import ArrayFiles
import Files

/// Examples as a file has them: features that may still be real numbers, and labels.
struct RawExamples {
  /// Row-major.
  let features: NumericArray.Values
  let featureShape: [Int]
  let labels: [UInt8]
  /// The value that stands for 1.0 where the file's format says so.
  let featureMaximum: Int?

  var count: Int { labels.count }
  var featureCount: Int { featureShape.reduce(1, *) }

  init(
    features: NumericArray.Values, featureShape: [Int], labels: [UInt8], featureMaximum: Int? = nil
  ) {
    self.features = features
    self.featureShape = featureShape
    self.labels = labels
    self.featureMaximum = featureMaximum
  }

  /// Examples from an array of features and one of labels, each with the file that it came from.
  ///
  /// - Throws: `InputError` 65 if the arrays do not fit, or a label is no class.
  init(
    features: (array: NumericArray, file: String), labels: (array: NumericArray, file: String),
    featureMaximum: Int? = nil
  ) throws {
    let shape = features.array.shape
    guard shape.count >= 2, let count = shape.first, features.array.count > 0 else {
      throw InputError(
        .badData, at: SourceLocation(file: features.file),
        "has the shape \(Self.text(shape)) where examples × features are needed")
    }
    let labelShape = labels.array.shape
    guard labelShape == [count] || labelShape == [count, 1] else {
      throw InputError(
        .badData, at: SourceLocation(file: labels.file),
        "has labels of the shape \(Self.text(labelShape)) for \(count) examples")
    }
    self.init(
      features: features.array.values, featureShape: Array(shape.dropFirst()),
      labels: try Self.labels(labels.array, file: labels.file), featureMaximum: featureMaximum)
  }

  /// The features as real numbers.
  var reals: [Float] {
    switch features {
    case .bytes(let bytes): bytes.map { Float($0) }
    case .reals(let reals): reals
    }
  }

  private static func labels(_ array: NumericArray, file: String) throws -> [UInt8] {
    guard case .reals(let reals) = array.values else {
      if case .bytes(let bytes) = array.values { return bytes }
      return []
    }
    return try reals.enumerated().map { index, value in
      guard let label = UInt8(exactly: value) else {
        throw InputError(
          .badData, at: SourceLocation(file: file),
          "label \(value) of example \(index) is not a whole number from 0 to 255")
      }
      return label
    }
  }

  private static func text(_ shape: [Int]) -> String {
    shape.isEmpty ? "of one number" : shape.map(String.init).joined(separator: " × ")
  }
}
