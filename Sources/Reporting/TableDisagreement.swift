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

  /// A sentence for each multiplier and clock, in the order of the first mention: the supplies, and by how
  /// much both differ where they differ most.
  ///
  /// - Parameter trains: whether some training draws its errors from tables of as many dies.
  static func sentences(_ all: [TableDisagreement], trains: Bool) -> [String] {
    var groups: [[TableDisagreement]] = []
    for one in all {
      if let index = groups.firstIndex(where: {
        $0[0].multiplier == one.multiplier && $0[0].clock == one.clock
      }) {
        groups[index].append(one)
      } else {
        groups.append([one])
      }
    }
    return groups.map { sentence($0, trains: trains) }
  }

  /// Of one multiplier and clock.
  private static func sentence(_ group: [TableDisagreement], trains: Bool) -> String {
    let supplies = Set(group.map(\.supply)).sorted().map { "\($0) V" }
    let most = group.dropFirst().reduce(group[0]) { $1.ratio > $0.ratio ? $1 : $0 }
    let fewer = most.table.value < most.simulated.value ? "table" : "elements"
    let times =
      most.ratio.isFinite
      ? "\(CellValue.format(most.ratio, digits: 3)) times as many as the \(fewer)"
      : "one of them none"
    return "Simulated elements and the error table of \(most.multiplier) with a \(most.clock) "
      + "clock disagree beyond both 95 % intervals at \(supplies.joined(separator: ", ")), most "
      + "at \(most.supply) V: \(text(most.simulated)) of products are "
      + "wrong in the elements, \(text(most.table)) in the table of \(most.dies) dies, \(times). "
      + "A few slow dies have most errors: count more dies (characterization: {dies}, half of which "
      + "are the table)"
      + (trains ? "; training drew its errors from a table of other \(most.dies) dies." : ".")
  }

  /// `0.3 % [0.264, 0.33]`.
  private static func text(_ rate: Rate) -> String {
    func percent(_ value: Double) -> String { CellValue.format(100 * value, digits: 3) }
    return "\(percent(rate.value)) % [\(percent(rate.interval.lowerBound)), "
      + "\(percent(rate.interval.upperBound))]"
  }
}
