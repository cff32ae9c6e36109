import Files

extension Elaboration {
  mutating func add(_ instance: SourceModule.Instance) throws {
    switch try resolver.meaning(of: instance.cell, in: &design, at: instance.place) {
    case .cell(let cell): try add(instance, of: cell)
    case .module(let child): try add(instance, of: child)
    }
  }

  /// The nets at a pin of some width: the expression's own width must be the pin's. Only a constant
  /// without a width is cut to it.
  mutating func connected(_ expression: SourceExpression, width: Int) throws -> [NetID] {
    let root = module.nodes[Int(expression.root)]
    guard root.kind.isUnsized, expression.first == expression.root else {
      return try value(expression, width: nil)
    }
    let bits = try value(expression, width: nil)
    guard bits.count > width, bits[width...].allSatisfy({ $0 == Netlist.constantZero }) else {
      return bits
    }
    return Array(bits[..<width])
  }

  // MARK: - Cells

  private mutating func add(
    _ instance: SourceModule.Instance, of cell: CellResolver.Cell
  ) throws {
    var inputs = [NetID?](repeating: nil, count: cell.inputs.count)
    var outputs = [NetID?](repeating: nil, count: cell.outputs.count)
    for (number, connection) in module.connections[instance.connections].enumerated() {
      let pin = try pin(number, connection, instance, cell)
      let input = cell.inputs.firstIndex(of: pin)
      let output = cell.outputs.firstIndex(of: pin)
      guard input != nil || output != nil else { throw unknownPin(pin, connection, cell) }
      let isTaken = input.map { inputs[$0] != nil } ?? output.map { outputs[$0] != nil } ?? false
      guard !isTaken else { throw connectedTwice(pin, connection, instance) }
      // An output that is left open is as good as one that is not listed.
      guard let expression = connection.expression else { continue }
      let nets =
        output == nil ? try connected(expression, width: 1) : try target(expression)
      guard nets.count == 1 else {
        throw error(
          "width mismatch: \(Self.bits(nets.count)) at pin '\(design.names[pin])' of "
            + "'\(design.names[instance.name])', which takes one; select a bit, as in name[0]",
          module.nodes[Int(expression.root)].place)
      }
      if let input { inputs[input] = nets[0] }
      if let output { outputs[output] = nets[0] }
    }
    let name = scope.path + design.names[instance.name]
    if let open = inputs.firstIndex(of: nil) {
      throw error(
        "input pin '\(cell.cell.inputs[open])' of '\(design.names[instance.name])' is not "
          + "connected: connect it to a net or a constant", instance.place)
    }
    try reserve(outputs.count, nameBytes: name.utf8.count, at: instance.place)
    builder.addCell(
      cell.cell, name: name, inputs: inputs.compactMap { $0 }, outputs: outputs,
      at: location(instance.place))
  }

  private func pin(
    _ number: Int, _ connection: SourceModule.Connection, _ instance: SourceModule.Instance,
    _ cell: CellResolver.Cell
  ) throws -> NameID {
    if let pin = connection.pin { return pin }
    guard let order = cell.order else {
      throw error(
        "cell '\(cell.cell.name)' has no order of pins in its library: connect "
          + "'\(design.names[instance.name])' by name, as in .A(net)", connection.place)
    }
    guard number < order.count else {
      throw error(
        "cell '\(cell.cell.name)' has \(order.count) pins; "
          + "'\(design.names[instance.name])' connects \(instance.connections.count)",
        connection.place)
    }
    return order[number]
  }

  private func unknownPin(
    _ pin: NameID, _ connection: SourceModule.Connection, _ cell: CellResolver.Cell
  ) -> InputError {
    let pins = (cell.inputs + cell.outputs).map { design.names[$0] }
    return error(
      "cell '\(cell.cell.name)' has no pin '\(design.names[pin])'; its pins are "
        + pins.joined(separator: ", "), connection.place)
  }

  private func connectedTwice(
    _ pin: NameID, _ connection: SourceModule.Connection, _ instance: SourceModule.Instance
  ) -> InputError {
    error(
      "pin '\(design.names[pin])' of '\(design.names[instance.name])' is connected twice",
      connection.place)
  }

  // MARK: - Modules

  /// Binds the ports of a module to nets of this one; what stands in the module waits.
  private mutating func add(_ instance: SourceModule.Instance, of child: Int) throws {
    let inner = design.modules[child]
    let path = "\(scope.path)\(design.names[instance.name])."
    try reserve(1, nameBytes: path.utf8.count, at: instance.place)
    var bound = Scope(module: child, path: path)
    var isBound: Set<Int> = []
    for (number, connection) in module.connections[instance.connections].enumerated() {
      let position = try port(number, connection, instance, inner)
      let port = inner.signals[position]
      let isNew = isBound.insert(position).inserted
      guard isNew || design.joinsBits else {
        throw connectedTwice(port.name, connection, instance)
      }
      guard let expression = connection.expression else { continue }
      let nets =
        port.direction == .output
        ? try target(expression) : try connected(expression, width: port.width)
      guard nets.count == port.width else {
        throw error(
          "width mismatch: \(Self.bits(nets.count)) at port '\(design.names[port.name])' of "
            + "'\(design.names[instance.name])', which takes \(port.width)",
          module.nodes[Int(expression.root)].place)
      }
      for (offset, net) in nets.enumerated() {
        // BLIF that is found in the wild says the same twice.
        let before = bound.nets.updateValue(net, forKey: Scope.key(position, offset))
        guard isNew || before == net else {
          throw connectedTwice(port.name, connection, instance)
        }
      }
    }
    children.append(bound)
  }

  private func port(
    _ number: Int, _ connection: SourceModule.Connection, _ instance: SourceModule.Instance,
    _ inner: SourceModule
  ) throws -> Int {
    let word = design.moduleWord
    guard let pin = connection.pin else {
      guard number < inner.ports.count,
        let position = inner.signalPositions[inner.ports[number].name]
      else {
        throw error(
          "\(word) '\(design.names[inner.name])' has \(inner.ports.count) ports; "
            + "'\(design.names[instance.name])' connects \(instance.connections.count)",
          connection.place)
      }
      return position
    }
    if let position = inner.signalPositions[pin], inner.signals[position].direction != .wire {
      return position
    }
    throw error(
      "\(word) '\(design.names[inner.name])' has no port '\(design.names[pin])'; "
        + SourceDesign.hint(
          for: design.names[pin], among: inner.ports.map { design.names[$0.name] }),
      connection.place)
  }
}
