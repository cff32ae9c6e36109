extension Netlist {
  /// The same functions made of the cells of a library alone.
  ///
  /// Cells that the library has, with these pins and functions, stay as they are. Others (operators
  /// of Verilog, cells of another kit) are made of library cells one by one, as `FunctionMapper`
  /// says; cells of several outputs as a whole where the library has their like. Nothing is
  /// optimized across cells, so gates stay comparable with the source. A cell that becomes one cell
  /// keeps its name; parts are named `name_1`, `name_2` …
  ///
  /// - Returns: the netlist, and for people one note for each kind of foreign cell.
  /// - Throws: `InputError` 65 if there are foreign cells and the library has no inverter, or no cell
  ///   of two inputs that a NAND can be made of.
  public func mapped(to library: CellLibrary) throws -> (netlist: Netlist, notes: [String]) {
    var gatesOfCell = [[Int]](repeating: [], count: cells.count)
    for (index, gate) in gates.enumerated() { gatesOfCell[gate.cell].append(index) }
    let pinNets = cells.indices.map { inputs(of: $0, gatesOfCell[$0], in: library) }
    if pinNets.allSatisfy({ $0 != nil }) { return (self, []) }

    var mapping = try TechnologyMapping(self, library)
    for (cell, nets) in pinNets.enumerated() {
      if let nets {
        mapping.keep(cell, gatesOfCell[cell], inputs: nets)
      } else {
        mapping.replace(cell, gatesOfCell[cell])
      }
    }
    return (try mapping.builder.finish(), mapping.notes)
  }

  /// The net at each input pin of a placed cell, if the library has it with these pins and
  /// functions; an input that no function reads is tied to 0.
  private func inputs(of cell: Int, _ gates: [Int], in library: CellLibrary) -> [NetID]? {
    guard let known = library[cells[cell].cell], known.outputs.count == gates.count else {
      return nil
    }
    var nets = [NetID?](repeating: nil, count: known.inputs.count)
    for index in gates {
      let gate = self.gates[index]
      guard let output = known.outputs.first(where: { $0.pin == gate.pin }),
        output.truthTable == gate.truthTable, output.inputs.count == gate.inputs.count
      else { return nil }
      for (position, net) in zip(output.inputs, gate.inputs) {
        guard nets[position] ?? net == net else { return nil }
        nets[position] = net
      }
    }
    return nets.map { $0 ?? Self.constantZero }
  }
}

/// A netlist that is being rebuilt from the cells of a library.
private struct TechnologyMapping {
  private let netlist: Netlist
  private let library: CellLibrary
  private var mapper: FunctionMapper
  private(set) var builder: NetlistBuilder
  /// For each net of the netlist the builder's.
  private var nets: [NetID] = []
  private var names: Set<String>
  /// How many parts were named after an instance so far.
  private var partCounts: [String: Int] = [:]
  private var wholes: [[TruthTable]: MappingRecipe?] = [:]
  /// For each kind of foreign cell, in order of appearance: how often, and made of what at first.
  private var replaced: [(cell: String, count: Int, recipe: String)] = []
  private var kinds: [String: Int] = [:]

  init(_ netlist: Netlist, _ library: CellLibrary) throws {
    self.netlist = netlist
    self.library = library
    mapper = try FunctionMapper(library)
    builder = NetlistBuilder(name: netlist.name)
    names = Set(netlist.cells.map(\.name))
    nets = [Netlist.constantZero, Netlist.constantOne]
    for net in 2..<max(2, netlist.netCount) { nets.append(builder.addNet("net \(net)")) }
    for port in netlist.inputs {
      builder.addInput(port.name, bits: port.bits.map { nets[Int($0.index)] })
    }
    for port in netlist.outputs {
      builder.addOutput(port.name, bits: port.bits.map { nets[Int($0.index)] })
    }
  }

  var notes: [String] {
    replaced.map { kind in
      "\(kind.count) of '\(kind.cell)' became \(kind.recipe) of library '\(library.name)'"
    }
  }

  private func here(_ net: NetID) -> NetID { nets[Int(net.index)] }

  mutating func keep(_ cell: Int, _ gates: [Int], inputs: [NetID]) {
    let instance = netlist.cells[cell]
    guard let known = library[instance.cell] else { return }
    let outputs = known.outputs.map { output in
      gates.first { netlist.gates[$0].pin == output.pin }.map { here(netlist.gates[$0].output) }
    }
    builder.addCell(known, name: instance.name, inputs: inputs.map(here), outputs: outputs)
  }

