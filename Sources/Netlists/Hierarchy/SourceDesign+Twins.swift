extension SourceDesign {
  /// The most inputs of a cell whose definition is compared with it, and the most statements, nodes
  /// and bits of expressions that the definition may have.
  private static let maximumTwinInputs = 8
  private static let maximumTwinItems = 64
  private static let maximumTwinNodes = 1024
  private static let maximumTwinBits = 1 << 14

  /// Whether a module is the definition of a cell: netlists bring simulation models of the cells
  /// that they use along, and are the same circuit with and without them.
  enum Twin {
    /// Its ports are the cell's pins and it computes the same.
    case same
    /// Its ports are the cell's pins and it computes something else, or cannot be compared.
    case different
    /// It has other ports.
    case unrelated
  }

  /// Compares a module with a cell by its ports and, for all values of the inputs, its outputs.
  func twin(_ position: Int, of cell: LibraryCell) -> Twin {
    let module = modules[position]
    func ports(_ direction: SourceModule.Direction) -> [String] {
      module.ports.compactMap { port in
        guard let signal = module.signalPositions[port.name].map({ module.signals[$0] }),
          signal.direction == direction, signal.width == 1
        else { return nil }
        return names[port.name]
      }
    }
    let (inputs, outputs) = (ports(.input), ports(.output))
    guard inputs.count + outputs.count == module.ports.count, module.passedThrough.isEmpty,
      Set(inputs) == Set(cell.inputs), Set(outputs) == Set(cell.outputs.map(\.pin)),
      inputs.count == cell.inputs.count, outputs.count == cell.outputs.count
    else { return .unrelated }
    let isFlat = module.items.allSatisfy { item in
      if case .instance = item { return false }
      return true
    }
    guard isFlat, inputs.count <= Self.maximumTwinInputs,
      module.items.count <= Self.maximumTwinItems, module.nodes.count <= Self.maximumTwinNodes
    else { return .different }
    var elaboration = Elaboration(
      self, top: position, library: CellLibrary(name: "", cells: []))
    elaboration.bitLimit = Self.maximumTwinBits
    guard let netlist = try? elaboration.netlist() else { return .different }
    return computes(netlist, cell) ? .same : .different
  }

  /// Whether a netlist with a port for each pin of a cell has the cell's outputs.
  private func computes(_ netlist: Netlist, _ cell: LibraryCell) -> Bool {
    var values = [Bool](repeating: false, count: netlist.netCount)
    values[Int(Netlist.constantOne.index)] = true
    func value(_ truthTable: UInt64, _ inputs: [Bool]) -> Bool {
      var pattern: UInt64 = 0
      for (bit, isOne) in inputs.enumerated() where isOne { pattern |= 1 << UInt64(bit) }
      return truthTable >> pattern & 1 == 1
    }
    let inputNets = cell.inputs.map { pin in
      netlist.inputs.first { $0.name == pin }?.bits[0] ?? Netlist.constantZero
    }
    for pattern in 0..<1 << cell.inputs.count {
      let inputs = cell.inputs.indices.map { pattern >> $0 & 1 == 1 }
      for (net, isOne) in zip(inputNets, inputs) { values[Int(net.index)] = isOne }
      for gate in netlist.gates {
        values[Int(gate.output.index)] = value(
          gate.truthTable, gate.inputs.map { values[Int($0.index)] })
      }
      for output in cell.outputs {
        guard let net = netlist.outputs.first(where: { $0.name == output.pin })?.bits[0],
          values[Int(net.index)] == value(output.truthTable, output.inputs.map { inputs[$0] })
        else { return false }
      }
    }
    return true
  }
}
