import DesignSpaceExploration
import Files

/// A folder of results for people and programs: `points.csv`, `pareto.csv`, `manifest.json`,
/// `report.html` and `pareto.svg`. The same contents give the same bytes.
public struct ParetoReport: Sendable {
  public let title: String
  /// Sentences that say what was found; the first stands out.
  public let findings: [String]
  /// One row a point, by position. Needs the columns `point`, `multiplier`, `method`, `clock`,
  /// `supply_v`, `energy_on_chip_nj` and `accuracy_percent`; the charts use more where they are
  /// there.
  public let points: ResultTable
  public let ranking: ParetoRanking
  /// The row that is recommended.
  public let chosen: Int?
  /// The multiplier without error, whose energy is shown by component.
  public let exactMultiplier: String?
  public let manifest: RunManifest

  /// - Parameters:
  ///   - chosen: a row of `points`.
  ///   - manifest: its columns should be those of `points`.
  public init(
    title: String, findings: [String], points: ResultTable, ranking: ParetoRanking, chosen: Int?,
    exactMultiplier: String?, manifest: RunManifest
  ) {
    precondition(ranking.ranks.count == points.rows.count, "the ranking is of another table")
    precondition(chosen.map(points.rows.indices.contains) ?? true, "no such row to choose")
    self.title = title
    self.findings = findings
    self.points = points
    self.ranking = ranking
    self.chosen = chosen
    self.exactMultiplier = exactMultiplier
    self.manifest = manifest
  }

  /// Writes the five files, each whole or not at all; makes the folder if it is not there.
  ///
  /// - Throws: `InputError` 73 if folder or file cannot be made, 74 if the disk is full or fails.
  public func write(to folder: String) throws {
    // Everything is made before the first file is touched.
    let files = [
      ("points.csv", points.csv), ("pareto.csv", pareto.csv),
      ("manifest.json", manifestJSON.prettyText), ("pareto.svg", svg), ("report.html", try html),
    ]
    try OutputFile.makeFolder(folder)
    for (name, text) in files { try OutputFile.write(text, to: "\(folder)/\(name)") }
  }

  /// The ranked rows, best first, with their rank, the marks, and the hypervolume of all of them.
  public var pareto: ResultTable {
    let added = [
      ColumnDefinition("rank", "Rank by non-dominated sorting; 1 is the Pareto front."),
      ColumnDefinition("front", "Whether the point is on the Pareto front."),
      ColumnDefinition("knee", "Whether the point is the front's knee."),
      ColumnDefinition("chosen", "Whether the point is the recommended one."),
      ColumnDefinition(
        "hypervolume_nj_percent",
        "Area that the front dominates down to the reference point, nJ times percent; the same in "
          + "each row."),
      ColumnDefinition(
        "hypervolume_reference_energy_nj", "Energy of the reference point: the worst ranked, nJ."),
      ColumnDefinition(
        "hypervolume_reference_accuracy_percent",
        "Accuracy of the reference point: the worst ranked, percent."),
    ]
    let volume = ranking.hypervolume
    let rows = ranking.order.map { row -> [CellValue] in
      let rank = ranking.ranks[row] ?? 0
      let marks: [CellValue] = [
        .integer(rank), .flag(rank == 1), .flag(row == ranking.knee), .flag(row == chosen),
        volume.map { .real($0.area) } ?? .missing,
        volume.map { .real($0.reference.energy) } ?? .missing,
        volume.map { .real($0.reference.accuracy) } ?? .missing,
      ]
      return marks + points.rows[row]
    }
    return ResultTable(columns: added + points.columns, rows: rows)
  }

  /// The manifest with what the ranking left out and the columns that `pareto.csv` adds.
  private var manifestJSON: JSONValue {
    var manifest = manifest
    let known = Set(manifest.columns.map(\.name))
    manifest.columns += pareto.columns.filter { !known.contains($0.name) }
    guard case .object(var fields) = manifest.json else { return manifest.json }
    fields["excluded"] = .array(
      ranking.excluded.map {
        .object([
          "point": .text(points.cells("point")?[$0.row].formatted ?? String($0.row)),
          "reason": .text($0.reason),
        ])
      })
    return .object(fields)
  }

  /// The scatter as a picture of its own, on a light background.
  public var svg: String {
    ScatterChart(rows: ReportRows(points), ranking: ranking, chosen: chosen)
      .svg(width: 900, height: 520, styleSheet: Palette.light(ReportPage.chartStyle))
  }

  /// The page, complete in itself.
  public var html: String {
    get throws { try ReportPage(self).html }
  }
}
