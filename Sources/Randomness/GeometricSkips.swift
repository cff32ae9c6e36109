#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Distances to the next of many errors of one probability: the same numbers as
/// `RandomStream.nextGeometric`, from the same draws, without a logarithm for most of them.
///
/// A distance falls with the uniform number it is made of. Where both ends of one of 4,096 equal parts
/// of [0, 1) have the same distance, all numbers of the part have it, and a table holds it.
public struct GeometricSkips: Sendable {
  /// In (0, 1].
  public let probability: Double
  /// ln(1 − probability).
  @usableFromInline let denominator: Double
  /// Of each part, −1 where its ends differ; empty where too few draws were announced.
  @usableFromInline let distances: [Int32]

  @usableFromInline static var partBits: Int { 12 }

  /// - Parameter draws: about how many will be drawn; a table costs a logarithm for each part.
  /// - Precondition: `probability` is in (0, 1].
  public init(probability: Double, draws: Double) {
    precondition(probability > 0 && probability <= 1, "probability outside (0, 1]")
    self.probability = probability
    let denominator = log1p(-probability)
    self.denominator = denominator
    let parts = 1 << Self.partBits
    // Below a thousandth, neighboring parts hardly ever have the same distance.
    guard probability < 1, probability > 1e-3, draws > Double(2 * parts) else {
      distances = []
      return
    }
    let ends = (0..<parts).map {
      Self.distance(Double($0) / Double(parts), denominator: denominator)
    }
    distances = ends.indices.map { part in
      part + 1 < parts && ends[part] == ends[part + 1] ? Int32(ends[part]) : -1
    }
  }

  /// The next distance: 0, 1, 2 …, capped at 2^62. A certain error draws nothing.
  @inlinable @inline(__always)
  public func next(from stream: inout RandomStream) -> Int {
    if probability == 1 { return 0 }
    let bits = stream.next() >> 11
    if !distances.isEmpty {
      let distance = distances[Int(bits >> UInt64(53 - Self.partBits))]
      if distance >= 0 { return Int(distance) }
    }
    return Self.distance(Double(bits) * 0x1p-53, denominator: denominator)
  }

  /// The number of failures before the first success that a uniform number in [0, 1) stands for.
  @usableFromInline
  static func distance(_ uniform: Double, denominator: Double) -> Int {
    let skip = log(1 - uniform) / denominator
    return skip < 0x1p62 ? Int(skip) : 1 << 62
  }
}
