/// Labeled examples whose features are small unsigned integers.
///
/// Features are row-major, `count` × `featureCount`, each in 0 … `featureMaximum`; the label of an
/// example is in 0 ..< `classCount`.
public struct Dataset: Hashable, Sendable {
  public let name: String
  /// One row of `featureCount` values for each example.
  public let features: [UInt8]
  public let featureCount: Int
  /// The value that stands for 1.0, in 1 … 255.
  public let featureMaximum: Int
  /// The class of each example.
  public let labels: [UInt8]
  public let classCount: Int

  /// - Precondition: `labels.count` × `featureCount` features, none above `featureMaximum`; labels
  ///   below `classCount`, which is in 1 … 256.
  public init(
    name: String, features: [UInt8], featureCount: Int, featureMaximum: Int, labels: [UInt8],
    classCount: Int
  ) {
    precondition(featureCount > 0 && features.count == labels.count * featureCount)
    precondition((1...255).contains(featureMaximum), "feature maximum outside 1…255")
    precondition((1...256).contains(classCount), "class count outside 1…256")
    precondition(features.allSatisfy { Int($0) <= featureMaximum }, "a feature is too large")
    precondition(labels.allSatisfy { Int($0) < classCount }, "a label is no class")
    self.name = name
    self.features = features
    self.featureCount = featureCount
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
      labels: positions.map { labels[$0] }, classCount: classCount)
  }
}
