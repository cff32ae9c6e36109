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

  /// How many bits the index has.
  public let indexBits: Int
  let simulator: BlockSimulator
  let indexNets: [Int]
  let outputNets: [Int]
  /// The index bits above the lanes, those that change most often first, with the gates each
  /// affects.
  let steps: [(bit: Int, cone: [LaneInstruction])]

  /// - Parameters:
  ///   - index: the nets of the index, least significant first: each input bit once.
  ///   - outputs: the nets whose values are wanted, least significant first; at most 64.
  ///   - other: a simulator whose order of blocks this one takes, so that both can go side by side.
  /// - Precondition: at most 32 index bits, all of them input bits of the netlist, and all of the
  ///   netlist's input bits among them; the other simulator has as many.
  public init(
    _ netlist: Netlist, index: [NetID], outputs: [NetID],
    inOrderOf other: ExhaustiveSimulator? = nil, kernels: LaneKernels = .best
  ) {
    let inputs = netlist.inputs.flatMap(\.bits)
    precondition(index.count <= Self.maximumIndexBits, "more than 32 input bits")
    precondition(
      Set(index).count == index.count && Set(index) == Set(inputs),
      "the index is not made of each input bit once")
    precondition(outputs.count <= 64, "more than 64 output bits")
    precondition(other.map { $0.indexBits == index.count } ?? true, "the indices differ in width")
    indexBits = index.count
    indexNets = index.map { Int($0.index) }
    outputNets = outputs.map { Int($0.index) }
    let simulator = BlockSimulator(netlist, kernels: kernels)
    self.simulator = simulator
    var steps: [(bit: Int, cone: [LaneInstruction])] = []
    for bit in other?.steps.map(\.bit) ?? Array(index.indices.dropFirst(Self.laneBits)) {
      steps.append((bit, simulator.cone(of: Int(index[bit].index))))
    }
    if other == nil { steps.sort { ($0.cone.count, $0.bit) < ($1.cone.count, $1.bit) } }
    self.steps = steps
  }

  /// How many parts the enumeration has. Parts are independent of each other, and what is in each
  /// does not depend on how many threads compute them.
  public var partCount: Int { 1 << partBits }

  /// The index bits that are fixed within a part: those that affect the most gates, six where there
  /// are enough.
  var partBits: Int { max(0, min(6, steps.count - 4)) }

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
    let blocks = ExhaustiveBlocks(self, part: part)
    while blocks.next() { body(blocks.first, blocks.low, blocks.high) }
  }
}

/// The blocks of a part of an enumeration, one after the other.
public final class ExhaustiveBlocks {
  private let enumeration: ExhaustiveSimulator
  private let state: BlockState
  private let values = LaneValues()
  private let laneCount: Int
  /// The index bits that change within the part, and the block that comes next.
  private let freeBits: Int
  private var block = 0
  /// The index of the first lane of the block.
  public private(set) var first = 0

  /// - Precondition: the part is in 0..<partCount.
  public init(_ enumeration: ExhaustiveSimulator, part: Int) {
    precondition((0..<enumeration.partCount).contains(part), "no such part")
    self.enumeration = enumeration
    state = BlockState(enumeration.simulator)
    let laneBits = min(enumeration.indexBits, ExhaustiveSimulator.laneBits)
    laneCount = 1 << laneBits
    freeBits = enumeration.steps.count - enumeration.partBits
    for bit in 0..<laneBits { state.setCounter(bit: bit, net: enumeration.indexNets[bit]) }
    for (position, step) in enumeration.steps[freeBits...].enumerated()
    where part >> position & 1 == 1 {
      flip(step.bit)
    }
  }

  deinit {
    state.free()
    values.free()
  }

  /// The low and the high 32 bits of the outputs in each lane.
  public var low: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: values.low, count: laneCount)
  }
  public var high: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: values.high, count: laneCount)
  }

  /// The outputs in a lane.
  public func word(_ lane: Int) -> UInt64 { UInt64(high[lane]) << 32 | UInt64(low[lane]) }

  /// Computes the next block; false after the last one.
  public func next() -> Bool {
    guard block < 1 << freeBits else { return false }
    if block == 0 {
      enumeration.simulator.evaluate(state)
    } else {
      // Block n differs from the one before it in the bit of the Gray code that n's lowest set bit
      // names.
      let step = enumeration.steps[block.trailingZeroBitCount]
      flip(step.bit)
      enumeration.simulator.run(step.cone, state)
    }
    block += 1
    values.load(
      enumeration.outputNets, from: state, lanes: laneCount,
      kernels: enumeration.simulator.kernels)
    return true
  }

  private func flip(_ bit: Int) {
    first ^= 1 << bit
    state.invert(enumeration.indexNets[bit])
  }
}
