import Files
import Quantities

extension LayerEnergy {
  /// The columns that an energy table adds to `axtrain simulate`.
  public static let columns =
    [
      ColumnDefinition("energy_table", "The table that the energies come from, by its name."),
      ColumnDefinition(
        "energy_unit",
        "Of all energies of the row: pJ, or MAC16, a multiply-accumulate of 16 bits (the table's word)."
      ),
    ]
    + Component.allCases.map { ColumnDefinition("\($0.rawValue)_energy", $0.definition) } + [
      ColumnDefinition(
        "on_chip_energy", "The sum of all components but DRAM that the table knows."),
      ColumnDefinition("total_energy", "The sum of the components that the table knows."),
      ColumnDefinition(
        "energy_not_counted",
        "Components that the table has no numbers for, `;` between them; no table has those of clock tree, controller and leakage."
      ),
      ColumnDefinition(
        "energy_extrapolated",
        "Components whose width or size lies outside the table's, `;` between them."),
      ColumnDefinition(
        "tops_per_watt",
        "Two operations a multiplication over the energy, 10¹² a joule; empty for ratios."),
      ColumnDefinition(
        "energy_delay_product_js",
        "Energy × total cycles × clock period, joule-seconds; empty for ratios, or without a period."
      ),
      ColumnDefinition(
        "dram_energy_source",
        "`table`, or `accelerator` where its file or a flag states what a bit costs."),
    ]

  /// Cells of the columns for each layer and for their total.
  ///
  /// - Parameter clockPeriod: positive, if it is known.
  public static func cells(
    of estimates: [LayerEstimate], on spec: AcceleratorSpec, by table: EnergyTable,
    clockPeriod: Delay?
  ) -> [[CellValue]] {
    var total = Sum()
    var rows: [[CellValue]] = []
    for estimate in estimates {
      var layer = Sum()
      layer.add(LayerEnergy(of: estimate, on: spec, by: table), of: estimate)
      rows.append(layer.cells(on: spec, by: table, clockPeriod: clockPeriod))
      total += layer
    }
    return rows + [total.cells(on: spec, by: table, clockPeriod: clockPeriod)]
  }

  /// Energies of layers, and the work that they are of.
  struct Sum {
    private var energy = LayerEnergy()
    private var products = 0.0
    private var cycles = 0.0

    mutating func add(_ energy: LayerEnergy, of estimate: LayerEstimate) {
      self.energy += energy
      products += Double(estimate.counts.multiplications)
      cycles += Double(estimate.totalCycles)
    }

    static func += (total: inout Sum, more: Sum) {
      total.energy += more.energy
      total.products += more.products
      total.cycles += more.cycles
    }

    /// Cells of the columns.
    func cells(
      on spec: AcceleratorSpec, by table: EnergyTable, clockPeriod: Delay?
    ) -> [CellValue] {
      energy.cells(table, products, cycles, clockPeriod) + [
        .text(spec.dramEnergyPerBit == nil ? "table" : "accelerator")
      ]
    }
  }

  /// What no table of accesses and operations has.
  private static let unknown = ["clock_tree", "controller", "leakage"]

  private func cells(
    _ table: EnergyTable, _ products: Double, _ cycles: Double, _ clockPeriod: Delay?
  ) -> [CellValue] {
    func names(_ components: [Component]) -> CellValue {
      .text(components.map(\.rawValue).joined(separator: ";"))
    }
    var (efficiency, delayProduct): (CellValue, CellValue) = (.missing, .missing)
    if case .operations = table.costs {
      efficiency = .real(2 * products / total)
      if let clockPeriod {
        delayProduct = .real(total * Prefix.pico.factor * cycles * clockPeriod.value)
      }
    }
    return [.text(table.name), .text(table.unit)]
      + Component.allCases.map { components[$0].map { .real($0) } ?? .missing } + [
        .real(onChip), .real(total),
        .text((notCounted.map(\.rawValue) + Self.unknown).joined(separator: ";")),
        names(Component.allCases.filter { extrapolated.contains($0) }), efficiency, delayProduct,
      ]
  }
}

extension LayerEnergy.Component {
  fileprivate var definition: String {
    switch self {
    case .multiplier: "Of products; of whole multiply-accumulates where the table has these."
    case .accumulator: "Of additions to partial sums and of the zero points' sums."
    case .registers: "Of operands or sums that stay in the elements."
    case .interconnect: "Of words that move from element to element."
    case .weightBuffer: "Of words read from the weight buffer, and written as DRAM sent them."
    case .activationBuffer:
      "Of words read from the activation buffer, and written as DRAM sent them."
    case .outputBuffer: "Of words written to the output buffer, and read from it for DRAM."
    case .bank: "Of partial sums read from and written to the accumulator bank."
    case .outputStage: "Of bias, zero-point correction and scaling of the outputs."
    case .vectorUnit: "Of the vector unit's comparisons and additions."
    case .dram: "Of words fetched from and stored to DRAM."
    }
  }
}
