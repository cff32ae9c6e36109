import Characterization
import ErrorTables
import LogicSimulation
import Netlists
import Randomness
import Testing

/// Generated multipliers and their models, for comparison.
enum GeneratorSample {
  /// Every family with a small, a middle and the largest value of each parameter.
  static func families(_ shape: MultiplierShape) throws -> [MultiplierFamily] {
    try MultiplierFamily.catalog.filter { $0.fits(shape) }.flatMap { entry in
      let columns = entry.parameters.map { choices($0.values(shape)) }
      let lists = columns.reduce([[:]]) { (lists: [[String: Int]], values: [Int]) in
        let name = entry.parameters[lists[0].count].name
        return lists.flatMap { list in
          values.map { value in list.merging([name: value]) { $1 } }
        }
      }
      return try lists.map { try MultiplierFamily.named(entry.name, parameters: $0, shape) }
    }
  }

  private static func choices(_ values: [Int]) -> [Int] {
    let places = [min(1, values.count - 1), values.count / 2, values.count - 1]
    return Set(places.filter(values.indices.contains).map { values[$0] }).sorted()
  }

  /// The operand pairs of a shape, as bits of b above bits of a, for which the netlist gives
  /// another product than the model; at most one.
  static func firstDifference(
    _ family: MultiplierFamily, _ shape: MultiplierShape
  ) throws -> String? {
    let netlist = family.netlist(shape)
    let ports = try MultiplierPorts(binding: netlist, file: family.name)
    let table = ProductTable(
      simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
      product: ports.product)
    let model = family.model(shape)
    let mask = UInt32(truncatingIfNeeded: 1 << shape.productWidth - 1)
    for (index, product) in table.products.enumerated() {
      let a = operand(index & (1 << shape.widthA - 1), shape.widthA, shape)
      let b = operand(index >> shape.widthA, shape.widthB, shape)
      let expected = UInt32(truncatingIfNeeded: model(a, b)) & mask
      if product != expected {
        return "\(family) \(shape): \(a) × \(b) gives \(product), not \(expected)"
      }
    }
    return nil
  }

  /// As `firstDifference`, for 512 seeded pairs of operands of any width, zeros and the extremes
  /// among them.
  static func firstSampledDifference(
    _ family: MultiplierFamily, _ shape: MultiplierShape
  ) -> String? {
    let netlist = family.netlist(shape)
    let simulator = BitParallelSimulator(netlist)
    var state = simulator.makeState()
    var stream = RandomStream(seed: 4, purpose: .test)
    var pairs: [(a: Int, b: Int)] = []
    for lane in 0..<BitParallelSimulator.laneCount {
      let a = randomOperand(shape.widthA, &stream)
      let b = randomOperand(shape.widthB, &stream)
      pairs.append((a, b))
      for (port, value) in zip(netlist.inputs, [a, b]) {
        for (bit, net) in port.bits.enumerated() where value >> bit & 1 == 1 {
          state[Int(net.index)][lane / 64] |= 1 << UInt64(lane % 64)
        }
      }
    }
    simulator.evaluate(&state)
    let model = family.model(shape)
    for (lane, pair) in pairs.enumerated() {
      var product = 0
      for (bit, net) in netlist.outputs[0].bits.enumerated() {
        let word = state[Int(net.index)][lane / 64]
        product |= Int(word >> UInt64(lane % 64) & 1) << bit
      }
      let (x, y) = (operand(pair.a, shape.widthA, shape), operand(pair.b, shape.widthB, shape))
      let expected = model(x, y) & (1 << shape.productWidth - 1)
      if product != expected {
        return "\(family) \(shape): \(x) × \(y) gives \(product), not \(expected)"
      }
    }
    return nil
  }

  private static func randomOperand(_ width: Int, _ stream: inout RandomStream) -> Int {
    let bits = Int(stream.nextWord()) & (1 << width - 1)
    switch stream.nextWord() % 8 {
    case 0: return 0
    case 1: return 1 << width - 1
    case 2: return 1 << (width - 1)
    // Small operands too: half of all have a leading one further down.
    case 3, 4: return bits >> Int(stream.nextWord() % UInt32(width))
    default: return bits
    }
  }

  private static func operand(_ bits: Int, _ width: Int, _ shape: MultiplierShape) -> Int {
    shape.isSigned && bits >> (width - 1) == 1 ? bits - 1 << width : bits
  }
}
