import DesignSpaceExploration
import Files

/// What feeds the memories of some of a sweep's rows: the logic's supply, or one of their own.
struct MemoryRail: Hashable {
  /// Volts as the table has them; nil: those of the logic.
  let supply: String?

  /// As a picture's title has it.
  var title: String { supply.map { "memory \($0) V" } ?? "memory as logic" }

  func feeds(_ table: ResultTable, _ row: Int) -> Bool {
    let memory = table[row, "memory_supply_v"].formatted
    return memory == supply ?? table[row, "supply_v"].formatted
  }

  /// Whether a logic supply of a table goes with several memory supplies.
  static func areSeveral(in table: ResultTable) -> Bool {
    guard table.index(of: "memory_supply_v") != nil else { return false }
    var seen: [String: String] = [:]
    return table.rows.indices.contains { row in
      let memory = table[row, "memory_supply_v"].formatted
      let logic = table[row, "supply_v"].formatted
      return seen.updateValue(memory, forKey: logic).map { $0 != memory } ?? false
    }
  }

  /// The rails of a table; nil alone where there is nothing to tell apart.
  static func rails(of table: ResultTable) -> [MemoryRail?] {
    guard areSeveral(in: table) else { return [nil] }
    let follows = MemoryRail(supply: nil)
    var ofTheirOwn: [MemoryRail] = []
    for row in table.rows.indices where !follows.feeds(table, row) {
      let rail = MemoryRail(supply: table[row, "memory_supply_v"].formatted)
      if !ofTheirOwn.contains(rail) { ofTheirOwn.append(rail) }
    }
    // A row whose supplies are equal may be one of either kind.
    let isFollowed = table.rows.indices.contains { row in
      follows.feeds(table, row) && !ofTheirOwn.contains { $0.feeds(table, row) }
    }
    return (isFollowed ? [follows] : []) + ofTheirOwn
  }
}

extension SweepResult {
  /// Whether a logic supply goes with several memory supplies.
  public var hasMemoryRails: Bool { MemoryRail.areSeveral(in: table) }
}
