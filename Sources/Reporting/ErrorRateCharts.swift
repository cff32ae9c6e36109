/// The report's curves against the rate of wrong bits, of a sweep that gives rates.
struct ErrorRateCharts {
  let rows: ReportRows

  /// One hardware at one supply.
  private struct Place: Hashable {
    let multiplier: String
    let clock: String
    let supply: String
  }

  /// The column whose rates the sweep gives; nil where rates follow from supplies.
  private var column: String? {
    let groups = Dictionary(grouping: rows.table.rows.indices) { row in
      ["multiplier", "method", "clock", "supply_v", "memory_supply_v"].map { rows.text(row, $0) }
    }
    return ["weight_bit_error_rate", "activation_bit_error_rate"].first { column in
      rows.table.index(of: column) != nil
        && groups.values.contains { Set($0.map { rows.text($0, column) }).count > 1 }
    }
  }

  /// Accuracy: one picture a multiplier, clock and supply, one curve a method.
  func accuracy(size: (width: Double, height: Double)) -> [String] {
    guard let column else { return [] }
    let xAxis = ChartAxis.linear(rows.numbers(column).map { 100 * $0 }, floor: 0)
    let yAxis = ChartAxis.linear(rows.numbers("accuracy_percent"), floor: 0, ceiling: 100)
    var places: [Place] = []
    for row in rows.table.rows.indices {
      let place = place(row)
      if !places.contains(place) { places.append(place) }
    }
    return places.map { place in
      let series = rows.methods.enumerated().map { index, method in
        LineChart.Series(
          name: ReportRows.shown(method), index: index, points: points(place, method, column))
      }
      return LineChart(
        title: "\(ReportRows.shown(place.multiplier)), \(place.supply) V",
        xTitle: "Bits read wrong (%)", yTitle: "Accuracy (%)", xAxis: xAxis, yAxis: yAxis,
        series: series, upperScale: supplies(series)
      ).svg(width: size.width, height: size.height)
    }
  }

  /// Whether rates are told as supplies of the memory too.
  var hasSupplies: Bool {
    column != nil && rows.table.rows.indices.contains { SupplyOfRate(rows.table, row: $0) != nil }
  }

  /// The supplies at which the memory's failure law has the rates of some curves; nil where no row has
  /// one.
  private func supplies(_ series: [LineChart.Series]) -> ChartFrame.UpperScale? {
    var supplies: [Double: SupplyOfRate] = [:]
    for point in series.flatMap(\.points) where supplies[point.x] == nil {
      supplies[point.x] = SupplyOfRate(rows.table, row: point.row)
    }
    guard !supplies.isEmpty else { return nil }
    let isExtrapolated = supplies.values.contains(where: \.isExtrapolated)
    return ChartFrame.UpperScale(
      title: "Memory supply of such a rate"
        + (isExtrapolated ? " (\(SupplyOfRate.mark) law extrapolated)" : ""),
      marks: supplies.sorted { $0.key < $1.key }.map { rate, supply in
        (rate, "\(supply.volts) V" + (supply.isExtrapolated ? SupplyOfRate.mark : ""))
      })
  }

  private func place(_ row: Int) -> Place {
    Place(
      multiplier: rows.text(row, "multiplier"), clock: rows.text(row, "clock"),
      supply: rows.text(row, "supply_v"))
  }

  private func points(_ at: Place, _ method: String, _ column: String) -> [LineChart.Point] {
    let chosen = rows.table.rows.indices.filter {
      place($0) == at && rows.text($0, "method") == method
    }
    return rows.points(
      chosen, "accuracy_percent", over: column, times: 100, low: "accuracy_low_percent",
      high: "accuracy_high_percent"
    ).sorted { $0.x < $1.x }
  }
}
