import Characterization
import ErrorTables
import Files
import Foundation
import Netlists
import TestSupport
import Testing

@Suite("Metrics of the approximate families")
struct GeneratorMetricsTests {
  /// A row of the independent program's metrics.
  struct Row: Sendable {
    let family: MultiplierFamily
    let metrics: [Double]
  }

  static func rows() throws -> [Row] {
    let path = Repository.path(
      "Tests/CharacterizationTests/Resources/approximate_8x8_metrics.csv")
    let table = try CSVTable(contentsOf: path)
    return try table.rows.map { row in
      var parameters: [String: Int] = [:]
      for text in try table.text(row, "parameters").split(separator: " ") {
        let parts = text.split(separator: "=")
        parameters[String(parts[0])] = Int(parts[1])
      }
      let family = try MultiplierFamily.named(
        try table.text(row, "family"), parameters: parameters, width: 8)
      let metrics = try NaiveProductMetrics.names.map { try table.number(row, $0) }
      return Row(family: family, metrics: metrics)
    }
  }

  func expectEqual(_ found: [Double], _ row: Row) {
    for (name, pair) in zip(NaiveProductMetrics.names, zip(found, row.metrics)) {
      // Relative errors are sums of 65,025 rounded quotients.
      let isEqual = abs(pair.0 - pair.1) <= 1e-9 * max(1e-3, abs(pair.1))
      #expect(isEqual, "\(row.family): \(name) is \(pair.0), not \(pair.1)")
    }
  }

  @Test("each row is reproduced in all columns by its family's integer model")
  func models() throws {
    let rows = try Self.rows()
    #expect(rows.count == 48)
    for row in rows {
      // The independent program does not saturate MBM's products, which need 17 bits.
      let model =
        row.family == .minimallyBiased
        ? MultiplierFamily.unlimitedMinimallyBiasedProduct
        : row.family.model(MultiplierShape(width: 8))
      expectEqual(NaiveProductMetrics(of: model).values, row)
    }
  }

  @Test("each row but the saturating MBM's is reproduced in all columns by its family's netlist")
  func netlists() throws {
    for row in try Self.rows() where row.family != .minimallyBiased {
      let netlist = row.family.netlist(width: 8)
      let ports = try MultiplierPorts(binding: netlist, file: row.family.name)
      let table = ProductTable(
        simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
        product: ports.product)
      expectEqual(NaiveProductMetrics { Int(table[$0, $1]) }.values, row)
    }
  }

  @Test("MBM saturates at 65,535 where its sum needs 17 bits, and nowhere else")
  func saturation() {
    let model = MultiplierFamily.minimallyBiased.model(MultiplierShape(width: 8))
    for a in 0..<256 {
      for b in 0..<256 {
        let sum = MultiplierFamily.unlimitedMinimallyBiasedProduct(a, b)
        #expect(model(a, b) == (sum > 65535 ? 65535 : sum))
      }
    }
    #expect(MultiplierFamily.unlimitedMinimallyBiasedProduct(255, 255) == 66389)
  }
}
