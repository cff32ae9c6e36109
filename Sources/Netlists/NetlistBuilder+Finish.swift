import Files

extension NetlistBuilder {
  /// Follows aliases, drops what reaches no output, and sorts the gates topologically, otherwise
  /// keeping their order.
  ///
  /// - Throws: `InputError` 65 at the place of a net that reaches an output and has no driver or
  ///   two, or of a cell on a combinational cycle; or if there is no output port.
  public func finish() throws -> Netlist {
    guard !outputPorts.isEmpty else {
      throw InputError(
        .badData, at: location, "netlist '\(name)' has no output port: declare one")
    }
    if !conflicts.isEmpty {
      var settled = self
      settled.dropEchoes()
      let agreeing = settled.conflicts.isEmpty ? 0 : settled.dropAgreeingDrivers()
      var netlist = try settled.sorted()
      if agreeing > 0 {
        netlist.notes.append(
          (agreeing == 1 ? "1 net has" : "\(agreeing) nets have")
            + " more than one driver; all of a net's drivers agree for every value of the inputs")
      }
      return netlist
    }
    return try sorted()
  }

  private func sorted() throws -> Netlist {
    let source = try liveSources()
    let order = try sortedGates(source)
    return renumbered(order, source)
  }

  /// For each net that reaches an output the net that it stands for, aliases followed; -1 for
  /// others.
  private func liveSources() throws -> [Int] {
    var source = [Int](repeating: -1, count: nets.count)
    var isLive = [Bool](repeating: false, count: cells.count)
    var pending = outputPorts.flatMap(\.bits)
    while let net = pending.popLast() {
      guard source[net] < 0 else { continue }
      let root = try resolve(net, &source)
      guard case .gate(let gate) = nets[root].driver, !isLive[gates[gate].cell] else { continue }
      isLive[gates[gate].cell] = true
      for gate in cells[gates[gate].cell].gates {
        pending += gates[gate].inputs
        pending.append(gates[gate].output)
      }
    }
    return source
  }

  /// The net at the end of a chain of aliases; notes it for each net of the chain.
  private func resolve(_ start: Int, _ source: inout [Int]) throws -> Int {
    var chain: [Int] = []
    var net = start
    while source[net] < 0 {
      let found = nets[net]
      if let others = conflicts[net] { throw twoDrivers(found, others.first?.location) }
      switch found.driver {
      case .none:
        throw InputError(
          .badData, at: found.location ?? location,
          "net '\(found.name.shown)' reaches an output but nothing drives it: connect it to a cell's "
            + "output or assign 1'b0 or 1'b1")
      case .constant, .input, .gate: source[net] = net
      case .alias(let next):
        chain.append(net)
        guard chain.count <= nets.count else {
          throw InputError(
            .badData, at: found.location ?? location,
            "net '\(found.name.shown)' is assigned from itself: break the loop of assigns")
        }
        net = next
      }
    }
    let root = source[net]
    for link in chain { source[link] = root }
    return root
  }

  private func twoDrivers(_ net: Net, _ second: SourceLocation?) -> InputError {
    InputError(
      .badData, at: second ?? net.location ?? location,
      "net '\(net.name.shown)' has a driver already: each net is driven by one cell output, input port "
        + "or assign")
  }

  /// The live gates in topological order: each after those that it reads, else in source order.
  private func sortedGates(_ source: [Int]) throws -> [Int] {
    enum Mark { case new, open, done }
    var mark = [Mark](repeating: .new, count: gates.count)
    var order: [Int] = []
    var stack: [(gate: Int, nextInput: Int)] = []
    for start in gates.indices where source[gates[start].output] >= 0 && mark[start] == .new {
      mark[start] = .open
      stack.append((start, 0))
      while let (gate, next) = stack.last {
        guard next < gates[gate].inputs.count else {
          mark[gate] = .done
          order.append(gate)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].nextInput += 1
        let net = source[gates[gate].inputs[next]]
        guard case .gate(let driver) = nets[net].driver else { continue }
        switch mark[driver] {
        case .done: continue
        case .open: throw cycle(closing: driver, stack.map(\.gate))
        case .new:
          mark[driver] = .open
          stack.append((driver, 0))
        }
      }
    }
    return order
  }

  private func cycle(closing gate: Int, _ path: [Int]) -> InputError {
    let members = path.drop { $0 != gate }.reversed().map { cells[gates[$0].cell] }
    var names = members.prefix(8).map { "'\($0.name.shown)'" }
    if members.count > 8 { names.append("… (\(members.count) in all)") }
    return InputError(
      .badData, at: members.first?.location ?? location,
      "combinational cycle through \(names.joined(separator: ", ")): only netlists without "
        + "feedback are simulated; break the cycle")
  }

  private func renumbered(_ order: [Int], _ source: [Int]) -> Netlist {
    var number = [Int](repeating: -1, count: nets.count)
    number[0] = 0
    number[1] = 1
    var count = 2
    func take(_ net: Int) {
      number[net] = count
      count += 1
    }
    for port in inputPorts { port.bits.forEach(take) }
    for gate in order { take(gates[gate].output) }
    func identifier(_ net: Int) -> NetID { NetID(number[source[net]]) }
    // Live cells keep the order of the source.
    var cellNumber = [Int](repeating: -1, count: cells.count)
    for gate in order { cellNumber[gates[gate].cell] = 0 }
    var kept: [CellInstance] = []
    for cell in cells.indices where cellNumber[cell] == 0 {
      cellNumber[cell] = kept.count
      kept.append(CellInstance(name: cells[cell].name.shown, cell: cells[cell].cell))
    }
    return Netlist(
      name: name,
      inputs: inputPorts.map { port in
        Port(
          name: port.name, bits: port.bits.map { NetID(number[$0]) }, isSigned: port.isSigned)
      },
      outputs: outputPorts.map { port in
        Port(name: port.name, bits: port.bits.map(identifier), isSigned: port.isSigned)
      },
      cells: kept,
      gates: order.map { index in
        let gate = gates[index]
        return Gate(
          cell: cellNumber[gate.cell], pin: gate.pin, truthTable: gate.truthTable,
          inputs: gate.inputs.map(identifier), output: NetID(number[gate.output]))
      },
      netCount: count)
  }
}
