import Files

/// The page of `axtrain simulate`: roofline, utilization over time, energy by layer.
public struct SimulationPage: Sendable {
  public let title: String
  /// A sentence below the title.
  public let lead: String
  /// A row a layer and their total, under the columns of `axtrain simulate`.
  public let layers: ResultTable
  /// What DRAM moves in a cycle, bits; nil: as much as is asked for.
  public let dramBitsPerCycle: Int?

  public init(title: String, lead: String, layers: ResultTable, dramBitsPerCycle: Int?) {
    self.title = title
    self.lead = lead
    self.layers = layers
    self.dramBitsPerCycle = dramBitsPerCycle
  }

  /// The page as HTML that needs no network and runs no script.
  public var html: String {
    get throws {
      let shown = layers.columns.indices.filter { column in
        layers.rows.contains { $0[column] != .missing }
      }
      var context: [String: Any] = [
        "title": title, "lead": lead,
        // These are made in SVGText, which escapes what is foreign in them.
        "roofline": roofline.svg(width: 540, height: 400),
        "utilization": utilization.svg(width: 540, height: 400),
        "header": shown.map { column in
          [
            "parts": CellText.parts(ofName: layers.columns[column].name),
            "definition": layers.columns[column].definition, "kind": kind(column),
          ]
        },
        "rows": layers.rows.map { row in
          ["cells": shown.map { ["text": CellText.short(row[$0]), "kind": kind($0)] }]
        },
      ]
      if let energy {
        context["energy"] = energy.svg(width: 540, height: 400)
        if let energyWithDRAM {
          context["energyWithDRAM"] = energyWithDRAM.svg(width: 540, height: 400)
        }
        context["energyNote"] =
          (isOfTable
            ? "Of table \(text(total, "energy_table"))"
            : "Of gates at \(text(total, "supply_v")) V"
              + (layers[total, "memory_supply_v"] == .missing
                ? "" : ", memory at \(text(total, "memory_supply_v")) V")
              + " (\(list("energy_sources")))")
          + ". Not counted: \(list("energy_not_counted")). Beyond known sizes: "
          + "\(list("energy_extrapolated"))."
      }
      return try StandalonePage.html(
        template: PackageResources.simulation_mustache, styles: [PackageResources.fit_css],
        context: context)
    }
  }

  // MARK: - Numbers

  private var total: Int { layers.rows.count - 1 }

  private func number(_ row: Int, _ column: String) -> Double { layers[row, column].number ?? 0 }

  private func text(_ row: Int, _ column: String) -> String { CellText.short(layers[row, column]) }

  private func list(_ column: String) -> String {
    let names = text(total, column).split(separator: ";").map { $0.replacing("_", with: " ") }
    return names.isEmpty ? "nothing" : names.joined(separator: ", ")
  }

  /// The style of a column's cells: numbers are set to the right.
  private func kind(_ column: Int) -> String {
    layers.rows.contains { $0[column].number != nil } ? "num" : ""
  }

  // MARK: - Charts

  /// Products a cycle against products a bit of DRAM, under what array and channel allow.
  private var roofline: LineChart {
    let longest = Set(
      (0..<total).sorted { number($0, "total_cycles") > number($1, "total_cycles") }
        .prefix(Self.namedLayers))
    let points = (0..<total).filter(longest.contains).compactMap { row -> LineChart.Point? in
      let bits = number(row, "dram_read_bits") + number(row, "dram_write_bits")
      let (products, cycles) = (number(row, "multiplications"), number(row, "total_cycles"))
      // Layers beside the array have no products.
      guard bits > 0, cycles > 0, products > 0 else { return nil }
      return LineChart.Point(
        row: row, x: products / bits, y: products / cycles, interval: nil, label: "\(row + 1)")
    }
    let peak = number(total, "rows") * number(total, "columns")
    let bandwidth = dramBitsPerCycle.map(Double.init)
    let ridge = bandwidth.map { peak / $0 }
    let xs = points.map(\.x) + (ridge.map { [$0] } ?? [])
    let (low, high) = ((xs.min() ?? 0.1) / 2, (xs.max() ?? 1) * 2)
    let roof = ([low] + (ridge.map { [$0] } ?? []) + [high]).map { x in
      LineChart.Point(
        row: total, x: x, y: min(peak, bandwidth.map { $0 * x } ?? peak), interval: nil)
    }
    return LineChart(
      title: total > Self.namedLayers
        ? "Roofline of the \(Self.namedLayers) longest layers" : "Roofline",
      xTitle: "Products a bit of DRAM (log)", yTitle: "Products a cycle (log)",
      xAxis: .logarithmic([low, high]),
      yAxis: .logarithmic((points + roof).map(\.y)),
      series: [LineChart.Series(name: "roof", index: 6, points: roof)]
        + points.enumerated().map { index, point in
          // Each pair of color and shape once, and the number that stands beside the point.
          LineChart.Series(
            name: "\(point.row + 1) " + text(point.row, "layer"), index: index % 6,
            shape: (index + index / 6) % Palette.seriesCount, points: [point])
        },
      emptyNote: "no layer moves a bit")
  }

