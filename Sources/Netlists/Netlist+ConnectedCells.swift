/// A cell as writers need it: what drives and feeds each of its pins.
struct ConnectedCell {
  let instance: CellInstance
  let gates: [Gate]
  /// The cell in the library or the 45 nm kit; nil where neither has it.
  let cell: LibraryCell?
  /// By pin; without input pins that no function reads.
  let nets: [String: NetID]
}

extension Netlist {
  /// The placed cells in the order of their first gate.
  ///
  /// - Precondition: a cell of the library has the output pins that its gates name.
  func connectedCells(in library: CellLibrary) -> [ConnectedCell] {
    var gatesOfCell = [[Gate]](repeating: [], count: cells.count)
    var order: [Int] = []
    for gate in gates {
      if gatesOfCell[gate.cell].isEmpty { order.append(gate.cell) }
      gatesOfCell[gate.cell].append(gate)
    }
    return order.map { index in
      let instance = cells[index]
      let cell = library[instance.cell] ?? StandardKitCells.library[instance.cell]
      var nets: [String: NetID] = [:]
      if let cell {
        for gate in gatesOfCell[index] {
          guard let output = cell.outputs.first(where: { $0.pin == gate.pin }) else {
            preconditionFailure("cell '\(cell.name)' has no output pin '\(gate.pin)'")
          }
          nets[gate.pin] = gate.output
          for (pin, net) in zip(output.inputs, gate.inputs) { nets[cell.inputs[pin]] = net }
        }
      }
      return ConnectedCell(instance: instance, gates: gatesOfCell[index], cell: cell, nets: nets)
    }
  }
}
