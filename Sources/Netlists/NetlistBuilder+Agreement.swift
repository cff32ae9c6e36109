extension NetlistBuilder {
  /// The most input bits for which the drivers of a net are compared.
  private static let comparedInputs = 20
  /// The most gates, times 64 input patterns, that the comparison may evaluate.
  private static let comparisonBudget = 1 << 26

  /// Leaves out all but one of the drivers of each net where they have the same value for all values
  /// of the inputs, and says of how many nets. The one that is kept depends on inputs alone; others
  /// may read the net itself, as the gates do that generators leave behind where they simplify a
  /// design in one place and not in another.
  ///
  /// All drivers of all such nets are compared for every input pattern, and if one differs or has no
  /// value nothing is left out: what reads that net has no value either.
  mutating func dropAgreeingDrivers() -> Int {
    let inputs = inputPorts.flatMap(\.bits)
    guard inputs.count <= Self.comparedInputs else { return 0 }
    let known = knownNets()
    let compared = conflicts.keys.sorted().map { net in
      (net: net, drivers: [nets[net].driver] + conflicts[net, default: []].map(\.driver))
    }
    for (net, drivers) in compared {
      guard known.isKnown[net], drivers.allSatisfy({ isKnown($0, known.isKnown) }) else { return 0 }
    }
    let cone = cone(of: compared.flatMap { $0.drivers }, known.order)
    let blocks = 1 << max(0, inputs.count - 6)
    guard cone.count <= Self.comparisonBudget / blocks else { return 0 }
    var words = [UInt64](repeating: 0, count: nets.count)
    words[1] = ~0
    for block in 0..<blocks {
      for (bit, net) in inputs.enumerated() {
        words[net] = bit < 6 ? TruthTable.ones[bit] : block >> (bit - 6) & 1 == 1 ? ~0 : 0
      }
      for (net, driver) in cone { words[net] = value(of: driver, at: net, words) }
      for (net, drivers) in compared {
        for driver in drivers where value(of: driver, at: net, words) != words[net] { return 0 }
      }
    }
    let chosen = Dictionary(uniqueKeysWithValues: known.order)
    for (net, _) in compared { keep(chosen[net] ?? nets[net].driver, of: net) }
    return compared.count
  }

  private func isKnown(_ driver: Driver, _ isKnown: [Bool]) -> Bool {
    switch driver {
    case .none: false
    case .constant, .input: true
    case .alias(let source): isKnown[source]
    case .gate(let gate): gates[gate].inputs.allSatisfy { isKnown[$0] }
    }
  }

  /// The nets whose values follow from inputs and constants, each with the driver that gives them
  /// first, in an order in which drivers stand behind what they read. A loop is never entered.
  private func knownNets() -> (isKnown: [Bool], order: [(Int, Driver)]) {
    var readers = [[Int]](repeating: [], count: nets.count)
    var aliases: [Int: [Int]] = [:]
    for net in nets.indices {
      for driver in [nets[net].driver] + conflicts[net, default: []].map(\.driver) {
        guard case .alias(let source) = driver else { continue }
        aliases[source, default: []].append(net)
      }
    }
    var missing = gates.map(\.inputs.count)
    for (number, gate) in gates.enumerated() {
      for input in gate.inputs { readers[input].append(number) }
    }
    var isKnown = [Bool](repeating: false, count: nets.count)
    var order: [(Int, Driver)] = []
    var waiting: [Int] = []
    func learn(_ net: Int, from driver: Driver?) {
      guard !isKnown[net] else { return }
      isKnown[net] = true
      if let driver { order.append((net, driver)) }
      waiting.append(net)
    }
    learn(0, from: nil)
    learn(1, from: nil)
    for net in inputPorts.flatMap(\.bits) { learn(net, from: nil) }
    for (number, gate) in gates.enumerated() where gate.inputs.isEmpty {
      learn(gate.output, from: .gate(number))
    }
    while let net = waiting.popLast() {
      for target in aliases[net, default: []] { learn(target, from: .alias(net)) }
      for gate in readers[net] {
        missing[gate] -= 1
        if missing[gate] == 0 { learn(gates[gate].output, from: .gate(gate)) }
      }
    }
    return (isKnown, order)
  }

  /// What of an order is needed for the values of some drivers.
  private func cone(of drivers: [Driver], _ order: [(Int, Driver)]) -> [(Int, Driver)] {
    var isNeeded = [Bool](repeating: false, count: nets.count)
    func need(_ driver: Driver) {
      switch driver {
      case .none, .constant, .input: return
      case .alias(let source): isNeeded[source] = true
      case .gate(let gate): for input in gates[gate].inputs { isNeeded[input] = true }
      }
    }
    drivers.forEach(need)
    for net in conflicts.keys { isNeeded[net] = true }
    return order.reversed().filter { net, driver in
      if isNeeded[net] { need(driver) }
      return isNeeded[net]
    }.reversed()
  }

  /// What a driver gives for 64 input patterns; constants and inputs give what stands at the net.
  private func value(of driver: Driver, at net: Int, _ words: [UInt64]) -> UInt64 {
    switch driver {
    case .none, .constant, .input: return words[net]
    case .alias(let source): return words[source]
    case .gate(let number):
      let inputs = gates[number].inputs
      var result: UInt64 = 0
      let table = gates[number].truthTable
      for pattern in 0..<1 << inputs.count where table >> pattern & 1 == 1 {
        var matches = ~UInt64(0)
        for bit in inputs.indices {
          let word = words[inputs[bit]]
          matches &= pattern >> bit & 1 == 1 ? word : ~word
        }
        result |= matches
      }
      return result
    }
  }
}
