import LaneKernels
import Netlists

/// Zero-delay simulation of a netlist for input bits that the caller draws, 2,048 vectors at a time.
public final class SampledSimulator {
  /// Vectors of a block.
  public static let laneCount = LaneKernels.laneCount

  private let simulator: BlockSimulator
  private let state: BlockState
  private let values: [LaneValues]
  private let ports: [[Int]]
  private let inputs: [Int]

  /// - Parameter ports: bundles of nets whose values are wanted, least significant first, each at
  ///   most 64 bits: operands and outputs.
  public init(_ netlist: Netlist, ports: [[NetID]], kernels: LaneKernels = .best) {
    precondition(ports.allSatisfy { $0.count <= 64 }, "more than 64 bits")
    simulator = BlockSimulator(netlist, kernels: kernels)
    state = BlockState(simulator)
    values = ports.map { _ in LaneValues() }
    self.ports = ports.map { $0.map { Int($0.index) } }
    inputs = netlist.inputs.flatMap(\.bits).map { Int($0.index) }
  }

  deinit {
    state.free()
    for value in values { value.free() }
  }

  /// Computes a block.
  ///
  /// - Parameter word: gives the next 64 random bits; called 32 times for each input bit, in the
  ///   order of the netlist's ports.
  public func run(_ word: () -> UInt64) {
    for net in inputs {
      state.set(net, (0..<Self.laneCount / 64).map { _ in word() })
    }
    simulator.evaluate(state)
    for (value, nets) in zip(values, ports) {
      value.load(nets, from: state, lanes: Self.laneCount, kernels: simulator.kernels)
    }
  }

  /// The word of a port in a lane of the last block.
  public func value(port: Int, lane: Int) -> UInt64 {
    precondition((0..<Self.laneCount).contains(lane), "no such lane")
    return UInt64(values[port].high[lane]) << 32 | UInt64(values[port].low[lane])
  }
}
