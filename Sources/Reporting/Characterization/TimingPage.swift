import Characterization
import ErrorTables
import Files
import Quantities

/// The page of a timing study: error probability and energy against supply.
public struct TimingPage: Sendable {
  public let tables: TimingStudyTables

  public init(_ tables: TimingStudyTables) { self.tables = tables }

  /// The page as HTML that needs no network and runs no script.
  public var html: String {
    get throws {
      try StandalonePage.html(
        template: PackageResources.timing_mustache,
        styles: [PackageResources.circuit_css, PackageResources.fit_css],
        context: context)
    }
  }

  private var context: [String: Any] {
    let supplies = tables.supplies
    let study = tables.study
    return [
      "title": study.netlist.name, "lead": lead, "findings": tables.findings,
      // These are made in SVGText, which escapes what is foreign in them.
      "errors": errors.svg(width: 540, height: 420),
      "bits": bits.svg(width: 540, height: 420),
      "energy": energy.svg(width: 540, height: 420),
      "spread": spread.svg(width: 540, height: 420),
      "header": supplies.columns.map { ["name": $0.name, "definition": $0.definition] },
      "rows": supplies.rows.map { ["cells": $0.map(\.formatted)] },
    ]
  }

  private var lead: String {
    let study = tables.study
    let transitions = tables.points.first?.total.transitions ?? 0
    let what =
      switch study.transitions {
      case .all:
        "all \(transitions / study.dies) transitions with operand "
          + "\(study.stationary.rawValue) held"
      case .sample(let count): "\(count) sampled transitions"
      case .trace(let trace): "a trace of \(trace.count) transitions"
      case .streams(let streams, let periods):
        "\(streams) streams of \(periods) periods, late changes carried on"
      }
    return
      "\(study.netlist.gates.count) gates, \(study.technology.name), \(study.dies) dies of seed "
      + "\(study.seed), \(what) on each, \(study.steps) time steps to the longest path, "
      + "\(study.pulses.rawValue) delay."
  }

  private func xAxis() -> ChartAxis { .linear(tables.points.map(\.supply.value)) }

  /// The error probability, with intervals, and the fitted law.
  private var errors: LineChart {
    let points = tables.errors.points
    let counted = points.enumerated().map { row, point in
      LineChart.Point(
        row: row, x: point.supply, y: point.proportion.value, interval: point.interval95)
    }
    let series = [LineChart.Series(name: "simulated", index: 0, points: counted)]
    let bands: [LineChart.Band] =
      switch tables.fit {
      case .success(let law): [Self.band(of: law, name: "fitted law")]
      case .failure(.doesNotDescribe(let law)): [Self.band(of: law, name: "rejected law")]
      case .failure: []
      }
    return LineChart(
      title: "Wrong products", xTitle: "Supply (V)", yTitle: "Share of products (log)",
      xAxis: xAxis(),
      yAxis: .logarithmic(points.map(\.proportion.value), wholeDecades: true), series: series,
      bands: bands, emptyNote: "no product is wrong")
  }

  private static func band(of law: TimingErrorFit, name: String) -> LineChart.Band {
    let (low, high) = (law.range.lowerBound, law.range.upperBound)
    return LineChart.Band(
      name: name, index: 1,
      line: (0...100).map { step in
        let supply = Voltage(low + (high - low) * Double(step) / 100)
        let (p, sd) = (law.probability(at: supply), law.standardDeviation(at: supply))
        return (supply.value, p, p - 2 * sd, p + 2 * sd)
      })
  }

  /// The error probability of the product bits that err most, and least.
  private var bits: LineChart {
    let rates = tables.points.map { point in
      let total = point.total
      return total.bitErrors.map { Double($0) / Double(total.transitions) }
    }
    let count = rates.first?.count ?? 0
    let chosen = (0..<count).filter { bit in rates.contains { $0[bit] > 0 } }
      .sorted { left, right in
        let (a, b) = (rates.map { $0[left] }.max() ?? 0, rates.map { $0[right] }.max() ?? 0)
        return a != b ? a > b : left > right
      }
    let shown = chosen.prefix(6).sorted(by: >)
    return LineChart(
      title: "Wrong product bits, the six most frequent", xTitle: "Supply (V)",
      yTitle: "Share of products (log)", xAxis: xAxis(),
      yAxis: .logarithmic(shown.flatMap { bit in rates.map { $0[bit] } }, wholeDecades: true),
      series: shown.enumerated().map { index, bit in
        LineChart.Series(
          name: "bit \(bit)", index: index,
          points: tables.points.enumerated().map { row, point in
            LineChart.Point(row: row, x: point.supply.value, y: rates[row][bit], interval: nil)
          })
      }, emptyNote: "no bit is wrong")
  }

  private var energy: LineChart {
    let values = tables.points.map { $0.profile.energyPerOperation * 1e15 }
    return LineChart(
      title: "Switching energy of a multiplication", xTitle: "Supply (V)", yTitle: "Energy (fJ)",
      xAxis: xAxis(), yAxis: .linear(values, floor: 0),
      series: [
        LineChart.Series(
          name: "glitches included", index: 0,
          points: tables.points.enumerated().map { row, point in
            LineChart.Point(row: row, x: point.supply.value, y: values[row], interval: nil)
          })
      ])
  }

  /// The dies' own error probabilities: least, middle and most.
  private var spread: LineChart {
    let sorted = tables.points.map { point in point.errors.map(\.errorRate).sorted() }
    let picks: [(String, ([Double]) -> Double)] = [
      ("best die", { $0[0] }), ("middle die", { $0[$0.count / 2] }),
      ("worst die", { $0[$0.count - 1] }),
    ]
    return LineChart(
      title: "Dies", xTitle: "Supply (V)", yTitle: "Share of products (log)", xAxis: xAxis(),
      yAxis: .logarithmic(sorted.flatMap { $0 }, wholeDecades: true),
      series: picks.enumerated().map { index, pick in
        LineChart.Series(
          name: pick.0, index: index,
          points: tables.points.enumerated().map { row, point in
            LineChart.Point(
              row: row, x: point.supply.value, y: pick.1(sorted[row]), interval: nil)
          })
      }, emptyNote: "no product is wrong")
  }
}
