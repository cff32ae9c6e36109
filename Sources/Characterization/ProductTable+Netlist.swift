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
    precondition(
      netlist.inputs.count == 2 && netlist.inputs.contains(operandA)
        && netlist.inputs.contains(operandB) && operandA.name != operandB.name
        && netlist.outputs.contains(product),
      "the ports are not those of the netlist")
    let simulator = BitParallelSimulator(netlist)
    var state = simulator.makeState()
    let inputNets = (operandA.bits + operandB.bits).map { Int($0.index) }
    let outputNets = product.bits.map { Int($0.index) }
    let count = 1 << (widthA + widthB)
    let lanes = BitParallelSimulator.laneCount
    let products = [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      for first in stride(from: 0, to: count, by: lanes) {
        for (bit, net) in inputNets.enumerated() {
          state[net] = Self.counterBlock(bit: bit, first: first)
        }
        simulator.evaluate(&state)
        for word in 0..<lanes / 64 {
          let start = first + 64 * word
          guard start < count else { break }
          Self.transpose(
            outputNets.map { state[$0][word] },
            into: UnsafeMutableBufferPointer(rebasing: buffer[start..<min(start + 64, count)]))
        }
      }
      initialized = count
    }
    self.init(widthA: widthA, widthB: widthB, products: products)
  }

  /// One bit of a counter in the lanes first, first + 1, … first + 511; `first` is a multiple of
  /// 512.
  private static func counterBlock(bit: Int, first: Int) -> BitParallelSimulator.Block {
    let withinWord: [UInt64] = [
      0xAAAA_AAAA_AAAA_AAAA, 0xCCCC_CCCC_CCCC_CCCC, 0xF0F0_F0F0_F0F0_F0F0,
      0xFF00_FF00_FF00_FF00, 0xFFFF_0000_FFFF_0000, 0xFFFF_FFFF_0000_0000,
    ]
    if bit < 6 { return BitParallelSimulator.Block(repeating: withinWord[bit]) }
    var block = BitParallelSimulator.Block.zero
    for word in 0..<8 where (first + 64 * word) >> bit & 1 == 1 { block[word] = ~0 }
    return block
  }

  /// Turns words of 64 lanes, one word a product bit, into a product a lane; eight bits by eight
  /// lanes at a time.
  private static func transpose(_ rows: [UInt64], into products: UnsafeMutableBufferPointer<UInt32>)
  {
    products.update(repeating: 0)
    for firstBit in stride(from: 0, to: rows.count, by: 8) {
      let group = rows[firstBit..<min(firstBit + 8, rows.count)]
      for firstLane in stride(from: 0, to: products.count, by: 8) {
        var square: UInt64 = 0
        for (bit, row) in group.enumerated() {
          square |= (row >> UInt64(firstLane) & 0xFF) << UInt64(8 * bit)
        }
        square = transposed(square)
        for lane in firstLane..<min(firstLane + 8, products.count) {
          products[lane] |=
            UInt32(square >> UInt64(8 * (lane - firstLane)) & 0xFF) << UInt32(firstBit)
        }
      }
    }
  }

  /// Transposes an 8×8 bit matrix, a row a byte. Source: Warren, *Hacker's Delight*, section 7-3.
  private static func transposed(_ matrix: UInt64) -> UInt64 {
    var x = matrix
    for (shift, mask) in [
      (7 as UInt64, 0x00AA_00AA_00AA_00AA as UInt64), (14, 0x0000_CCCC_0000_CCCC),
      (28, 0x0000_0000_F0F0_F0F0),
    ] {
      let t = (x ^ x >> shift) & mask
      x ^= t ^ t << shift
    }
    return x
  }
}
