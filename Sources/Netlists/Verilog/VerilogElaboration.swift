import Files

/// Resolves the names of a parsed module and builds its netlist.
struct VerilogElaboration {
  private let module: VerilogModule
  private let library: CellLibrary
  private var builder: NetlistBuilder
  /// The nets made so far, by signal and offset: wide buses with few used bits cost nothing.
  private var nets: [String: [Int: NetID]] = [:]
  private var netCount = 0
  /// The bits of all expressions so far: bounds the time that a hostile file can take.
  private var bitsRead = 0

  init(_ module: VerilogModule, _ library: CellLibrary) {
    self.module = module
    self.library = library
    builder = NetlistBuilder(name: module.name, at: module.location)
  }

  mutating func netlist() throws -> Netlist {
    try addPorts()
    for assignment in module.assignments { try add(assignment) }
    for instance in module.instances { try add(instance) }
    return try builder.finish()
  }

  private mutating func addPorts() throws {
    for (name, location) in module.ports {
      guard let signal = module.signals[name], signal.direction != .wire else {
        throw error(
          "port '\(name)' has no direction: declare it input or output in the module", location)
      }
      let bits = try reference(name, nil, at: location)
      switch signal.direction {
      case .input: builder.addInput(name, bits: bits)
      case .output: builder.addOutput(name, bits: bits)
      case .wire: break
      }
    }
  }

  private mutating func add(_ assignment: VerilogModule.Assignment) throws {
    let target = try bits(assignment.target, isTarget: true)
    let source = try bits(assignment.source)
    guard target.count == source.count else {
      throw error(
        "width mismatch: \(source.count)-bit value assigned to a \(target.count)-bit target; make "
          + "both sides equally wide", assignment.location)
    }
    for (net, value) in zip(target, source) {
      builder.addAlias(net, of: value, at: assignment.location)
    }
  }

  private mutating func add(_ instance: VerilogModule.Instance) throws {
    guard let cell = library[instance.cell] else { throw unknownCell(instance) }
    var connected: [String: NetID] = [:]
    for (pin, expression, location) in instance.connections {
      let isOutput = cell.outputs.contains { $0.pin == pin }
      guard isOutput || cell.inputs.contains(pin) else {
        let pins = cell.inputs + cell.outputs.map(\.pin)
        throw error(
          "cell '\(cell.name)' has no pin '\(pin)'; its pins are \(pins.joined(separator: ", "))",
          location)
      }
      // An output that is left open is as good as one that is not listed.
      guard let expression else { continue }
      let nets = try bits(expression, isTarget: isOutput)
      guard nets.count == 1 else {
        throw error(
          "width mismatch: \(nets.count) bits at pin '\(pin)' of '\(instance.name)', which "
            + "takes one; select a bit, as in name[0]", expression.location)
      }
      guard connected.updateValue(nets[0], forKey: pin) == nil else {
        throw error("pin '\(pin)' of '\(instance.name)' is connected twice", location)
      }
    }
    var inputs: [NetID] = []
    for pin in cell.inputs {
      guard let net = connected[pin] else {
        throw error(
          "input pin '\(pin)' of '\(instance.name)' is not connected: connect it to a net or a "
            + "constant", instance.location)
      }
      inputs.append(net)
    }
    try reserve(cell.outputs.count, at: instance.location)
    builder.addCell(
      cell, name: instance.name, inputs: inputs, outputs: cell.outputs.map { connected[$0.pin] },
      at: instance.location)
  }

  private func unknownCell(_ instance: VerilogModule.Instance) -> InputError {
    if let reason = library.refusedCells[instance.cell] {
      return error(
        "cell '\(instance.cell)' \(reason): only combinational cells are used here",
        instance.location)
    }
    let nearest = InputError.nearest(to: instance.cell, among: library.cells.map(\.name))
    let hint =
      nearest.map { "the nearest is '\($0)'" }
      ?? "it has \(library.cells.prefix(8).map(\.name).joined(separator: ", "))"
      + (library.cells.count > 8 ? " …" : "")
    return error(
      "cell '\(instance.cell)' is not in library '\(library.name)'; \(hint)", instance.location)
  }

  /// The nets of an expression, least significant first.
  private mutating func bits(
    _ expression: VerilogModule.Expression, isTarget: Bool = false
  ) throws -> [NetID] {
    var nets: [NetID] = []
    for (operand, location) in expression.operands.reversed() {
      switch operand {
      case .constant(let bits):
        guard !isTarget else {
          throw error("a constant cannot be driven: name a net", location)
        }
        nets += bits.map { $0 ? Netlist.constantOne : Netlist.constantZero }
      case .reference(let name, let select):
        nets += try reference(name, select, at: location)
      }
      guard nets.count <= VerilogReader.maximumWidth else {
        throw error(
          "an expression of more than \(VerilogReader.maximumWidth) bits is too wide", location)
      }
    }
    bitsRead += nets.count
    guard bitsRead <= VerilogReader.maximumBits else {
      throw error(
        "the expressions of the module have more than \(VerilogReader.maximumBits) bits: split "
          + "the design", expression.location)
    }
    return nets
  }

  /// The nets of a signal or of a select of it, least significant first, made where they are new.
  private mutating func reference(
    _ name: String, _ select: VerilogRange?, at location: SourceLocation
  ) throws -> [NetID] {
    guard let signal = module.signals[name] else {
      let nearest = InputError.nearest(to: name, among: module.signals.keys.sorted())
      let hint = nearest.map { "the nearest is '\($0)'" } ?? "declare it, as in wire \(name);"
      throw error("net '\(name)' is not declared; \(hint)", location)
    }
    guard let range = signal.range else {
      guard select == nil else {
        throw error("'\(name)' is a single net: leave the select out", location)
      }
      return [try net(name, 0, name, at: location)]
    }
    let part = select ?? range
    guard let low = range.offset(of: part.right), let high = range.offset(of: part.left),
      low <= high
    else {
      throw error(
        "\(name)\(part.shown) is outside of its declaration \(name)\(range.shown)", location)
    }
    let step = range.left >= range.right ? 1 : -1
    return try (low...high).map { offset in
      try net(name, offset, "\(name)[\(range.right + step * offset)]", at: location)
    }
  }

  private mutating func net(
    _ signal: String, _ offset: Int, _ shown: String, at location: SourceLocation
  ) throws -> NetID {
    if let net = nets[signal]?[offset] { return net }
    try reserve(1, at: location)
    let net = builder.addNet(shown, at: location)
    nets[signal, default: [:]][offset] = net
    return net
  }

  private mutating func reserve(_ count: Int, at location: SourceLocation) throws {
    netCount += count
    guard netCount <= VerilogReader.maximumNets else {
      throw error(
        "more than \(VerilogReader.maximumNets) nets are used: split the design", location)
    }
  }

  private func error(_ message: String, _ location: SourceLocation) -> InputError {
    InputError(.badData, at: location, message)
  }
}
