extension NaivePareto {
  /// The dominated area by definition: the plane is cut at every coordinate that a point has, and
  /// a cell counts if some point dominates the whole of it. Coordinates are any numbers. O(n^3).
  public static func area(_ points: [Point], reference: Point) -> Double {
    let counted = points.filter {
      $0.energy < reference.energy && $0.accuracy > reference.accuracy
    }
    let energies = Set(counted.map(\.energy) + [reference.energy]).sorted()
    let accuracies = Set(counted.map(\.accuracy) + [reference.accuracy]).sorted()
    var area = 0.0
    for (left, right) in zip(energies, energies.dropFirst()) {
      for (low, high) in zip(accuracies, accuracies.dropFirst())
      where counted.contains(where: { $0.energy <= left && $0.accuracy >= high }) {
        area += (right - left) * (high - low)
      }
    }
    return area
  }

  /// How far each point of a front lies above the chord from its cheapest point to its best one,
  /// by the formula for the distance of a point from a line, with both objectives scaled to 0 … 1.
  public static func distances(inFront front: [Point]) -> [Double] {
    let energies = front.map(\.energy)
    let accuracies = front.map(\.accuracy)
    guard let e0 = energies.min(), let e1 = energies.max(), let a0 = accuracies.min(),
      let a1 = accuracies.max(), e0 < e1, a0 < a1
    else { return front.map { _ in 0 } }
    return front.map { point in
      let (x, y) = ((point.energy - e0) / (e1 - e0), (point.accuracy - a0) / (a1 - a0))
      // The line through (0, 0) and (1, 1): |(1 - 0)(0 - y) - (0 - x)(1 - 0)| / √2, signed.
      return (y - x) / 2.0.squareRoot()
    }
  }
}
