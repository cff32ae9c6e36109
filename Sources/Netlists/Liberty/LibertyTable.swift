import Files

/// The groups that hold a table.
enum LibertyTableKind: String {
  case cellRise = "cell_rise"
  case cellFall = "cell_fall"
  case riseTransition = "rise_transition"
  case fallTransition = "fall_transition"
  case risePower = "rise_power"
  case fallPower = "fall_power"
  case power

  /// Whether the table is of a `timing` group; else it is of an `internal_power` group.
  var isTiming: Bool {
    switch self {
    case .cellRise, .cellFall, .riseTransition, .fallTransition: true
    case .risePower, .fallPower, .power: false
    }
  }
}

/// The points of an axis, in the units of the file.
struct LibertyAxis {
  var points: [Double] = []
  var start = 0
}

/// `lu_table_template` or `power_lut_template`: what the axes of a table are.
struct LibertyTemplate {
  var name = ""
  var variables: [String?] = [nil, nil, nil]
  var axes: [LibertyAxis?] = [nil, nil]
}

/// A table as it stands in the file.
struct LibertyTableText {
  var template = LibertyTemplate()
  var start = 0
  var axes: [LibertyAxis?] = [nil, nil]
  var values: [Double]?
}

extension LibertyReader {
  /// What an axis is of.
  private enum Quantity { case slew, load }

  /// The names of the variables, for timing and for power tables.
  private static let variables: [String: Quantity] = [
    "input_net_transition": .slew, "input_transition_time": .slew,
    "total_output_net_capacitance": .load,
  ]

  /// The table whose group has ended, in SI units, slews before loads; nil if it has an axis that
  /// is not read, or three.
  func finishedTable(_ kind: LibertyTableKind) throws -> LookupTable? {
    guard let values = table.values else {
      throw error("'\(kind.rawValue)' has no values", at: table.start)
    }
    var axes: [(quantity: Quantity, points: [Double])] = []
    for (index, variable) in table.template.variables.enumerated() {
      guard let variable else { break }
      guard index < 2, let quantity = Self.variables[variable] else { return nil }
      axes.append((quantity, try points(index)))
    }
    let size = axes.reduce(1) { $0 * $1.points.count }
    guard values.count == size else {
      throw error(
        "'\(kind.rawValue)' has \(values.count) values where its axes have \(size) crossings",
        at: table.start)
    }
    guard axes.count < 2 || axes[0].quantity != axes[1].quantity else {
      throw error(
        "both axes of template '\(table.template.name)' are the same variable", at: table.start)
    }
    return try scaled(kind, axes, values)
  }

  private func points(_ index: Int) throws -> [Double] {
    guard let axis = table.axes[index] ?? table.template.axes[index], !axis.points.isEmpty else {
      throw error(
        "the table has no index_\(index + 1), and template '\(table.template.name)' has none",
        at: table.start)
    }
    guard LookupTable.isAxis(axis.points), axis.points[0] >= 0 else {
      throw error("index_\(index + 1) does not increase from at least 0", at: axis.start)
    }
    return axis.points
  }

  private func scaled(
    _ kind: LibertyTableKind, _ axes: [(quantity: Quantity, points: [Double])], _ values: [Double]
  ) throws -> LookupTable {
    let needsCapacitance =
      axes.contains { $0.quantity == .load } || !kind.isTiming
    guard let capacitance = header.units.capacitance ?? (needsCapacitance ? nil : 1),
      let energy = header.units.energy ?? (needsCapacitance ? nil : 1)
    else {
      throw error(
        "the table needs a unit of capacitance: give capacitive_load_unit before the first cell",
        at: table.start)
    }
    let factor = !kind.isTiming ? energy : header.units.time
    var slews: [Double] = []
    var loads: [Double] = []
    for axis in axes {
      switch axis.quantity {
      case .slew: slews = axis.points.map { $0 * header.units.time }
      case .load: loads = axis.points.map { $0 * capacitance }
      }
    }
    var ordered = values
    if axes.count == 2 && axes[0].quantity == .load {
      ordered = []
      ordered.reserveCapacity(values.count)
      for slew in slews.indices {
        for load in loads.indices { ordered.append(values[load * slews.count + slew]) }
      }
    }
    let result = ordered.map { $0 * factor }
    guard result.allSatisfy({ $0.isFinite }), LookupTable.isAxis(slews), LookupTable.isAxis(loads)
    else {
      throw error("the table's numbers overflow or coincide in SI units", at: table.start)
    }
    return LookupTable(slews: slews, loads: loads, values: result)
  }
}
