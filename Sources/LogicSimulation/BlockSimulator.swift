import LaneKernels
import Netlists

/// The gates of a netlist as word operations on blocks of 2,048 lanes.
///
/// Lane l of a block is bit (l / 16) % 32 of word l % 16 of the vector l / 512: an order in which
/// transposing a block gives the values of consecutive lanes one after the other.
struct BlockSimulator: Sendable {
  let kernels: LaneKernels
  let slotCount: Int
  private let instructions: [LaneInstruction]
  /// The instructions of each gate, and the gate's output net.
  private let ranges: [Range<Int>]
  private let outputs: [Int]
  /// The gates that read net n are `readers[readerStarts[n]..<readerStarts[n + 1]]`.
  private var readerStarts: [Int]
  private var readers: [Int32]

  init(_ netlist: Netlist, kernels: LaneKernels) {
    self.kernels = kernels
    let compiled = CompiledGates(netlist)
    instructions = compiled.instructions
    slotCount = compiled.slotCount
    ranges = compiled.gateRanges
    outputs = netlist.gates.map { Int($0.output.index) }
    readerStarts = [Int](repeating: 0, count: netlist.netCount + 1)
    for gate in netlist.gates {
      for net in gate.inputs { readerStarts[Int(net.index) + 1] += 1 }
    }
    for net in 0..<netlist.netCount { readerStarts[net + 1] += readerStarts[net] }
    readers = [Int32](repeating: 0, count: readerStarts[netlist.netCount])
    var next = readerStarts
    for (index, gate) in netlist.gates.enumerated() {
      for net in gate.inputs {
        readers[next[Int(net.index)]] = Int32(index)
        next[Int(net.index)] += 1
      }
    }
  }

  /// The instructions of all gates that depend on a net, in their order.
  func cone(of net: Int) -> [LaneInstruction] {
    var isIn = [Bool](repeating: false, count: ranges.count)
    var pending = [net]
    while let net = pending.popLast() {
      for gate in readers[readerStarts[net]..<readerStarts[net + 1]] where !isIn[Int(gate)] {
        isIn[Int(gate)] = true
        pending.append(outputs[Int(gate)])
      }
    }
    var cone: [LaneInstruction] = []
    for gate in ranges.indices where isIn[gate] { cone += instructions[ranges[gate]] }
    return cone
  }

  func evaluate(_ state: BlockState) { run(instructions, state) }

  func run(_ instructions: [LaneInstruction], _ state: BlockState) {
    precondition(state.slotCount == slotCount, "the state is another netlist's")
    instructions.withUnsafeBufferPointer { kernels.run($0, state.vectors) }
  }
}

/// The values of all nets in the lanes of a block; `free()` ends its life.
struct BlockState {
  let vectors: UnsafeMutablePointer<LaneKernels.Words>
  let slotCount: Int

  /// All nets 0, but for the constant 1.
  init(_ simulator: BlockSimulator) {
    slotCount = simulator.slotCount
    let count = slotCount * LaneKernels.vectorCount
    vectors = LaneKernels.allocate(count)
    invert(Int(Netlist.constantOne.index))
  }

  func free() { vectors.deallocate() }

  func invert(_ net: Int) {
    precondition((0..<slotCount).contains(net), "no such net")
    let vector = vectors + LaneKernels.vectorCount * net
    for v in 0..<LaneKernels.vectorCount { vector[v] = ~vector[v] }
  }

  /// Gives each lane one bit of its number.
  func setCounter(bit: Int, net: Int) {
    precondition((0..<slotCount).contains(net), "no such net")
    let vector = vectors + LaneKernels.vectorCount * net
    let withinWord: [UInt32] = [0xAAAA_AAAA, 0xCCCC_CCCC, 0xF0F0_F0F0, 0xFF00_FF00, 0xFFFF_0000]
    for v in 0..<LaneKernels.vectorCount {
      switch bit {
      case 0..<4: for word in 0..<16 { vector[v][word] = word >> bit & 1 == 1 ? ~0 : 0 }
      case 4..<9: vector[v] = LaneKernels.Words(repeating: withinWord[bit - 4])
      default: vector[v] = LaneKernels.Words(repeating: v >> (bit - 9) & 1 == 1 ? ~0 : 0)
      }
    }
  }

  /// Gives each lane of a net a bit of its own.
  func set(_ net: Int, _ words: [UInt64]) {
    precondition((0..<slotCount).contains(net), "no such net")
    precondition(words.count == LaneKernels.laneCount / 64, "one bit for each lane")
    let vector = vectors + LaneKernels.vectorCount * net
    for v in 0..<LaneKernels.vectorCount {
      for word in 0..<16 {
        vector[v][word] = UInt32(truncatingIfNeeded: words[8 * v + word / 2] >> (32 * (word % 2)))
      }
    }
  }
}
