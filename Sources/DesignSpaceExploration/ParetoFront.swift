/// What an operating point costs and what it gives: energy is minimized, accuracy maximized.
///
/// Units are the caller's (the report uses nanojoules and percent); both are finite.
public struct ParetoPoint: Sendable, Hashable {
  public let energy: Double
  public let accuracy: Double

  public init(energy: Double, accuracy: Double) {
    precondition(energy.isFinite && accuracy.isFinite, "a ranked value is not finite")
    self.energy = energy
    self.accuracy = accuracy
  }

  /// Whether this point is nowhere worse and somewhere better.
  public func dominates(_ other: ParetoPoint) -> Bool {
    energy <= other.energy && accuracy >= other.accuracy && self != other
  }
}

/// Non-dominated sorting in two objectives.
public enum ParetoFront {
  /// The rank of each point: 1 for those that no point dominates, 2 for those that only points of
  /// rank 1 dominate, and so on. Exact ties have the same rank. O(n log n).
  ///
  /// Source: the fronts of Deb et al., NSGA-II, IEEE Trans. Evol. Comput. 6(2), 2002; found here by
  /// one sweep over energy, as in Jensen, IEEE Trans. Evol. Comput. 7(5), 2003.
  public static func ranks(of points: [ParetoPoint]) -> [Int] {
    let order = points.indices.sorted {
      let (left, right) = (points[$0], points[$1])
      return (left.energy, -left.accuracy) < (right.energy, -right.accuracy)
    }
    var ranks = Array(repeating: 0, count: points.count)
    /// The best accuracy in each front so far: decreasing from front to front.
    var best: [Double] = []
    var previous: (point: ParetoPoint, rank: Int)?
    for index in order {
      let point = points[index]
      if let previous, previous.point == point {
        ranks[index] = previous.rank
        continue
      }
      // A front with such an accuracy at no more energy dominates the point.
      let front = firstIndex(in: best, below: point.accuracy)
      if front == best.count {
        best.append(point.accuracy)
      } else {
        best[front] = point.accuracy
      }
      ranks[index] = front + 1
      previous = (point, front + 1)
    }
    return ranks
  }

  private static func firstIndex(in decreasing: [Double], below limit: Double) -> Int {
    var (low, high) = (0, decreasing.count)
    while low < high {
      let middle = (low + high) / 2
      if decreasing[middle] < limit { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
