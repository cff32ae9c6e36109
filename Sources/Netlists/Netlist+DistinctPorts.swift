extension Netlist {
  /// The same netlist with names that differ for all ports: outputs that have the name of an input,
  /// as BLIF allows, get `_out` behind theirs.
  package var withDistinctPorts: Netlist {
    var taken = Set(inputs.map(\.name))
    guard outputs.contains(where: { taken.contains($0.name) }) else { return self }
    let inputNames = taken
    for port in outputs where !inputNames.contains(port.name) { taken.insert(port.name) }
    let renamed = outputs.map { port in
      guard inputNames.contains(port.name) else { return port }
      var name = port.name
      while !taken.insert(name).inserted { name += "_out" }
      return Port(name: name, bits: port.bits, isSigned: port.isSigned)
    }
    return Netlist(
      name: name, inputs: inputs, outputs: renamed, cells: cells, gates: gates, netCount: netCount)
  }
}
