import Files

/// The rows of a report as the charts read them.
struct ReportRows {
  let table: ResultTable
  /// The names in the order in which they first come.
  let multipliers: [String]
  let methods: [String]
  let clocks: [String]
  /// The memory rails that curves are told apart by; nil, all rows, where each logic supply has one.
  let memoryRails: [MemoryRail?]

  /// - Precondition: the table has the columns `multiplier`, `method` and `clock`.
  init(_ table: ResultTable) {
    self.table = table
    multipliers = Self.names(table, "multiplier")
    methods = Self.names(table, "method")
    clocks = Self.names(table, "clock")
    memoryRails = MemoryRail.rails(of: table)
  }

  func text(_ row: Int, _ column: String) -> String {
    table[row, column].formatted
  }

  /// A number that a chart can place, or nil if the cell has none.
  func number(_ row: Int, _ column: String) -> Double? {
    table[row, column].number.flatMap { ChartAxis.canPlace($0) ? $0 : nil }
  }

  func numbers(_ column: String) -> [Double] {
    table.rows.indices.compactMap { number($0, column) }
  }

  /// The rows of one curve, by supply voltage; nil takes every name.
  func select(
    multiplier: String? = nil, method: String? = nil, clock: String? = nil,
    memory: MemoryRail? = nil
  ) -> [Int] {
    let chosen = table.rows.indices.filter {
      (multiplier == nil || text($0, "multiplier") == multiplier)
        && (method == nil || text($0, "method") == method)
        && (clock == nil || text($0, "clock") == clock) && number($0, "supply_v") != nil
        && (memory == nil || memory?.feeds(table, $0) == true)
    }
    return chosen.sorted {
      (number($0, "supply_v") ?? 0, $0) < (number($1, "supply_v") ?? 0, $1)
    }
  }

  /// The marks of a curve: rows without both numbers have none.
  ///
  /// - Parameters:
  ///   - x: its column, and what its numbers are multiplied by.
  ///   - low: the column of the interval's lower end, if it is drawn; so for `high`.
  func points(
    _ chosen: [Int], _ column: String, over x: String = "supply_v", times scale: Double = 1,
    low: String? = nil, high: String? = nil
  ) -> [LineChart.Point] {
    chosen.compactMap { row in
      guard let place = number(row, x), let value = number(row, column) else { return nil }
      var interval: ClosedRange<Double>?
      if let low = low.flatMap({ number(row, $0) }), let high = high.flatMap({ number(row, $0) }),
        low <= high
      {
        interval = low...high
      }
      return LineChart.Point(row: row, x: scale * place, y: value, interval: interval)
    }
  }

  /// A name as it is shown: `weight_clipping` as "weight clipping".
  ///
  /// What stands behind a slash is said of what stands before it.
  static func shown(_ name: String) -> String {
    if let slash = name.firstIndex(of: "/") {
      return shown(String(name[..<slash])) + name[slash...].replacing("_", with: " ")
    }
    return switch name {
    case "pas": "AxTrain-pas"
    case "axtrain": "AxTrain"
    case "act": "AxTrain-act"
    case "act_pas": "act + pas"
    default: name.replacing("_", with: " ")
    }
  }

  /// A clock as it is shown.
  static func shownClock(_ name: String) -> String {
    switch name {
    case "fixed": "fixed clock"
    case "track": "clock tracks the voltage"
    default: shown(name)
    }
  }

  private static func names(_ table: ResultTable, _ column: String) -> [String] {
    guard let cells = table.cells(column) else {
      preconditionFailure("column \(column) is missing")
    }
    var seen: Set<String> = []
    return cells.map(\.formatted).filter { seen.insert($0).inserted }
  }
}
