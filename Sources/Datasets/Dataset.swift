/// Labeled examples whose features are small unsigned integers.
///
/// Features are row-major, `count` × `featureCount`, each in 0 … `featureMaximum`; the label of an
/// example is in 0 ..< `classCount`. A byte a feature, in one piece of memory.
public struct Dataset: Hashable, Sendable {
  public let name: String
  /// One row of `featureCount` values for each example.
  public let features: [UInt8]
  public let featureCount: Int
  /// The lengths whose product is `featureCount`: rows and columns of an image, or one length.
  public let featureShape: [Int]
  /// The value that stands for 1.0, in 1 … 255.
  public let featureMaximum: Int
  /// The class of each example.
  public let labels: [UInt8]
  public let classCount: Int

  /// - Parameter featureShape: of one length unless given.
  /// - Precondition: `labels.count` × `featureCount` features, none above `featureMaximum`; labels
  ///   below `classCount`, which is in 1 … 256; a shape of `featureCount` features.
  public init(
    name: String, features: [UInt8], featureCount: Int, featureMaximum: Int, labels: [UInt8],
    classCount: Int, featureShape: [Int]? = nil
  ) {
    precondition(featureCount > 0 && features.count == labels.count * featureCount)
    precondition(featureShape?.reduce(1, *) ?? featureCount == featureCount, "another shape")
    precondition((1...255).contains(featureMaximum), "feature maximum outside 1…255")
    precondition((1...256).contains(classCount), "class count outside 1…256")
    precondition(Self.largest(of: features) <= featureMaximum, "a feature is too large")
    precondition(Self.largest(of: labels) < classCount, "a label is no class")
    self.name = name
    self.features = features
    self.featureCount = featureCount
    self.featureShape = featureShape ?? [featureCount]
    self.featureMaximum = featureMaximum
    self.labels = labels
    self.classCount = classCount
  }

  /// The number of examples.
  public var count: Int { labels.count }

  /// The examples at these positions, in this order.
  ///
  /// - Precondition: positions in 0 ..< `count`.
  public func selecting(_ positions: [Int]) -> Dataset {
    var selected: [UInt8] = []
    selected.reserveCapacity(positions.count * featureCount)
    for position in positions {
      let start = position * featureCount
      selected.append(contentsOf: features[start..<start + featureCount])
    }
    return Dataset(
      name: name, features: selected, featureCount: featureCount, featureMaximum: featureMaximum,
      labels: positions.map { labels[$0] }, classCount: classCount, featureShape: featureShape)
  }

  /// The largest byte, or 0 of none: a loop that is fast without optimization too, for data of tens
  /// of megabytes.
  static func largest(of bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var largest: UInt8 = 0
      var index = 0
      while index < bytes.count {
        largest = max(largest, bytes[index])
        index += 1
      }
      return Int(largest)
    }
  }
}
