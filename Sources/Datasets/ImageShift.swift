import Randomness

/// Augmentation of images by shifts of up to `limit` pixels each way, filled with 0 at the edges.
///
/// The shift of image i in epoch e is the block i of (seed, `.datasetSplit`, lane 1, e): the same
/// whatever is shifted before it, in which batch and on which thread. All (2·`limit` + 1)² shifts are
/// equally likely, to within 2⁻⁵⁰.
public struct ImageShift: Sendable, Hashable {
  public let limit: Int
  public let seed: UInt64

  /// Streams of `.datasetSplit` that no split draws from.
  private static let lane: UInt32 = 1

  /// - Precondition: `limit` in 0 … 127.
  public init(limit: Int, seed: UInt64) {
    precondition((0...127).contains(limit), "limit outside 0…127")
    self.limit = limit
    self.seed = seed
  }

  /// How far an image moves down and to the right in an epoch, each in −`limit` … `limit`.
  ///
  /// - Parameter image: the position of the image in its dataset, below 2³².
  public func offset(image: Int, epoch: Int) -> (rows: Int, columns: Int) {
    let blocks = RandomBlocks(
      seed: seed, purpose: .datasetSplit, lane: Self.lane, index: UInt64(epoch))
    let side = UInt64(2 * limit + 1)
    let pick = Int(blocks.block(UInt32(image)).0.multipliedFullWidth(by: side * side).high)
    return (pick / Int(side) - limit, pick % Int(side) - limit)
  }

  /// Writes an image, shifted, over `target`.
  ///
  /// - Precondition: both have `rows` × `columns` pixels and do not overlap.
  public func shift(
    _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>,
    rows: Int, columns: Int, image: Int, epoch: Int
  ) {
    precondition(source.count == rows * columns && target.count == rows * columns)
    let (down, right) = offset(image: image, epoch: epoch)
    target.update(repeating: 0)
    let kept = max(0, columns - abs(right))
    guard kept > 0 else { return }
    for row in max(0, down)..<max(max(0, down), rows + min(0, down)) {
      let from = (row - down) * columns + max(0, -right)
      let to = row * columns + max(0, right)
      for index in 0..<kept { target[to + index] = source[from + index] }
    }
  }

  /// A dataset with each image shifted as in that epoch.
  ///
  /// - Precondition: the features have two lengths, rows and columns.
  public func apply(to data: Dataset, epoch: Int) -> Dataset {
    precondition(data.featureShape.count == 2, "the features are no images")
    let size = data.featureCount
    let features = [UInt8](unsafeUninitializedCapacity: data.features.count) { target, count in
      target.initialize(repeating: 0)
      count = data.features.count
      data.features.withUnsafeBufferPointer { source in
        for image in 0..<data.count {
          let range = image * size..<(image + 1) * size
          shift(
            UnsafeBufferPointer(rebasing: source[range]),
            into: UnsafeMutableBufferPointer(rebasing: target[range]),
            rows: data.featureShape[0], columns: data.featureShape[1], image: image, epoch: epoch)
        }
      }
    }
    return Dataset(
      name: data.name, features: features, featureCount: size,
      featureMaximum: data.featureMaximum, labels: data.labels, classCount: data.classCount,
      featureShape: data.featureShape)
  }
}
