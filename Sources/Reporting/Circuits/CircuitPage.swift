import Characterization
import ErrorTables
import Files

/// The page of a multiplier: where it errs, and all numbers of its row.
public struct CircuitPage: Sendable {
  public let multiplier: ValidatedMultiplier
  public let profile: ErrorProfile
  /// The columns of `ValidationTable` and the cells of this multiplier.
  public let row: [CellValue]
  /// The latest arrival at each bit of the product in picoseconds; empty where no delays are known.
  public let delays: [Double]

  public init(
    _ multiplier: ValidatedMultiplier, profile: ErrorProfile, row: [CellValue], delays: [Double]
  ) {
    precondition(row.count == ValidationTable.columns.count, "the row does not fit the columns")
    self.multiplier = multiplier
    self.profile = profile
    self.row = row
    self.delays = delays
  }

  /// The page as HTML that needs no network and runs no script.
  public var html: String {
    get throws {
      try StandalonePage.html(
        template: PackageResources.circuit_mustache, styles: [PackageResources.circuit_css],
        context: context)
    }
  }

  private var context: [String: Any] {
    let format = profile.format
    let rows = zip(ValidationTable.columns, row).map { column, cell in
      [
        "name": column.name, "value": cell.formatted,
        "definition": column.definition.replacing("`", with: ""),
      ]
    }
    let size = (width: 540.0, height: 400.0)
    return [
      "title": multiplier.netlist.name, "lead": lead, "note": ValidationTable.note(multiplier),
      "basis": basis,
      // These are made in SVGText, which escapes what is foreign in them.
      "heatMap": ErrorHeatMap(profile: profile).svg(width: 540, height: 520),
      "histogram": CircuitCharts.histogram(profile, width: size.width, height: 520),
      "first": CircuitCharts.curves(
        profile.byA, operands: operands(profile.countA, format.widthA, format.signs.a),
        axis: ErrorHeatMap.axis(format.widthA, format.signs.a), name: "first",
        width: size.width, height: size.height),
      "second": CircuitCharts.curves(
        profile.byB, operands: operands(profile.countB, format.widthB, format.signs.b),
        axis: ErrorHeatMap.axis(format.widthB, format.signs.b), name: "second",
        width: size.width, height: size.height),
      "hasDelays": !delays.isEmpty,
      "delays": CircuitCharts.delays(delays, width: size.width, height: size.height),
      "rows": rows,
    ]
  }

  private func operands(_ count: Int, _ width: Int, _ isSigned: Bool) -> [Double] {
    (0..<count).map {
      ErrorProfile.operand(cell: $0, of: count, width: width, isSigned: isSigned)
    }
  }

  private var lead: String {
    let metrics = multiplier.metrics
    let format = metrics.format
    let kind =
      "\(format.widthA)×\(format.widthB) \(format.signs.description), "
      + "\(multiplier.netlist.gates.count) gates"
    guard metrics.sums.errorCount > 0 else {
      return metrics.isSampled
        ? "\(kind): no error in \(metrics.sums.pairCount) samples, which is no proof."
        : "\(kind): exact for all \(metrics.sums.pairCount) operand pairs."
    }
    return "\(kind): wrong for \(CellValue.format(100 * metrics.errorRate, digits: 4)) % of "
      + "\(metrics.sums.pairCount) \(metrics.isSampled ? "sampled " : "")operand pairs, by "
      + "\(CellValue.format(metrics.meanErrorDistance, digits: 4)) on average and at most "
      + "\(metrics.worstCaseError)."
  }

  private var basis: String {
    let wide = max(profile.format.widthA, profile.format.widthB) > 8
    let all = max(profile.format.widthA, profile.format.widthB) <= MultiplierPorts.maximumTableWidth
    return "e = approximate − exact, "
      + (all ? "over all operand pairs." : "over a seeded sample of operand pairs.")
      + (wide ? " Operands are put together by their upper eight bits." : "")
  }
}