  /// Layers that the roofline shows: more have no room for their names.
  private static let namedLayers = 12

  /// What the elements do in the cycles of each layer.
  private var utilization: StackedChart {
    var (time, x) = (0.0, [Double]())
    var (products, idle, beside, waiting) = ([Double](), [Double](), [Double](), [Double]())
    for row in 0..<total {
      let cycles = number(row, "total_cycles")
      x += [time, time + cycles]
      time += cycles
      let used = number(row, "utilization")
      let waits = cycles > 0 ? number(row, "stall_cycles") / cycles : 0
      products += [Double](repeating: 100 * used, count: 2)
      // Pooling and residual additions are beside the array.
      let isBeside = number(row, "multiplications") == 0
      // Not a hair above all of them, for the axis.
      let rest = max(0, 100 - 100 * used - 100 * waits - 1e-9)
      idle += [Double](repeating: isBeside ? 0 : rest, count: 2)
      beside += [Double](repeating: isBeside ? rest : 0, count: 2)
      waiting += [Double](repeating: 100 * waits, count: 2)
    }
    return StackedChart(
      title: "Utilization", xTitle: "Cycles, layer after layer",
      yTitle: "Share of all elements' cycles (%)",
      x: x,
      parts: [
        StackedChart.Part(name: "products", values: products),
        StackedChart.Part(name: "filling, draining, unused elements", values: idle),
        StackedChart.Part(name: "waiting for DRAM or banks", values: waiting),
      ]
        + (beside.contains { $0 > 0 }
          ? [StackedChart.Part(name: "vector unit, array idle", values: beside)] : []))
  }

  /// Whether energies, if there are any, come from a table, and not from gates.
  private var isOfTable: Bool { layers.index(of: "energy_table") != nil }

  /// Components without DRAM, which would hide them; nil without energies.
  private var energy: StackedChart? {
    guard let ending = energyEnding else { return nil }
    let components = layers.columns.map(\.name).filter { name in
      name.hasSuffix(ending)
        && !["dram", "on_chip", "total"].contains(String(name.dropLast(ending.count)))
        && layers[total, name] != .missing
    }
    return energyChart(
      "Energy of each layer on chip",
      components.map {
        (name: String($0.dropLast(ending.count)).replacing("_", with: " "), column: $0)
      })
  }

  /// What the chip takes beside DRAM; nil where either is not known.
  private var energyWithDRAM: StackedChart? {
    guard let ending = energyEnding else { return nil }
    let parts = [("on chip", "on_chip" + ending), ("DRAM", "dram" + ending)]
    guard parts.allSatisfy({ layers.index(of: $0.1) != nil && layers[total, $0.1] != .missing })
    else { return nil }
    return energyChart("Energy of each layer with DRAM", parts)
  }

  /// What the names of energies' columns end with; nil without energies.
  private var energyEnding: String? {
    isOfTable ? "_energy" : layers.index(of: "energy_sources") == nil ? nil : "_pj"
  }

  private func energyChart(_ title: String, _ parts: [(name: String, column: String)])
    -> StackedChart
  {
    StackedChart(
      title: title, xTitle: "Layer, in the order of the table",
      yTitle: "Energy (\(isOfTable ? text(total, "energy_unit") : "pJ"))",
      x: (0..<total).flatMap { [Double($0), Double($0 + 1)] },
      parts: parts.map { part in
        StackedChart.Part(
          name: part.name,
          values: (0..<total).flatMap { [number($0, part.column), number($0, part.column)] })
      })
  }
}
