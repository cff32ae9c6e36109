import ErrorTables
import Files

extension CharacterizedFolder {
  /// The tables of a folder, put together again.
  struct Tables {
    let points: [TimingErrorTable.Point]

    init(_ folder: String, _ manifest: Manifest) throws {
      let supplies = try manifest.table("supplies.csv", in: folder)
      let dies = try manifest.table("dies.csv", in: folder)
      let bits = try manifest.table("bits.csv", in: folder)
      let masks = try manifest.table("masks.csv", in: folder)
      let differences = try manifest.table("differences.csv", in: folder)
      var points: [TimingErrorTable.Point] = []
      for row in supplies.rows {
        let volts = try supplies.text(row, "supply_v")
        let perDie = try Self.rows(dies, volts)
        let errors = try perDie.map { try Self.count(dies, $0, "errors") }
        let trials = try perDie.map { try Self.count(dies, $0, "transitions") }
        let seen = try Self.rows(masks, volts)
        let counts = try seen.map { try Self.count(masks, $0, "count") }
        let apart = try Self.rows(differences, volts)
        let apartCounts = try apart.map { try Self.count(differences, $0, "count") }
        let values = try apart.map { row in
          let value = try Self.count(differences, row, "difference", in: -0xFFFF...0xFFFF)
          guard value != 0 else {
            throw InputError(
              .badData, at: differences.location(row, "difference"),
              "'0' in column 'difference' is no error")
          }
          return value
        }
        let supply = try supplies.number(row, "supply_v")
        guard let share = trials.first, share > 0, trials.allSatisfy({ $0 == share }),
          zip(errors, trials).allSatisfy(<=), counts.allSatisfy({ $0 > 0 }),
          counts.reduce(0, +) == errors.reduce(0, +), apartCounts.allSatisfy({ $0 > 0 }),
          apartCounts.reduce(0, +) == errors.reduce(0, +), supply > points.last?.supply ?? 0
        else {
          throw InputError(
            .badData, at: supplies.location(row),
            "dies, masks and differences of \(volts) V do not belong together: run 'axtrain "
              + "characterize' again")
        }
        let (bias, variance) = (
          try supplies.number(row, "bias"), try supplies.number(row, "variance")
        )
        points.append(
          TimingErrorTable.Point(
            supply: supply, clockPeriod: try supplies.number(row, "clock_period_ns") * 1e-9,
            errorsPerDie: errors, trialsPerDie: share,
            bitErrors: try Self.rows(bits, volts).map { try Self.count(bits, $0, "errors") },
            masks: try seen.map { UInt32(try Self.count(masks, $0, "mask", in: 1...0xFFFF)) },
            maskCounts: counts,
            differences: values, differenceCounts: apartCounts, bias: bias,
            meanSquare: variance + bias * bias))
      }
      self.points = points
    }

    private static func rows(_ table: CSVTable, _ volts: String) throws -> [CSVTable.Row] {
      try table.rows.filter { try table.text($0, "supply_v") == volts }
    }

    private static func count(
      _ table: CSVTable, _ row: CSVTable.Row, _ column: String,
      in range: ClosedRange<Int> = 0...1 << 53
    ) throws -> Int {
      let text = try table.text(row, column)
      guard let value = Int(text), range.contains(value) else {
        throw InputError(
          .badData, at: table.location(row, column),
          "'\(text)' in column '\(column)' is no whole number of \(range.lowerBound) to "
            + "\(range.upperBound)")
      }
      return value
    }
  }
}
