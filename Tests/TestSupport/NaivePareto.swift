/// Ranking by definition: slow, and plain enough to be believed.
public enum NaivePareto {
  /// Energy is minimized, accuracy maximized.
  public typealias Point = (energy: Double, accuracy: Double)

  /// Peels off the points that no remaining one dominates, rank by rank. O(n^3) at worst.
  public static func ranks(_ points: [Point]) -> [Int] {
    var ranks = Array(repeating: 0, count: points.count)
    var rank = 0
    while ranks.contains(0) {
      rank += 1
      let left = points.indices.filter { ranks[$0] == 0 }
      let front = left.filter { index in
        !left.contains { dominates(points[$0], points[index]) }
      }
      for index in front { ranks[index] = rank }
    }
    return ranks
  }

  /// Counts the unit squares that some point dominates; coordinates are whole numbers.
  public static func gridArea(_ points: [Point], reference: Point) -> Double {
    let energies = Int(points.map(\.energy).min() ?? 0)..<max(1, Int(reference.energy))
    let accuracies = Int(reference.accuracy)..<max(1, Int(points.map(\.accuracy).max() ?? 0))
    var count = 0
    for energy in energies where Double(energy) < reference.energy {
      for accuracy in accuracies {
        let isCovered = points.contains {
          $0.energy <= Double(energy) && $0.accuracy >= Double(accuracy + 1)
        }
        if isCovered { count += 1 }
      }
    }
    return Double(count)
  }

  private static func dominates(_ left: Point, _ right: Point) -> Bool {
    left.energy <= right.energy && left.accuracy >= right.accuracy && left != right
  }
}
