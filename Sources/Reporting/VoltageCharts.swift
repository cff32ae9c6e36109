/// The report's curves against the logic supply.
struct VoltageCharts {
  let rows: ReportRows
  /// The multiplier without error, whose energy is shown by component.
  let exactMultiplier: String?

  private static let size = (width: 352.0, height: 300.0)
  private static let xTitle = "Logic supply (V)"
  /// The parts of on-chip energy, from the bottom up.
  private static let parts = [
    ("energy_multiplier_nj", "multiplier"), ("energy_accumulator_nj", "accumulator"),
    ("energy_registers_nj", "registers"), ("energy_clock_tree_nj", "clock tree"),
    ("energy_interconnect_nj", "interconnect"), ("energy_output_stage_nj", "output stage"),
    ("energy_sram_nj", "SRAM"), ("energy_logic_leakage_nj", "logic leakage"),
    ("energy_memory_leakage_nj", "memory leakage"),
  ]

  private var xAxis: ChartAxis { .linear(rows.numbers("supply_v")) }

  /// Accuracy: one picture a multiplier, clock and memory rail, one curve a method.
  var accuracy: [String] {
    let yAxis = ChartAxis.linear(rows.numbers("accuracy_percent"), floor: 0, ceiling: 100)
    return rows.clocks.flatMap { clock in
      rows.multipliers.flatMap { multiplier in
        rows.memoryRails.compactMap { memory in
          let series = rows.methods.enumerated().map { index, method in
            LineChart.Series(
              name: ReportRows.shown(method), index: index,
              points: rows.points(
                rows.select(multiplier: multiplier, method: method, clock: clock, memory: memory),
                "accuracy_percent", low: "accuracy_low_percent", high: "accuracy_high_percent"))
          }
          guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
          return picture(
            LineChart(
              title: title(multiplier, clock, memory), xTitle: Self.xTitle, yTitle: "Accuracy (%)",
              xAxis: xAxis, yAxis: yAxis, series: series))
        }
      }
    }
  }

  /// Error rates: timing errors of each multiplier, one picture a clock, and memory bit errors.
  var errorRates: [String] {
    let yAxis = ChartAxis.logarithmic(rows.numbers("timing_error_rate"), wholeDecades: true)
    let timing = rows.clocks.map { clock in
      LineChart(
        title: "Timing errors, \(ReportRows.shownClock(clock))", xTitle: Self.xTitle,
        yTitle: "Products with an error (log)", xAxis: xAxis, yAxis: yAxis,
        // The logic's, whatever feeds the memories.
        series: byMultiplier(
          "timing_error_rate", clock: clock, memory: rows.memoryRails.first ?? nil,
          low: "timing_error_rate_low", high: "timing_error_rate_high"),
        emptyNote: "every rate is zero")
    }
    let memorySupplies = rows.numbers("memory_supply_v")
    guard !memorySupplies.isEmpty else { return timing.map(picture) }
    let memory = LineChart(
      title: "Memory bit errors", xTitle: "Memory supply (V)", yTitle: "Weight bits wrong (log)",
      xAxis: .linear(memorySupplies),
      yAxis: .logarithmic(rows.numbers("weight_bit_error_rate"), wholeDecades: true),
      series: [
        LineChart.Series(
          name: "weight memory", index: 0,
          points: firstOfEach(
            rows.points(
              Array(rows.table.rows.indices), "weight_bit_error_rate", over: "memory_supply_v")))
      ], emptyNote: "every rate is zero")
    return (timing + [memory]).map(picture)
  }

  /// Energy: one curve a multiplier, and the parts of the exact multiplier's, one picture a clock and
  /// memory rail.
  var energy: [String] {
    let yAxis = ChartAxis.linear(rows.numbers("energy_on_chip_nj"), floor: 0)
    let places = rows.clocks.flatMap { clock in rows.memoryRails.map { (clock, $0) } }
    let totals = places.map { clock, memory in
      var chart = LineChart(
        title: title("On-chip energy", clock, memory), xTitle: Self.xTitle,
        yTitle: "Energy per inference (nJ)", xAxis: xAxis, yAxis: yAxis,
        series: byMultiplier("energy_on_chip_nj", clock: clock, memory: memory))
      chart.marksMinimum = true
      return picture(chart)
    }
    return totals + places.compactMap(breakdown)
  }

  private func breakdown(_ clock: String, _ memory: MemoryRail?) -> String? {
    guard let exactMultiplier else { return nil }
    let all = rows.select(
      multiplier: exactMultiplier, method: rows.methods.first, clock: clock, memory: memory)
    // A component that no point knows is no part.
    let parts = Self.parts.filter { column, _ in all.contains { rows.number($0, column) != nil } }
    let chosen = all.filter { row in parts.allSatisfy { rows.number(row, $0.0) != nil } }
    guard chosen.count > 1, !parts.isEmpty else { return nil }
    return StackedChart(
      title: title("By component", clock, memory), xTitle: Self.xTitle,
      yTitle: "Energy per inference (nJ)", x: chosen.compactMap { rows.number($0, "supply_v") },
      parts: parts.map { column, name in
        StackedChart.Part(name: name, values: chosen.map { max(0, rows.number($0, column) ?? 0) })
      }
    ).svg(width: Self.size.width, height: Self.size.height)
  }

  private func byMultiplier(
    _ column: String, clock: String, memory: MemoryRail?, low: String? = nil, high: String? = nil
  ) -> [LineChart.Series] {
    rows.multipliers.enumerated().map { index, multiplier in
      let chosen = rows.select(
        multiplier: multiplier, method: rows.methods.first, clock: clock, memory: memory)
      return LineChart.Series(
        name: ReportRows.shown(multiplier), index: index,
        points: rows.points(chosen, column, low: low, high: high))
    }
  }

  private func firstOfEach(_ points: [LineChart.Point]) -> [LineChart.Point] {
    var seen: Set<Double> = []
    return points.filter { seen.insert($0.x).inserted }.sorted { $0.x < $1.x }
  }

  /// The clock is named beside a memory rail where there are two clocks: a title has little room.
  private func title(_ subject: String, _ clock: String, _ memory: MemoryRail?) -> String {
    let name = ReportRows.shown(subject)
    let short = ChartLegend.cut(name, to: 24)
    guard let memory else { return "\(short), \(ReportRows.shownClock(clock))" }
    return "\(short), \(memory.title)" + (rows.clocks.count > 1 ? ", \(clock)" : "")
  }

  private func picture(_ chart: LineChart) -> String {
    chart.svg(width: Self.size.width, height: Self.size.height)
  }
}
