import Files
import Fitting
import Quantities

extension TechnologyReader.Reader {
  /// The laws of area, and of leakage where the table has it, from a table of memories of one port:
  /// `words`, `width_bits`, `area_um2`, perhaps `leakage_nw`.
  ///
  /// - Throws: `InputError` 65 at the row that is wrong or repeats a memory, or if the law cannot be
  ///   fitted or is not determined.
  mutating func macros(
    _ node: StrictYAML
  ) throws -> (area: SRAMAreaModel, leakage: SRAMLeakageModel?) {
    let table = try table(node, requiring: ["words", "width_bits", "area_um2"])
    var macros: [SRAMAreaModel.Macro] = []
    var leaking: [SRAMLeakageModel.Macro] = []
    let leaks = table.header.contains("leakage_nw")
    var lines: [[Double]: Int] = [:]
    for row in table.rows {
      let (words, width) = (
        try size(table, row, "words"), try size(table, row, "width_bits")
      )
      if let first = lines.updateValue(row.line, forKey: [words, width]) {
        throw InputError(
          .badData, at: table.location(row),
          "repeats the memory of line \(first): keep one row a memory")
      }
      macros.append(
        SRAMAreaModel.Macro(
          words: words, width: width,
          area: Area(1e-12 * (try positive(table, row, "area_um2")))))
      if leaks {
        leaking.append(
          SRAMLeakageModel.Macro(
            words: words, width: width,
            power: Power(1e-9 * (try positive(table, row, "leakage_nw")))))
      }
    }
    guard !macros.isEmpty else {
      throw InputError(.badData, at: SourceLocation(file: table.file), "has no rows")
    }
    do {
      let area = try SRAMAreaModel(macros, source: try node.text())
      let leakage = try leaks ? SRAMLeakageModel(leaking) : nil
      for fit in [area.fit] + (leakage.map { [$0.fit] } ?? []) {
        guard let complaint = fit.indetermination(positive: [fit.names[0]]) else { continue }
        throw InputError(.badData, at: node.location, "memories: \(complaint)")
      }
      return (area, leakage)
    } catch let error as FittingError {
      throw InputError(.badData, at: node.location, "memories: \(error)")
    }
  }

  /// A whole number of words or bits, at most 2³².
  private func size(_ table: CSVTable, _ row: CSVTable.Row, _ column: String) throws -> Double {
    let value = try positive(table, row, column)
    guard value == value.rounded(), value <= 0x1p32 else {
      throw InputError(
        .badData, at: table.location(row, column),
        "'\(column)' must be a whole number up to 2³², not \(value)")
    }
    return value
  }
}
