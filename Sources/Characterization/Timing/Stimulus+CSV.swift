import Files

extension Stimulus {
  /// Reads operand transitions of a multiplier: columns `previous_a`, `previous_b`, `a`, `b`, words as
  /// the ports take them.
  ///
  /// - Throws: `InputError` 66 or 65 at what is missing, no word of the operand's width, or too long.
  public init(contentsOf path: String, for multiplier: StationaryMultiplier) throws {
    let table = try CSVTable(contentsOf: path)
    let widths = (
      moving: multiplier.movingWidth, held: multiplier.stationaryWidth
    )
    func word(_ row: CSVTable.Row, _ prefix: String) throws -> UInt128 {
      func operand(_ name: String, _ width: Int) throws -> Int {
        let value = try table.number(row, prefix + name)
        guard value >= 0, value < Double(UInt64(1) << UInt64(width)), value == value.rounded()
        else {
          throw InputError(
            .badData, at: table.location(row, prefix + name),
            "\(prefix)\(name) must be a whole number of \(width) bits, not \(value)")
        }
        return Int(value)
      }
      let isB = multiplier.stationary == .b
      return UInt128(
        multiplier.word(
          moving: try operand(isB ? "a" : "b", widths.moving),
          stationary: try operand(isB ? "b" : "a", widths.held)))
    }
    guard !table.rows.isEmpty else {
      throw InputError(.badData, at: SourceLocation(file: path), "has no transition")
    }
    self.init(
      previous: try table.rows.map { try word($0, "previous_") },
      current: try table.rows.map { try word($0, "") })
  }
}
