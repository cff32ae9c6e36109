extension TimingErrorTable {
  /// Neighboring supplies of which the higher one has the more errors.
  public struct Rise: Sendable, Equatable {
    /// In volts.
    public let lower: Double
    public let upper: Double
  }

  /// Where errors become more likely from one supply to the next, beyond the 95 % intervals of both: a
  /// higher supply makes all gates faster, but not all alike. Single bits are not judged.
  public var rises: [Rise] {
    zip(points, points.dropFirst()).compactMap { lower, upper in
      lower.interval95.upperBound < upper.interval95.lowerBound
        ? Rise(lower: lower.supply, upper: upper.supply) : nil
    }
  }

  /// A sentence on where errors become more likely, and why; nil where they do nowhere.
  ///
  /// - Parameter errors: what begins the sentence, in the plural: `Errors`, or whose errors.
  public func riseFinding(_ errors: String) -> String? {
    let places = rises.map { "at \($0.upper) V than at \($0.lower) V" }
    guard !places.isEmpty else { return nil }
    return "\(errors) are more likely \(places.joined(separator: ", ")), beyond both intervals: "
      + "gates do not scale alike, so paths change places, and the clock "
      + (clock == "track"
        ? "follows the typical die's longest path, not each path." : "is the same.")
  }
}
