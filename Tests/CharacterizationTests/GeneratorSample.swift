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

  /// As `firstDifference`, for seeded pairs of operands that are too wide for a table, zeros and the
  /// extremes among them.
  static func firstDifference(
    _ family: MultiplierFamily, _ shape: MultiplierShape, samples: Int
  ) -> String? {
    let netlist = family.netlist(shape)
    let simulator = BitParallelSimulator(netlist)
    let model = family.model(shape)
    var stream = RandomStream(seed: 4, purpose: .test)
    let mask = 1 << shape.productWidth - 1
    for _ in 0..<samples {
      let a = randomOperand(shape.widthA, &stream)
      let b = randomOperand(shape.widthB, &stream)
      let product = simulator.outputs(for: [UInt64(a), UInt64(b)])[0]
      let (x, y) = (operand(a, shape.widthA, shape), operand(b, shape.widthB, shape))
      let expected = UInt64(model(x, y) & mask)
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
