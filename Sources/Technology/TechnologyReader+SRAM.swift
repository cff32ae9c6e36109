import Files
import Fitting
import Foundation
import Quantities

extension TechnologyReader.Reader {
  private static let lawKeys = ["data", "law", "fit_from", "fit_to"]

  /// The memory, with its failure law in place or from a file of its own (`failures`).
  mutating func sram(
    _ node: StrictYAML, gates: [String: TechnologyNode.GateModel]
  ) throws -> TechnologyNode.SRAM {
    let own = [
      "leakage_cell", "leakage_cells_per_bit", "access_energy_64bit", "access_energy_supply",
      "access_energy_source",
    ]
    let isInOwnFile = try node.entries().contains { $0.key == "failures" }
    let sram = try node.record(
      (isInOwnFile ? ["failures"] : Self.lawKeys) + own,
      optional: ["macros", "macros_supply", "leakage", "accept_poor_fit"])
    let failures: BitCellFailureModel
    if isInOwnFile {
      let file = try path(sram["failures"])
      files.append(file)
      failures = try bitCell(Self.memoryLaw(in: StrictYAML(contentsOf: file)))
    } else {
      failures = try bitCell(sram)
    }
    try judge(
      failures, at: sram[isInOwnFile ? "failures" : "law"].location,
      accepted: sram.optional("accept_poor_fit")?.flag() ?? false)
    let cell = try sram["leakage_cell"]
    guard gates[try cell.text()] != nil else {
      throw InputError(
        .badData, at: cell.location,
        "'\(try cell.text())' is not among the gates above: \(gates.keys.sorted().joined(separator: ", "))"
      )
    }
    var macros: (area: SRAMAreaModel, leakage: SRAMLeakageModel?)?
    if let table = sram.optional("macros") { macros = try self.macros(table) }
    let supply: Voltage? = try sram.optional("macros_supply")?.quantity(in: Self.supplies)
    var source = SRAMLeakageSource.cells
    if let choice = sram.optional("leakage") {
      source = try choice.choice()
      guard source == .cells || (macros?.leakage != nil && supply != nil) else {
        throw InputError(
          .badData, at: choice.location,
          "leakage of macros needs macros, a table with leakage_nw, and macros_supply, which that "
            + "holds at")
      }
    }
    return TechnologyNode.SRAM(
      failures: failures, leakageCell: try cell.text(),
      leakageCount: try sram["leakage_cells_per_bit"].integer(in: 1...8),
      access: SRAMAccessEnergy(
        law: try law(sram["access_energy_64bit"]),
        supply: try sram["access_energy_supply"].quantity(in: Self.supplies),
        source: try sram["access_energy_source"].text()),
      area: macros?.area, macroLeakage: macros?.leakage, macroSupply: supply,
      leakageSource: source)
  }

  /// The keys of a failure law's own file.
  static func memoryLaw(in document: StrictYAML) throws -> StrictYAML.Record {
    try document.record(["name", "source"] + lawKeys)
  }

  /// One energy for every size, or a list of energies by bytes.
  private func law(_ node: StrictYAML) throws -> SRAMAccessEnergy.Law {
    if case .list = node.content {
      return .bySize(try PowerLaw(node, "bytes", 1...(1 << 40), Self.energies))
    }
    return .anySize(try node.quantity(in: Self.energies))
  }

  /// The law from simulated noise margins (mean, sigma, cells), counted faults, or published rates.
  mutating func bitCell(_ record: StrictYAML.Record) throws -> BitCellFailureModel {
    let node = try record["data"]
    let table = try table(node, requiring: ["supply_v"])
    let volts = Voltage(0)...Voltage(5)
    let low = try record["fit_from"].quantity(in: volts)
    let high = try record["fit_to"].quantity(in: volts)
    var supplies: [Double] = []
    var probabilities: [Double] = []
    var sigmas: [Double] = []
    var lines: [Double: Int] = [:]
    var distinct = DistinctSupplies()
    for row in table.rows {
      let supply = try table.number(row, "supply_v")
      guard supply >= low.value - 1e-9, supply <= high.value + 1e-9 else { continue }
      try distinct.insert(Voltage(supply), of: row, in: table)
      if let first = lines.updateValue(row.line, forKey: supply) {
        throw InputError(
          .badData, at: table.location(row),
          "repeats the supply \(supply) V of line \(first): keep one row a supply")
      }
      let (probability, sigma) = try point(table, row)
      supplies.append(supply)
      probabilities.append(probability)
      if let sigma { sigmas.append(sigma) }
    }
    do {
      return try BitCellFailureModel(
        law: record["law"].choice(), supplies: supplies, probabilities: probabilities,
        sigmas: sigmas.isEmpty ? nil : sigmas)
    } catch let error as FittingError {
      throw InputError(.badData, at: node.location, "SRAM failures: \(error)")
    }
  }

  /// A failure probability and the standard deviation of its z, nil for published rates.
  ///
  /// From noise margins of N cells: the probability that either lobe is lost is halved, since a lost
  /// lobe hurts one stored value only; z = mean/sigma has the variance 1/N + z²/(2N). From counted
  /// faults, σ(z) = √(p(1−p)/N)/φ(z), φ the normal density.
  private func point(_ table: CSVTable, _ row: CSVTable.Row) throws -> (Double, Double?) {
    let probability: Double
    let sigma: (Double) -> Double?
    if table.header.contains("faults") {
      let bits = try positive(table, row, "bits")
      probability = try table.number(row, "faults") / bits
      sigma = { z in
        (probability * (1 - probability) / bits).squareRoot()
          / (exp(-z * z / 2) / (2 * Double.pi).squareRoot())
      }
    } else if table.header.contains("bit_error_rate") {
      probability = try table.number(row, "bit_error_rate")
      sigma = { _ in nil }
    } else {
      probability = try table.number(row, "failure_probability") / 2
      let cells = try positive(table, row, "cells")
      sigma = { z in (1 / cells + z * z / (2 * cells)).squareRoot() }
    }
    guard probability > 0, probability < 1 else {
      throw InputError(
        .badData, at: table.location(row),
        "the failure probability must be between 0 and 1, not \(probability)")
    }
    return (probability, sigma(Normal.upperQuantile(probability)))
  }
}
