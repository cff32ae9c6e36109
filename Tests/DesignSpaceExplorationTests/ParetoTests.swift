import DesignSpaceExploration
import Files
import Randomness
import TestSupport
import Testing

@Suite("Ranking")
struct ParetoTests {
  /// Small whole numbers, so that ties and equal coordinates are frequent.
  static func points(_ index: UInt64) -> [ParetoPoint] {
    var random = RandomStream(seed: 11, purpose: .test, index: index)
    return (0..<Int.random(in: 1...40, using: &random)).map { _ in
      ParetoPoint(
        energy: Double(Int.random(in: 1...12, using: &random)),
        accuracy: Double(Int.random(in: 1...12, using: &random)))
    }
  }

  @Test("ranks equal those of peeling by definition, ties included")
  func ranks() {
    for index in 0..<500 {
      let points = Self.points(UInt64(index))
      let naive = NaivePareto.ranks(points.map { ($0.energy, $0.accuracy) })
      #expect(ParetoFront.ranks(of: points) == naive)
    }
  }

  @Test("the hypervolume equals the count of dominated unit squares")
  func hypervolume() throws {
    for index in 0..<300 {
      let points = Self.points(UInt64(index))
      let volume = try #require(Hypervolume(ofAll: points))
      let naive = NaivePareto.gridArea(
        points.map { ($0.energy, $0.accuracy) },
        reference: (volume.reference.energy, volume.reference.accuracy))
      #expect(volume.area == naive)
    }
    #expect(Hypervolume(ofAll: []) == nil)
  }

  @Test("the knee of a corner is the corner, and a straight or short front has none")
  func knee() {
    func front(_ pairs: [(Double, Double)]) -> [ParetoPoint] {
      pairs.map { ParetoPoint(energy: $0.0, accuracy: $0.1) }
    }
    #expect(Knee.index(in: front([(1, 10), (2, 90), (10, 95)])) == 1)
    #expect(Knee.index(in: front([(0, 0), (1, 1), (2, 2)])) == nil)
    #expect(Knee.index(in: front([(1, 1), (1, 1), (2, 2)])) == nil)
    #expect(Knee.index(in: front([(0, 0), (5, 1), (6, 6)])) == nil)
  }

  @Test("excluded rows and rows without numbers are left out, with the reason")
  func excluded() {
    let columns = ["energy_on_chip_nj", "accuracy_percent"].map { ColumnDefinition($0, "") }
    let table = ResultTable(
      columns: columns,
      rows: [
        [.real(1), .real(99)], [.real(2), .real(90)], [.missing, .real(99)], [.real(2), .real(90)],
      ])
    let ranking = ParetoRanking(table, excluded: [.init(row: 0, reason: "late")])
    #expect(ranking.ranks == [nil, 1, nil, 1])
    #expect(ranking.front == [1, 3])
    #expect(ranking.excluded.map(\.row) == [0, 2])
  }
}
