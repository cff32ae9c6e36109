import LaneKernels
import Netlists

/// Zero-delay simulation of a netlist for 512 input vectors at once, one lane of a block each.
public struct BitParallelSimulator: Sendable {
  /// The value of one net in 512 vectors: vector v is bit v % 64 of element v / 64.
  public typealias Block = SIMD8<UInt64>
  /// How many vectors a block holds.
  public static let laneCount = 512

  public let netlist: Netlist
  private let instructions: [LaneInstruction]
  /// The blocks of a state: one a net, in the order of `NetID`, then scratch.
  public let stateCount: Int

  public init(_ netlist: Netlist) {
    self.netlist = netlist
    let compiled = CompiledGates(netlist)
    instructions = compiled.instructions
    stateCount = compiled.slotCount
  }

  /// A state with all nets 0, but for the constant 1.
  public func makeState() -> [Block] {
    var state = [Block](repeating: .zero, count: stateCount)
    state[Int(Netlist.constantOne.index)] = ~Block.zero
    return state
  }

  /// Computes all gate outputs of a state from its input nets, which the caller has set.
  ///
  /// - Precondition: the state comes from `makeState()` of this netlist, and its constants are
  ///   untouched.
  public func evaluate(_ state: inout [Block]) {
    precondition(state.count == stateCount, "the state is another netlist's")
    state.withUnsafeMutableBufferPointer { nets in
      guard let start = nets.baseAddress else { return }
      // Both are 512 bits: operations on bits do not care in what words they stand.
      start.withMemoryRebound(to: LaneKernels.Words.self, capacity: nets.count) { vectors in
        instructions.withUnsafeBufferPointer { LaneKernels.runOnVectors($0, vectors) }
      }
    }
  }

  /// Computes the output ports for one vector.
  ///
  /// - Parameter inputs: a value for each input port, in 0..<2^width.
  /// - Returns: a value for each output port.
  /// - Precondition: ports have at most 64 bits.
  public func outputs(for inputs: [UInt64]) -> [UInt64] {
    precondition(inputs.count == netlist.inputs.count, "one value for each input port")
    var state = makeState()
    for (port, value) in zip(netlist.inputs, inputs) {
      precondition(port.bits.count <= 64, "a port has more than 64 bits")
      precondition(
        port.bits.count == 64 || value >> UInt64(port.bits.count) == 0,
        "a value does not fit its port")
      for (bit, net) in port.bits.enumerated() {
        state[Int(net.index)][0] = value >> UInt64(bit) & 1
      }
    }
    evaluate(&state)
    return netlist.outputs.map { port in
      precondition(port.bits.count <= 64, "a port has more than 64 bits")
      return port.bits.enumerated().reduce(0) { value, bit in
        value | (state[Int(bit.element.index)][0] & 1) << UInt64(bit.offset)
      }
    }
  }
}
