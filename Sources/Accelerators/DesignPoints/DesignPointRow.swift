import Files
import Quantities

/// Rows of a table with the total of a workload on each of many accelerators.
public struct DesignPointRow {
  /// The columns that such a table has after those of `LayerEstimate` and perhaps `LayerEnergy`.
  public static let columns = [
    ColumnDefinition("weight_buffer_words", "Words of the weight buffer, each a weight."),
    ColumnDefinition("activation_buffer_words", "Words of the activation buffer."),
    ColumnDefinition("output_buffer_words", "Words of the output buffer."),
    ColumnDefinition(
      "problem",
      "Why the workload does not run on the design point, whose counts are then empty; else empty."
    ),
  ]

  /// All columns of the table.
  ///
  /// - Parameter hasEnergies: whether an energy table adds those of `LayerEnergy`.
  public static func columns(hasEnergies: Bool) -> [ColumnDefinition] {
    LayerEstimate.columns + (hasEnergies ? LayerEnergy.columns : []) + columns
  }

  public let cells: [CellValue]
  /// Why the workload does not run, if it does not.
  public let problem: String?

  /// The total of all layers, as the last row of the workload's own table has it.
  ///
  /// - Parameters:
  ///   - clockPeriod: of the energy-delay product.
  public init(
    _ workload: Workload, on spec: AcceleratorSpec, _ convention: CycleConvention,
    energyTable: EnergyTable? = nil, clockPeriod: Delay? = nil
  ) {
    var counts: [CellValue]
    do {
      counts = try Self.total(workload, spec, convention, energyTable, clockPeriod)
      problem = nil
    } catch {
      problem = (error as? InputError)?.message ?? "\(error)"
      let columns = LayerEstimate.columns + (energyTable == nil ? [] : LayerEnergy.columns)
      counts = LayerEstimate.totalName(of: spec, convention)
      counts += [CellValue](repeating: .missing, count: columns.count - counts.count)
    }
    cells =
      counts + [
        .integer(spec.weightBufferWords), .integer(spec.activationBufferWords),
        .integer(spec.outputBufferWords), problem.map { .text($0) } ?? .missing,
      ]
  }

  private static func total(
    _ workload: Workload, _ spec: AcceleratorSpec, _ convention: CycleConvention,
    _ energyTable: EnergyTable?, _ clockPeriod: Delay?
  ) throws -> [CellValue] {
    let model = AnalyticalModel(spec: spec, tileWords: workload.tileWords)
    let kinds = try workload.kinds.map { try model.estimate($0, convention) }
    var sums = LayerEstimate.Sums()
    for kind in workload.order {
      if let estimate = kinds[kind] { sums.add(LayerEstimate.Sums(estimate)) }
    }
    let cells = try LayerEstimate.totalCells(
      sums, of: spec, convention, layers: workload.order.count)
    guard let energyTable else { return cells }
    let energies = kinds.map { $0.map { LayerEnergy(of: $0, on: spec, by: energyTable) } }
    var total = LayerEnergy.Sum()
    for kind in workload.order {
      if let estimate = kinds[kind], let energy = energies[kind] {
        total.add(energy, of: estimate)
      }
    }
    return cells + total.cells(on: spec, by: energyTable, clockPeriod: clockPeriod)
  }
}
