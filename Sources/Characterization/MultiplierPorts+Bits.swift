import Netlists

extension MultiplierPorts {
  /// The input and output ports with their single bits put together: `a0`, `a_0`, `a[0]`, `a<0>`,
  /// `a(0)` and `a_0_` are bit 0 of a. Bits count from 0, or from 1 where all ports of the netlist
  /// are single bits that do.
  ///
  /// Inputs stay as they are where there are two of them, and outputs where there is one.
  static func bundled(_ netlist: Netlist) -> (inputs: [Port], outputs: [Port]) {
    let inputs = netlist.inputs.count == 2 ? nil : bundles(netlist.inputs)
    let outputs = netlist.outputs.count == 1 ? nil : bundles(netlist.outputs)
    let lowest = [inputs, outputs].map { bundles in
      bundles.map { $0.map(\.lowest) } ?? [0]
    }.joined()
    // A lone bit 0 that is missing may have been left out as useless: nothing is shifted then.
    let first = lowest.allSatisfy { $0 == 1 } ? 1 : 0
    func ports(_ given: [Port], _ bundles: [Bundle]?) -> [Port] {
      guard let bundles, bundles.allSatisfy({ $0.isComplete(from: first) }) else { return given }
      return bundles.map {
        Port(name: $0.name, bits: $0.bits.sorted { $0.key < $1.key }.map(\.value))
      }
    }
    return (ports(netlist.inputs, inputs), ports(netlist.outputs, outputs))
  }

  /// Single bits that are numbered under one name.
  private struct Bundle {
    let name: String
    var bits: [Int: NetID] = [:]

    var lowest: Int { bits.keys.min() ?? 0 }

    func isComplete(from first: Int) -> Bool {
      (first..<first + bits.count).allSatisfy { bits[$0] != nil }
    }
  }

  /// The bundles in the order of their first bits; nil if a port is no numbered single bit, or two
  /// are the same.
  private static func bundles(_ ports: [Port]) -> [Bundle]? {
    var bundles: [Bundle] = []
    var positions: [String: Int] = [:]
    for port in ports {
      guard port.bits.count == 1, let (name, number) = bit(port.name) else { return nil }
      let position = positions[name] ?? bundles.count
      if position == bundles.count {
        positions[name] = position
        bundles.append(Bundle(name: name))
      }
      guard bundles[position].bits.updateValue(port.bits[0], forKey: number) == nil else {
        return nil
      }
    }
    return bundles
  }

  /// The name and the number of a bit's port.
  private static func bit(_ port: String) -> (name: String, number: Int)? {
    var rest = Substring(port)
    let closing = rest.last.flatMap { ["]": "[", ">": "<", ")": "(", "_": "_"][$0] }
    if closing != nil { rest.removeLast() }
    let digits = rest.reversed().prefix { ("0"..."9").contains($0) }.reversed()
    guard let number = Int(String(digits)), number <= maximumProductWidth else { return nil }
    rest.removeLast(digits.count)
    if let closing {
      guard rest.last == Character(closing) else { return nil }
      rest.removeLast()
    } else if rest.last == "_" {
      rest.removeLast()
    }
    return rest.isEmpty ? nil : (String(rest), number)
  }

  /// Whether two operands are declared in the other order than their names have: b before a, y
  /// before x, 2 before 1 or 1 before 0, with the same letters around: `op_b`, `op_a`.
  static func isReversed(_ first: String, _ second: String) -> Bool {
    var (left, right) = (Array(first.lowercased()), Array(second.lowercased()))
    while let a = left.first, let b = right.first, a == b {
      left.removeFirst()
      right.removeFirst()
    }
    while let a = left.last, let b = right.last, a == b {
      left.removeLast()
      right.removeLast()
    }
    return [["b", "a"], ["y", "x"], ["2", "1"], ["1", "0"]].contains([String(left), String(right)])
  }
}
