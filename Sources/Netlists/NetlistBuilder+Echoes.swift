import Files

extension NetlistBuilder {
  /// The most gates that are looked through for one driver.
  private static let echoBudget = 1024
  /// How many gates lie one behind another.
  private static let echoDepths = [2, 4, 6, 10, 16]
  /// How often the nets that are left are looked at again.
  private static let echoPasses = 8

  /// What a net is for all values of the inputs, as far as a short look back tells.
  private enum Value: Hashable {
    case constant(Bool)
    case net(Int)
  }

  /// Leaves out drivers that only give a net back its own value: `and (n, n, 1'b1)`. Generators
  /// write them where they simplify a design in one place and not in another; with them the net has
  /// the value of its other driver and no second solution that its drivers agree on. Of drivers that
  /// are the same net, as two outputs of a module may be, one is kept.
  mutating func dropEchoes() {
    // A net without echoes may show that another driver is one.
    for _ in 0..<Self.echoPasses where !conflicts.isEmpty {
      let before = conflicts.count
      for net in conflicts.keys.sorted() { dropEchoes(of: net) }
      if conflicts.count == before { return }
    }
  }

  private mutating func dropEchoes(of net: Int) {
    let drivers = [nets[net].driver] + conflicts[net, default: []].map(\.driver)
    let isEcho = drivers.map { self.isEcho($0, of: net) }
    var sources: Set<Value> = []
    let kept = drivers.indices.filter { driver in
      if isEcho[driver] { return false }
      guard case .alias(let source) = drivers[driver] else { return true }
      var budget = Self.echoBudget
      return sources.insert(value(of: source, for: net, 0, &budget)).inserted
    }
    if kept.count == 1 { keep(drivers[kept[0]], of: net) }
  }

  /// Keeps one driver of a net; gates that drove it as well get nets of their own.
  mutating func keep(_ kept: Driver, of net: Int) {
    for driver in [nets[net].driver] + conflicts[net, default: []].map(\.driver) {
      guard case .gate(let gate) = driver, driver != kept else { continue }
      nets.append(Net(name: nets[net].name, location: nets[net].location, driver: driver))
      gates[gate].output = nets.count - 1
    }
    nets[net].driver = kept
    conflicts[net] = nil
  }

  private func isEcho(_ driver: Driver, of net: Int) -> Bool {
    // The shallow look first: a deep one may end in the wrong branch.
    Self.echoDepths.contains { depth in
      var budget = Self.echoBudget
      switch driver {
      case .none, .constant, .input: return false
      case .alias(let source): return value(of: source, for: net, depth, &budget) == .net(net)
      case .gate(let gate): return value(of: gates[gate], for: net, depth, &budget) == .net(net)
      }
    }
  }

  private func value(of start: Int, for target: Int, _ depth: Int, _ budget: inout Int) -> Value {
    var net = start
    while net != target && conflicts[net] == nil && budget > 0 {
      budget -= 1
      switch nets[net].driver {
      case .none, .input: return .net(net)
      case .constant: return .constant(net == 1)
      case .alias(let source): net = source
      case .gate(let gate):
        return depth > 0
          ? value(of: gates[gate], for: target, depth - 1, &budget) ?? .net(net) : .net(net)
      }
    }
    return .net(net)
  }

  /// The constant or the one net that a gate's output is; nil if it is a function of more.
  private func value(
    of gate: PlacedGate, for target: Int, _ depth: Int, _ budget: inout Int
  ) -> Value? {
    var inputs: [Value] = []
    for input in gate.inputs { inputs.append(value(of: input, for: target, depth, &budget)) }
    var variables: [Int] = []
    for case .net(let net) in inputs where !variables.contains(net) { variables.append(net) }
    var outputs: [Bool] = []
    for assignment in 0..<1 << variables.count {
      var pattern: UInt64 = 0
      for (bit, input) in inputs.enumerated() {
        switch input {
        case .constant(let isOne): pattern |= (isOne ? 1 : 0) << UInt64(bit)
        case .net(let net):
          let position = variables.firstIndex(of: net) ?? 0
          pattern |= UInt64(assignment >> position & 1) << UInt64(bit)
        }
      }
      outputs.append(gate.truthTable >> pattern & 1 == 1)
    }
    if outputs.allSatisfy({ $0 == outputs[0] }) { return .constant(outputs[0]) }
    for (position, net) in variables.enumerated()
    where outputs.indices.allSatisfy({ outputs[$0] == ($0 >> position & 1 == 1) }) {
      return .net(net)
    }
    return nil
  }
}
