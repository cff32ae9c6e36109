/// The point of a front where more accuracy begins to cost much more energy.
public enum Knee {
  /// The place of the knee among the points of a front: of those on the better side of the chord
  /// between the front's ends, the one farthest from it, after both objectives are scaled to 0 … 1.
  /// Of equally far ones, that of least energy.
  ///
  /// - Returns: nil if the front has fewer than three distinct points, or none of them is on the
  ///   better side of the chord.
  /// Source: Das, *On characterizing the "knee" of the Pareto curve*, Struct. Optim. 18, 1999.
  public static func index(in front: [ParetoPoint]) -> Int? {
    guard Set(front).count >= 3,
      let cheapest = front.min(by: { $0.energy < $1.energy }),
      let best = front.max(by: { $0.energy < $1.energy })
    else { return nil }
    let (width, height) = (best.energy - cheapest.energy, best.accuracy - cheapest.accuracy)
    precondition(width > 0 && height > 0, "the points are not a front")
    /// √2 times the distance from the chord, which runs from (0, 0) to (1, 1).
    func gain(_ point: ParetoPoint) -> Double {
      (point.accuracy - cheapest.accuracy) / height - (point.energy - cheapest.energy) / width
    }
    let far = front.indices.filter { gain(front[$0]) > 1e-12 }
    return far.max {
      (gain(front[$0]), -front[$0].energy) < (gain(front[$1]), -front[$1].energy)
    }
  }
}
