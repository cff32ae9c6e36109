import ErrorTables
import LogicSimulation
import Netlists

extension ProductTable {
  /// The settled product for every operand pair, by bit-parallel simulation of a netlist.
  ///
  /// - Parameters:
  ///   - operandA: the input port of the first operand, 1 to 10 bits.
  ///   - operandB: the input port of the second operand, 1 to 10 bits.
  ///   - product: the output port, at most 32 bits.
  /// - Precondition: the ports are the netlist's, and it has no other input port.
  public init(
    simulating netlist: Netlist, operandA: Port, operandB: Port, product: Port
  ) {
    let (widthA, widthB) = (operandA.bits.count, operandB.bits.count)
    precondition((1...10).contains(widthA) && (1...10).contains(widthB), "width outside 1…10")
    precondition(product.bits.count <= 32, "a product has at most 32 bits")
    let simulator = ExhaustiveSimulator(
      netlist, index: operandA.bits + operandB.bits, outputs: product.bits)
    let count = 1 << (widthA + widthB)
    let products = [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      for part in 0..<simulator.partCount {
        simulator.run(part: part) { first, low, _ in
          _ = buffer[first..<first + low.count].initialize(fromContentsOf: low)
        }
      }
      initialized = count
    }
    self.init(widthA: widthA, widthB: widthB, products: products)
  }
}
