/// The area of the objective plane that a set of points dominates, down to a reference point: one
/// number for how good a whole front is. Its unit is energy × accuracy, as the points have them.
public struct Hypervolume: Sendable, Equatable {
  public let area: Double
  /// Only points with less energy and more accuracy than this count.
  public let reference: ParetoPoint

  /// The exact area dominated by points, against a reference point that the caller gives.
  ///
  /// Source: Zitzler and Thiele, IEEE Trans. Evol. Comput. 3(4), 1999. O(n log n).
  public init(of points: [ParetoPoint], reference: ParetoPoint) {
    self.reference = reference
    let counted =
      points
      .filter { $0.energy < reference.energy && $0.accuracy > reference.accuracy }
      .sorted { ($0.energy, -$0.accuracy) < ($1.energy, -$1.accuracy) }
    var area = 0.0
    var height = reference.accuracy
    for point in counted where point.accuracy > height {
      area += (reference.energy - point.energy) * (point.accuracy - height)
      height = point.accuracy
    }
    self.area = area
  }

  /// The exact area against the worst energy and the worst accuracy of all these points, or nil if
  /// there are none. Sets of points are comparable only at the same reference point.
  public init?(ofAll points: [ParetoPoint]) {
    guard let energy = points.map(\.energy).max(), let accuracy = points.map(\.accuracy).min()
    else { return nil }
    self.init(of: points, reference: ParetoPoint(energy: energy, accuracy: accuracy))
  }
}
