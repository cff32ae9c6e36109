import Files
import Foundation
import Quantities

/// The rows of measured cells: means over a cell's arcs at each temperature and supply.
struct MeasuredCells {
  /// One cell at one temperature: supplies ascending in volts, seconds, joules, watts.
  struct Curve {
    var supplies: [Double] = []
    var delays: [Double] = []
    var energies: [Double] = []
    var leakages: [Double] = []
  }

  private struct Sums {
    var delay = 0.0
    var energy = 0.0
    var leakage = 0.0
    /// The line of each arc's row.
    var arcs: [String: Int] = [:]
  }

  static let columns = [
    "cell", "arc", "temperature_c", "supply_v", "delay_ps", "energy_per_transition_fj",
    "leakage_nw",
  ]

  let file: String
  /// By temperature in kelvins, cell and supply.
  private var points: [Double: [String: [Double: Sums]]] = [:]
  private var firstLines: [Double: Int] = [:]

  /// - Parameter range: the supplies that are kept, in volts.
  /// - Throws: `InputError` 65 at a value that is not positive, a row that repeats another, and a supply
  ///   that tables print as another of the cell.
  init(_ table: CSVTable, range: ClosedRange<Double>, reader: TechnologyReader.Reader) throws {
    file = table.file
    var lines: [[String]: Int] = [:]
    var supplies: [[String]: DistinctSupplies] = [:]
    for row in table.rows {
      let temperature = Temperature(celsius: try table.number(row, "temperature_c")).value
      let supply = try reader.positive(table, row, "supply_v")
      let cell = try table.text(row, "cell")
      let arc = try table.text(row, "arc")
      let delay = try reader.positive(table, row, "delay_ps") * 1e-12
      let energy = try reader.positive(table, row, "energy_per_transition_fj") * 1e-15
      let leakage = try reader.positive(table, row, "leakage_nw") * 1e-9
      try supplies[[cell, String(temperature)], default: DistinctSupplies()]
        .insert(Voltage(supply), of: row, in: table)
      let key = [cell, arc, String(temperature), String(supply)]
      if let first = lines.updateValue(row.line, forKey: key) {
        throw InputError(
          .badData, at: table.location(row),
          "repeats cell '\(cell)', arc '\(arc)', at \(supply) V of line \(first): keep one row an "
            + "arc, temperature and supply")
      }
      firstLines[temperature] = firstLines[temperature] ?? row.line
      guard supply >= range.lowerBound - 1e-9, supply <= range.upperBound + 1e-9 else { continue }
      var sums = points[temperature]?[cell]?[supply] ?? Sums()
      sums.delay += delay
      sums.energy += energy
      sums.leakage += leakage
      sums.arcs[arc] = row.line
      points[temperature, default: [:]][cell, default: [:]][supply] = sums
    }
  }

  /// The measured temperature that is the asked-for one to 0.5 K, or the two around it.
  ///
  /// - Throws: `InputError` 65 if the rows do not reach it.
  func temperatures(around asked: Temperature) throws -> [Temperature] {
    let measured = firstLines.keys.sorted()
    if let same = measured.first(where: { abs($0 - asked.value) < 0.5 }) {
      return [Temperature(same)]
    }
    if let warmer = measured.first(where: { $0 > asked.value }),
      let colder = measured.last(where: { $0 < asked.value })
    {
      return [Temperature(colder), Temperature(warmer)]
    }
    guard let lowest = measured.first, let highest = measured.last else {
      throw InputError(.badData, at: SourceLocation(file: file), "has no rows")
    }
    let (low, high) = (
      CellValue.format(lowest, digits: 6), CellValue.format(highest, digits: 6)
    )
    let range = lowest == highest ? "\(low) K" : "\(low) … \(high) K"
    throw InputError(
      .badData, at: SourceLocation(file: file, line: firstLines[lowest] ?? 0),
      "was measured at \(range), not at the technology's \(CellValue.format(asked.value, digits: 6)) K: a law holds inside the "
        + "temperatures of its data")
  }

  /// The rows of a cell at a measured temperature; nil if there are none.
  ///
  /// - Throws: `InputError` 65 at the first supply that lacks an arc of others: the mean over other arcs
  ///   would jump there, and a law through it be none of the cell's.
  func curve(of cell: String, at temperature: Temperature) throws -> Curve? {
    guard let points = points[temperature.value]?[cell]?.sorted(by: { $0.key < $1.key }) else {
      return nil
    }
    let arcs = points.reduce(into: [:]) { $0.merge($1.value.arcs) { first, _ in first } }
    var curve = Curve()
    for (supply, sums) in points {
      if let missing = arcs.keys.sorted().first(where: { sums.arcs[$0] == nil }) {
        throw InputError(
          .badData, at: SourceLocation(file: file, line: sums.arcs.values.min() ?? 0),
          "has cell '\(cell)' at \(supply) V without arc '\(missing)', which line "
            + "\(arcs[missing] ?? 0) has: give the arc at every supply of the cell, or leave it out"
        )
      }
      let count = Double(arcs.count)
      curve.supplies.append(supply)
      curve.delays.append(sums.delay / count)
      curve.energies.append(sums.energy / count)
      curve.leakages.append(sums.leakage / count)
    }
    return curve
  }
}