  mutating func replace(_ cell: Int, _ gates: [Int]) {
    let placed = gates.map { netlist.gates[$0] }
    var made: [(recipe: MappingRecipe, inputs: [NetID], outputs: [NetID])] = []
    if placed.count > 1, let shared = sharedFunctions(placed), let whole = whole(shared.tables) {
      made.append((whole, shared.inputs, placed.map(\.output)))
    } else {
      for gate in placed {
        let table = TruthTable(gate.truthTable, variables: gate.inputs.count)
        made.append((mapper.recipe(for: table), gate.inputs, [gate.output]))
      }
    }
    let stepCount = made.reduce(0) { $0 + $1.recipe.steps.count }
    for (recipe, inputs, outputs) in made {
      place(recipe, of: netlist.cells[cell], inputs, outputs, keepsName: stepCount == 1)
    }
    note(netlist.cells[cell].cell, made.map(\.recipe))
  }

  /// The functions of a cell's outputs over the same inputs.
  private func sharedFunctions(_ gates: [Gate]) -> (tables: [TruthTable], inputs: [NetID])? {
    func table(_ gate: Gate) -> TruthTable {
      TruthTable(gate.truthTable, variables: gate.inputs.count)
    }
    if gates.allSatisfy({ $0.inputs == gates[0].inputs }) {
      return (gates.map(table), gates[0].inputs)
    }
    let inputs = Array(Set(gates.flatMap(\.inputs))).sorted()
    guard inputs.count <= CellMatches.maximumSharedInputs else { return nil }
    // A net on two pins of one function would be one variable in two places.
    guard gates.allSatisfy({ Set($0.inputs).count == $0.inputs.count }) else { return nil }
    let tables = gates.map { gate in
      table(gate).placed(
        gate.inputs.map { net in inputs.firstIndex(of: net) ?? 0 }, of: inputs.count)
    }
    return (tables, inputs)
  }

  private mutating func whole(_ tables: [TruthTable]) -> MappingRecipe? {
    guard tables.count <= CellMatches.maximumOutputs,
      tables[0].count <= CellMatches.maximumSharedInputs
    else { return nil }
    if let known = wholes[tables] { return known }
    let recipe = mapper.matched(tables)
    wholes[tables] = recipe
    return recipe
  }

  private mutating func place(
    _ recipe: MappingRecipe, of instance: CellInstance, _ inputs: [NetID], _ outputs: [NetID],
    keepsName: Bool
  ) {
    // Each output pin of each step: the net that the recipe's result names, else a new one.
    var targets: [MappingRecipe.Signal: NetID] = [:]
    for (result, output) in zip(recipe.results, outputs) where targets[result] == nil {
      targets[result] = here(output)
    }
    var stepNets: [[NetID]] = []
    func net(_ signal: MappingRecipe.Signal) -> NetID {
      switch signal {
      case .constant(let value): value ? Netlist.constantOne : Netlist.constantZero
      case .variable(let index): here(inputs[index])
      case .output(let step, let pin): stepNets[step][pin]
      }
    }
    for (index, step) in recipe.steps.enumerated() {
      let cell = library.cells[step.cell]
      let name = keepsName ? instance.name : freshName(instance.name)
      let driven = cell.outputs.indices.map { pin in
        targets[.output(step: index, pin: pin)]
          ?? builder.addNet("\(name).\(cell.outputs[pin].pin)")
      }
      builder.addCell(
        cell, name: name, inputs: step.inputs.map { net($0) }, outputs: driven.map { $0 })
      stepNets.append(driven)
    }
    for (result, output) in zip(recipe.results, outputs) where net(result) != here(output) {
      builder.addAlias(here(output), of: net(result))
    }
  }

  private mutating func freshName(_ base: String) -> String {
    while true {
      let number = partCounts[base, default: 0] + 1
      partCounts[base] = number
      let name = "\(base)_\(number)"
      if names.insert(name).inserted { return name }
    }
  }

  private mutating func note(_ cell: String, _ recipes: [MappingRecipe]) {
    if let known = kinds[cell] {
      replaced[known].count += 1
      return
    }
    var counts: [(name: String, count: Int)] = []
    for step in recipes.flatMap(\.steps) {
      let name = library.cells[step.cell].name
      if let place = counts.firstIndex(where: { $0.name == name }) {
        counts[place].count += 1
      } else {
        counts.append((name, 1))
      }
    }
    let parts = counts.map { $0.count == 1 ? $0.name : "\($0.count) \($0.name)" }
    kinds[cell] = replaced.count
    replaced.append((cell, 1, parts.isEmpty ? "a wire" : parts.joined(separator: " + ")))
  }
}
