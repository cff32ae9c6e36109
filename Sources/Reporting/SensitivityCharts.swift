import Files

/// The report's bars of how much the loss minds noise in each layer's weights, one for each method, of a
/// sweep that measures it.
struct SensitivityCharts {
  let rows: ReportRows

  /// Behind which the methods' own stand.
  private static let start = "where fine-tuning begins"

  /// One hardware at one operating point.
  private struct Place: Hashable {
    let multiplier: String
    let clock: String
    let supply: String
    let memorySupply: String
    let weightRate: String
    let activationRate: String

    /// Of wrong bits; where activations have another rate than weights, whose is said.
    var rate: String {
      let isOfAll = activationRate == weightRate || activationRate.isEmpty || activationRate == "0"
      guard !isOfAll else { return weightRate }
      let activations = "\(activationRate) of activations"
      return weightRate == "0" ? activations : "\(weightRate) of weights, \(activations)"
    }

    init(_ rows: ReportRows, _ row: Int) {
      func text(_ column: String) -> String { CellText.short(rows.table[row, column]) }
      multiplier = text("multiplier")
      clock = text("clock")
      supply = text("supply_v")
      memorySupply = text("memory_supply_v")
      weightRate = text("weight_bit_error_rate")
      activationRate = text("activation_bit_error_rate")
    }
  }

  /// A row with the sensitivities of its networks' layers.
  private struct Measured {
    let row: Int
    let place: Place
    let layers: [String]
    let before: [Double]?
    let after: [Double]
  }

  /// Rows whose lists are as long as their layers are many.
  private var measured: [Measured] {
    let columns = ["sensitivity_layers", "sensitivity_before", "sensitivity_after"]
    return rows.table.rows.indices.compactMap { row in
      func list(_ column: String) -> [Substring] { rows.text(row, column).split(separator: " ") }
      let layers = list(columns[0]).map(String.init)
      let (before, after) = (
        list(columns[1]).compactMap { Double($0) }, list(columns[2]).compactMap { Double($0) }
      )
      guard !layers.isEmpty, after.count == layers.count else { return nil }
      return Measured(
        row: row, place: Place(rows, row), layers: layers,
        before: before.count == layers.count ? before : nil, after: after)
    }
  }

  /// One picture for each hardware and operating point at which some weight has noise.
  func bars(size: (width: Double, height: Double)) -> [String] {
    let measured = measured
    var places: [Place] = []
    for place in measured.map(\.place) where !places.contains(place) { places.append(place) }
    return places.compactMap { place in
      let here = measured.filter { $0.place == place }
      guard here.contains(where: { $0.after.contains { $0 > 0 } }) else { return nil }
      let layers = here[0].layers
      let start = here.first { $0.before != nil && $0.layers == layers }?.before
      let series =
        (start.map { [LayerBars.Series(name: Self.start, values: $0)] } ?? [])
        + here.filter { $0.layers == layers }.map {
          LayerBars.Series(
            name: ReportRows.shown(rows.text($0.row, "method")), values: $0.after)
        }
      return LayerBars(
        title: "\(ReportRows.shown(place.multiplier)), \(place.supply) V"
          + (place.memorySupply == place.supply || place.memorySupply.isEmpty
            ? "" : ", memory \(place.memorySupply) V")
          + (rows.clocks.count > 1 ? ", \(ReportRows.shownClock(place.clock))" : "")
          + (place.rate.isEmpty ? "" : ", rate of wrong bits \(place.rate)"),
        yTitle: "½·Σ s²·(∂L/∂w)²", layers: layers, series: series
      ).svg(width: size.width, height: size.height)
    }
  }

  static let header = [
    "multiplier", "method", "clock", "supply V", "memory supply V", "rate of wrong bits", "layer",
    "before", "after", "change %",
  ]

  /// The texts of the table, under `header`: a line for each layer of each row.
  var lines: [[String]] {
    measured.flatMap { measured -> [[String]] in
      let place = measured.place
      return measured.layers.indices.map { layer in
        let (before, after) = (measured.before?[layer], measured.after[layer])
        let change = before.flatMap { $0 > 0 ? 100 * (after / $0 - 1) : nil }
        return [
          place.multiplier, rows.text(measured.row, "method"), place.clock, place.supply,
          place.memorySupply, place.rate, measured.layers[layer],
          before.map { CellText.short($0) } ?? "", CellText.short(after),
          change.map { CellValue.format($0, digits: 3) } ?? "",
        ]
      }
    }
  }
}
