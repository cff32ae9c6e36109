import LaneKernels
import Netlists

/// Zero-delay simulation of a netlist for every value of its inputs, 2,048 values at a time.
///
/// The inputs together are one number, the index. Its low eleven bits run through the lanes of a
/// block; the others change one at a time, in the order of a Gray code, and only the gates that
/// read the changed bit, directly or through others, are computed again. The bit that changes most
/// often is the one that the fewest gates depend on, so that most blocks cost a fraction of the
/// netlist (for an 8×8 Dadda multiplier about a third).
public struct ExhaustiveSimulator: Sendable {
  /// The most index bits, and so the most inputs, that are enumerated.
  public static let maximumIndexBits = 32
  /// Index bits that run through the lanes of a block.
  public static let laneBits = 11

  public let netlist: Netlist
  /// How many bits the index has.
  public let indexBits: Int
  let simulator: BlockSimulator
  private let indexNets: [Int]
  private let outputNets: [Int]
  /// The index bits above the lanes, least affected gates first, with the gates each affects.
  private let steps: [(bit: Int, cone: [LaneInstruction])]

  /// - Parameters:
  ///   - index: the nets of the index, least significant first: each input bit once.
  ///   - outputs: the nets whose values are wanted, least significant first; at most 64.
  /// - Precondition: at most 32 index bits, all of them input bits of the netlist, and all of the
  ///   netlist's input bits among them.
  public init(
    _ netlist: Netlist, index: [NetID], outputs: [NetID], kernels: LaneKernels = .best
  ) {
    let inputs = netlist.inputs.flatMap(\.bits)
    precondition(index.count <= Self.maximumIndexBits, "more than 32 input bits")
    precondition(
      Set(index).count == index.count && Set(index) == Set(inputs),
      "the index is not made of each input bit once")
    precondition(outputs.count <= 64, "more than 64 output bits")
    self.netlist = netlist
    indexBits = index.count
    indexNets = index.map { Int($0.index) }
    outputNets = outputs.map { Int($0.index) }
    let simulator = BlockSimulator(netlist, kernels: kernels)
    self.simulator = simulator
    var steps: [(bit: Int, cone: [LaneInstruction])] = []
    for bit in index.indices.dropFirst(Self.laneBits) {
      steps.append((bit, simulator.cone(of: Int(index[bit].index))))
    }
    steps.sort { ($0.cone.count, $0.bit) < ($1.cone.count, $1.bit) }
    self.steps = steps
  }

  /// How many parts the enumeration has. Parts are independent of each other, and what is in each
  /// does not depend on how many threads compute them.
  public var partCount: Int { 1 << partBits }

  /// The index bits that are fixed within a part: those that affect the most gates, six where there
  /// are enough.
  private var partBits: Int { max(0, min(6, steps.count - 4)) }

  /// Computes the outputs for all index values of a part.
  ///
  /// - Parameters:
  ///   - part: in 0..<partCount.
  ///   - body: takes for each block the first index, and for consecutive indices from there the low
  ///     32 bits and the high 32 bits of the outputs.
  public func run(
    part: Int,
    _ body: (
      _ first: Int, _ low: UnsafeBufferPointer<UInt32>, _ high: UnsafeBufferPointer<UInt32>
    ) -> Void
  ) {
    precondition((0..<partCount).contains(part), "no such part")
    let state = BlockState(simulator)
    defer { state.free() }
    let products = LaneValues()
    defer { products.free() }
    let count = 1 << min(indexBits, Self.laneBits)
    var first = 0
    for bit in 0..<min(indexBits, Self.laneBits) { state.setCounter(bit: bit, net: indexNets[bit]) }
    let free = steps.count - partBits
    for (position, step) in steps[free...].enumerated() where part >> position & 1 == 1 {
      first |= 1 << step.bit
      state.invert(indexNets[step.bit])
    }
    simulator.evaluate(state)
    for block in 0..<(1 << free) {
      if block > 0 {
        // Block n differs from the one before it in the bit of the Gray code that n's lowest set
        // bit names.
        let step = steps[block.trailingZeroBitCount]
        first ^= 1 << step.bit
        state.invert(indexNets[step.bit])
        simulator.run(step.cone, state)
      }
      products.load(outputNets, from: state, lanes: count, kernels: simulator.kernels)
      body(
        first, UnsafeBufferPointer(start: products.low, count: count),
        UnsafeBufferPointer(start: products.high, count: count))
    }
  }
}
