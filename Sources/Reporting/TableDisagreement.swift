import ErrorTables
import Files

/// An operating point at which simulated elements and the error table capture products wrong at rates
/// whose 95 % intervals are disjoint.
struct TableDisagreement: Equatable {
  struct Rate: Equatable {
    let value: Double
    let interval: ClosedRange<Double>
  }

  let multiplier: String
  let clock: String
  /// In volts.
  let supply: Double
  /// Of the table that is evaluated, and of how many dies it is.
  let table: Rate
  let dies: Int
  let simulated: Rate

  /// Nil where the intervals meet.
  init?(
    multiplier: String, clock: String, table point: TimingErrorTable.Point, simulated: Rate
  ) {
    table = Rate(value: point.proportion.value, interval: point.interval95)
    guard !table.interval.overlaps(simulated.interval) else { return nil }
    self.multiplier = multiplier
    self.clock = clock
    supply = point.supply
    dies = point.errorsPerDie.count
    self.simulated = simulated
  }

  /// How many times the larger rate is of the smaller one; infinite where that is 0.
  var ratio: Double {
    let (low, high) = (
      min(table.value, simulated.value), max(table.value, simulated.value)
    )
    return low > 0 ? high / low : .infinity
  }

  /// One sentence: the supplies of each multiplier and clock, in the order of their first mention, by how
  /// much both differ where they differ most, and what may be the cause; nil of none.
  ///
  /// - Parameter trains: whether some training draws its errors from tables of as many dies.
  static func sentence(_ all: [TableDisagreement], trains: Bool) -> String? {
    guard let first = all.first else { return nil }
    let most = all.dropFirst().reduce(first) { $1.ratio > $0.ratio ? $1 : $0 }
    let fewer = most.table.value < most.simulated.value ? "table" : "elements"
    let times =
      most.ratio.isFinite
      ? "\(CellValue.format(most.ratio, digits: 3)) times as many as the \(fewer)"
      : "one of them none"
    return "Simulated elements and the error tables disagree beyond both 95 % intervals for "
      + places(all).joined(separator: ", ") + ", most for \(most.multiplier) with a "
      + "\(most.clock) clock at \(most.supply) V: \(text(most.simulated)) of products are wrong in "
      + "the elements, \(text(most.table)) in the table of \(most.dies) dies, \(times). A table "
      + "stands on its dies, few of which have most errors (characterization: {dies}, half of which "
      + "are the table), and mixes the operands of all layers and networks"
      + (trains ? "; training drew its errors from a table of other \(most.dies) dies." : ".")
  }

  /// `mul8u (fixed clock, 0.75 V, 0.8 V)` of each multiplier and clock.
  private static func places(_ all: [TableDisagreement]) -> [String] {
    var names: [String] = []
    var supplies: [String: Set<Double>] = [:]
    for one in all {
      let name = "\(one.multiplier) (\(one.clock) clock"
      if supplies[name] == nil { names.append(name) }
      supplies[name, default: []].insert(one.supply)
    }
    return names.map { name in
      ([name] + (supplies[name] ?? []).sorted().map { "\($0) V" }).joined(separator: ", ") + ")"
    }
  }

  /// `0.3 % [0.264, 0.33]`.
  private static func text(_ rate: Rate) -> String {
    func percent(_ value: Double) -> String { CellValue.format(100 * value, digits: 3) }
    return "\(percent(rate.value)) % [\(percent(rate.interval.lowerBound)), "
      + "\(percent(rate.interval.upperBound))]"
  }
}
