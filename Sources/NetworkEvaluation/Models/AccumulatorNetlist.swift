import Accelerators
import Files
import LogicSimulation
import Netlists
import Randomness
import TableArithmetic

extension AcceleratorSpec {
  /// A Kogge–Stone adder that wraps or saturates as the accumulators do, of `GeneratorCells`.
  public var standardAdder: Netlist {
    switch accumulator.overflow {
    case .wrap: AdderFamily.koggeStone.netlist(width: accumulator.width)
    case .saturate: AdderFamily.koggeStone.saturatingNetlist(width: accumulator.width)
    }
  }

  /// The adder of the accumulators: the file's, or the standard one, of the library's cells.
  ///
  /// - Throws: `InputError` as `AccumulatorNetlist` reading it, or as `mapped(to:)`.
  public func adder(cells: CellLibrary) throws -> Netlist {
    guard let path = accumulatorNetlist else {
      return try standardAdder.mapped(to: cells).netlist
    }
    return try AccumulatorNetlist(
      contentsOf: path, cells: cells, accumulator: accumulator
    ).netlist
  }
}

/// The adder of an accelerator's accumulators as a netlist of its own: `accumulator.netlist`.
///
/// Two input ports and one output port of the accumulator's width, in two's complement. What it gives
/// is compared with the accumulator's addition on all pairs of operands up to 8 bits; above, on all
/// pairs of 0, the powers of two, their negatives, their complements and the ends of the range, and on
/// 2¹⁶ random pairs. That is no proof, and it finds an adder that is approximate, unsigned at its ends
/// or of another overflow.
struct AccumulatorNetlist: Sendable {
  let netlist: Netlist

  /// - Throws: `InputError` at the file's place as the readers; 65 if the ports are others, or a sum is.
  init(contentsOf path: String, cells: CellLibrary, accumulator: AccumulatorSpec) throws {
    netlist = try NetlistReader.netlist(contentsOf: path, library: cells).mapped(to: cells).netlist
    let place = SourceLocation(file: path)
    let widths = (netlist.inputs + netlist.outputs).map(\.bits.count)
    guard netlist.inputs.count == 2, netlist.outputs.count == 1,
      widths.allSatisfy({ $0 == accumulator.width })
    else {
      throw InputError(
        .badData, at: place,
        "has ports of \(widths.map(String.init).joined(separator: ", ")) bits: an accumulator of "
          + "\(accumulator.width) needs two inputs and one output of \(accumulator.width)")
    }
    try netlist.checkIsTimed(file: path)
    if let wrong = Self.wrongSum(of: netlist, accumulator) {
      throw InputError(
        .badData, at: place,
        "gives \(wrong.sum) for \(wrong.a) + \(wrong.b), and an accumulator of \(accumulator.width) "
          + "bits that \(accumulator.overflow == .wrap ? "wraps" : "saturates") \(wrong.expected): "
          + "sums are computed exactly, so that the adder must be exact")
    }
  }

  /// A sum that is not the accumulator's.
  private struct WrongSum {
    let (a, b, sum, expected): (Int64, Int64, Int64, Int64)
  }

  private static func wrongSum(of netlist: Netlist, _ accumulator: AccumulatorSpec) -> WrongSum? {
    let simulator = BitParallelSimulator(netlist)
    let pairs = pairs(accumulator.width)
    var state = simulator.makeState()
    for first in stride(from: 0, to: pairs.count, by: BitParallelSimulator.laneCount) {
      let block = pairs[first..<min(first + BitParallelSimulator.laneCount, pairs.count)]
      for (port, operand) in zip(netlist.inputs, [block.map(\.0), block.map(\.1)]) {
        for (bit, net) in port.bits.enumerated() {
          var lanes = BitParallelSimulator.Block.zero
          for (lane, value) in operand.enumerated() {
            lanes[lane / 64] |=
              (UInt64(bitPattern: value) >> UInt64(bit) & 1) << UInt64(lane % 64)
          }
          state[Int(net.index)] = lanes
        }
      }
      simulator.evaluate(&state)
      for (lane, pair) in block.enumerated() {
        var bits: UInt64 = 0
        for (bit, net) in netlist.outputs[0].bits.enumerated() {
          bits |= (state[Int(net.index)][lane / 64] >> UInt64(lane % 64) & 1) << UInt64(bit)
        }
        let sum = extended(bits, accumulator.width)
        let expected = accumulator.sum(pair.0, signed: pair.1)
        if sum != expected {
          return WrongSum(a: pair.0, b: pair.1, sum: sum, expected: expected)
        }
      }
    }
    return nil
  }

  private static func extended(_ bits: UInt64, _ width: Int) -> Int64 {
    let unused = UInt64(64 - width)
    return Int64(bitPattern: bits << unused) >> Int64(unused)
  }

  private static func pairs(_ width: Int) -> [(Int64, Int64)] {
    func all(_ values: [Int64]) -> [(Int64, Int64)] {
      values.flatMap { a in values.map { (a, $0) } }
    }
    if width <= 8 { return all((0..<UInt64(1 << width)).map { extended($0, width) }) }
    let powers = (0..<width).map { UInt64(1) << UInt64($0) }
    let corners = [0] + powers + powers.map { 0 &- $0 } + powers.map { ~$0 } + powers.map { $0 - 1 }
    var stream = RandomStream(seed: 1, purpose: .stimulus)
    return all(corners.map { extended($0, width) })
      + (0..<1 << 16).map { _ in
        (extended(stream.next(), width), extended(stream.next(), width))
      }
  }
}
