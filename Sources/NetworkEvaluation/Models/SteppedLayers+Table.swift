import Accelerators
import Files

extension SteppedLayers {
  /// The columns that these layers add to `axtrain simulate`, of every row.
  public static let columns = NetworkRun.steppedColumns

  /// A table of layers and their total with these columns; empty of layers that the array does not do.
  ///
  /// - Precondition: a row for each of the layers that were stepped, and one for all.
  public func table(adding layers: ResultTable, of estimates: [LayerEstimate]) -> ResultTable {
    precondition(layers.rows.count == estimates.count + 1, "a row for each layer and the total")
    let level = CellValue.text(NetworkRun.Level.register.rawValue)
    var left = toggles[...]
    var cells = estimates.map { estimate -> [CellValue] in
      guard estimate.isOnArray, let toggles = left.popFirst() else { return [.missing, .missing] }
      return [level, .integer(toggles.all)]
    }
    cells.append([level, .integer(toggles.reduce(0) { $0 + $1.all })])
    return ResultTable(
      columns: layers.columns + Self.columns, rows: zip(layers.rows, cells).map { $0 + $1 })
  }
}
