import Files

/// The rows of a result table, ranked by two of its columns.
public struct ParetoRanking: Sendable, Equatable {
  /// The rank of each row of the table: 1 is the front; nil for a row that is not ranked.
  public let ranks: [Int?]
  /// The ranked rows: by rank, then energy, then their place in the table.
  public let order: [Int]
  /// The rows of the front, by energy. Exact ties are all kept.
  public let front: [Int]
  /// The row of the front's knee.
  public let knee: Int?
  /// Against the worst energy and accuracy of all ranked rows; nil if none is ranked.
  public let hypervolume: Hypervolume?
  /// The rows that are not ranked, with the reason.
  public let excluded: [ExcludedRow]

  /// A row that takes no part in the ranking.
  public struct ExcludedRow: Sendable, Equatable {
    public let row: Int
    public let reason: String

    public init(row: Int, reason: String) {
      self.row = row
      self.reason = reason
    }
  }

  /// Ranks the rows that are not excluded and have both numbers.
  ///
  /// - Parameter excluded: rows to leave out; rows without a finite energy and accuracy are left
  ///   out anyway.
  public init(
    _ table: ResultTable, energy: String = "energy_on_chip_nj",
    accuracy: String = "accuracy_percent", excluded: [ExcludedRow] = []
  ) {
    precondition(
      excluded.allSatisfy { table.rows.indices.contains($0.row) }, "no such row to exclude")
    let energies = table.cells(energy)?.map(\.number)
    let accuracies = table.cells(accuracy)?.map(\.number)
    guard let energies, let accuracies else {
      preconditionFailure("the table lacks column \(energy) or \(accuracy)")
    }
    var out = excluded
    let left = Set(excluded.map(\.row))
    var rows: [Int] = []
    var points: [ParetoPoint] = []
    for row in table.rows.indices where !left.contains(row) {
      if let energy = energies[row], let accuracy = accuracies[row], energy.isFinite,
        accuracy.isFinite
      {
        rows.append(row)
        points.append(ParetoPoint(energy: energy, accuracy: accuracy))
      } else {
        out.append(ExcludedRow(row: row, reason: "has no finite energy and accuracy"))
      }
    }
    self.excluded = out.sorted { $0.row < $1.row }
    let found = ParetoFront.ranks(of: points)
    var ranks: [Int?] = Array(repeating: nil, count: table.rows.count)
    for (row, rank) in zip(rows, found) { ranks[row] = rank }
    self.ranks = ranks
    let sorted = rows.indices.sorted {
      (found[$0], points[$0].energy, rows[$0]) < (found[$1], points[$1].energy, rows[$1])
    }
    order = sorted.map { rows[$0] }
    let best = sorted.filter { found[$0] == 1 }
    front = best.map { rows[$0] }
    knee = Knee.index(in: best.map { points[$0] }).map { rows[best[$0]] }
    hypervolume = Hypervolume(ofAll: points)
  }
}
