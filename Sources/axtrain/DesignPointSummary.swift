import Accelerators
import Files

/// The columns of several design points that fit a terminal.
struct DesignPointSummary {
  private let columns: [(name: String, title: String)]

  /// - Parameter axes: whose fields are shown where they differ; array and dataflow always are.
  init(_ axes: DesignPoints.Axes, energyTable: EnergyTable?) {
    func differ(_ values: [Int]?) -> Bool { (values?.count ?? 1) > 1 }
    let buffers = [
      (axes.weightBufferWords, "weight_buffer_words", "weight words"),
      (axes.activationBufferWords, "activation_buffer_words", "activation words"),
      (axes.outputBufferWords, "output_buffer_words", "output words"),
    ].filter { differ($0.0) }.map { (name: $0.1, title: $0.2) }
    columns =
      [("rows", "rows"), ("columns", "columns"), ("dataflow", "dataflow")] + buffers
      + [("total_cycles", "cycles")]
      + (energyTable.map {
        [("on_chip_energy", "on chip \($0.unit)"), ("total_energy", "with DRAM \($0.unit)")]
      } ?? [
        ("stall_cycles", "stall"), ("utilization", "utilization"),
        ("dram_read_bits", "DRAM bits in"),
      ])
  }

  /// Where they stand in a table.
  func indices(in all: [ColumnDefinition]) -> [Int] {
    columns.map { column in
      guard let index = all.firstIndex(where: { $0.name == column.name }) else {
        preconditionFailure("the summary names an unknown column")
      }
      return index
    }
  }

  /// Rows of these columns, under titles for people.
  func table(_ rows: [[CellValue]]) -> ResultTable {
    ResultTable(columns: columns.map { ColumnDefinition($0.title, "") }, rows: rows)
  }
}
