import DesignSpaceExploration
import Files
import Randomness
import TestSupport
import Testing

@Suite("Areas, knees and rankings of random sets")
struct ParetoPlaneTests {
  /// Energies and accuracies of any size, a third of them copied so that ties are frequent.
  private func points(_ index: UInt64) -> [ParetoPoint] {
    var random = RandomStream(seed: 21, purpose: .test, index: index)
    var points: [ParetoPoint] = []
    for _ in 0..<Int.random(in: 1...30, using: &random) {
      if let old = points.randomElement(using: &random), Bool.random(using: &random) {
        let keepsEnergy = Bool.random(using: &random)
        points.append(
          ParetoPoint(
            energy: keepsEnergy ? old.energy : 3 * random.nextUniform(),
            accuracy: old.accuracy))
      } else {
        points.append(
          ParetoPoint(energy: 3 * random.nextUniform(), accuracy: 100 * random.nextUniform()))
      }
    }
    return points
  }

  private func naive(_ points: [ParetoPoint]) -> [NaivePareto.Point] {
    points.map { ($0.energy, $0.accuracy) }
  }

  @Test("the hypervolume is the sum of dominated cells at any reference point")
  func area() {
    for index in 0..<300 {
      let points = points(UInt64(index))
      for reference in [
        ParetoPoint(energy: 3, accuracy: 0), ParetoPoint(energy: 1.5, accuracy: 50),
        ParetoPoint(energy: 0, accuracy: 0),
      ] {
        let area = Hypervolume(of: points, reference: reference).area
        let sum = NaivePareto.area(
          naive(points), reference: (reference.energy, reference.accuracy))
        #expect(abs(area - sum) <= 1e-12 * max(1, sum))
      }
    }
  }

  @Test("a dominated or doubled point changes no area, a better one adds to it")
  func monotone() {
    let reference = ParetoPoint(energy: 4, accuracy: -1)
    for index in 0..<200 {
      let points = points(UInt64(index))
      let area = Hypervolume(of: points, reference: reference).area
      #expect(Hypervolume(of: points + [points[0]], reference: reference).area == area)
      let worse = ParetoPoint(energy: points[0].energy + 0.1, accuracy: points[0].accuracy - 0.1)
      #expect(Hypervolume(of: points + [worse], reference: reference).area == area)
      let best = ParetoPoint(energy: -0.1, accuracy: 101)
      #expect(Hypervolume(of: points + [best], reference: reference).area > area)
    }
  }

  @Test("no point of a front lies farther above the chord than the knee")
  func knee() {
    var found = 0
    for index in 0..<500 {
      let points = points(UInt64(index))
      let ranks = NaivePareto.ranks(naive(points))
      let front = points.indices.filter { ranks[$0] == 1 }.map { points[$0] }
      let distances = NaivePareto.distances(inFront: naive(front))
      let farthest = distances.max() ?? 0
      if let knee = Knee.index(in: front) {
        found += 1
        #expect(distances[knee] >= farthest - 1e-12)
        #expect(distances[knee] > 0)
      } else {
        #expect(farthest <= 1e-12 || Set(front).count < 3)
      }
    }
    #expect(found > 50)
  }

  @Test("of equally far points the knee is the one of least energy")
  func kneeTies() {
    let front = [(0.0, 0.0), (1, 4), (2, 5), (6, 7.5), (8, 8)].map {
      ParetoPoint(energy: $0.0, accuracy: $0.1)
    }
    // (1, 4) and (2, 5) both lie 3/8 above the chord, exactly.
    #expect(Knee.index(in: front) == 1)
    #expect(Knee.index(in: Array(front.reversed())) == 3)
  }

  @Test("the ranking's order is by rank, energy and place, and its front is all of rank 1")
  func order() {
    for index in 0..<100 {
      let points = points(UInt64(index))
      let columns = ["energy_on_chip_nj", "accuracy_percent"].map { ColumnDefinition($0, "") }
      let ranking = ParetoRanking(
        ResultTable(
          columns: columns, rows: points.map { [.real($0.energy), .real($0.accuracy)] }))
      let ranks = NaivePareto.ranks(naive(points))
      #expect(ranking.ranks == ranks)
      #expect(Set(ranking.order) == Set(points.indices) && ranking.order.count == points.count)
      for (left, right) in zip(ranking.order, ranking.order.dropFirst()) {
        #expect(
          (ranks[left], points[left].energy, left) < (ranks[right], points[right].energy, right))
      }
      #expect(ranking.front == ranking.order.filter { ranks[$0] == 1 })
    }
  }
}
