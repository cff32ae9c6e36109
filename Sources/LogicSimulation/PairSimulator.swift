import LaneKernels
import Netlists

/// Settled outputs of a netlist with two operands for words that the caller gives, 512 pairs at once.
public struct PairSimulator: Sendable {
  /// Pairs that are simulated together.
  public static let laneCount = 512

  private let instructions: [LaneInstruction]
  private let slotCount: Int
  private let operandA: [Int]
  private let operandB: [Int]
  private let output: [Int]
  private let kernels: LaneKernels

  /// - Precondition: operands of at most 16 bits, which are all inputs; an output of at most 32 bits.
  public init(
    _ netlist: Netlist, operandA: [NetID], operandB: [NetID], output: [NetID],
    kernels: LaneKernels = .best
  ) {
    precondition(max(operandA.count, operandB.count) <= 16, "an operand has more than 16 bits")
    precondition(output.count <= 32, "an output has more than 32 bits")
    precondition(
      netlist.inputs.flatMap(\.bits).count == operandA.count + operandB.count, "other inputs")
    let compiled = CompiledGates(netlist)
    instructions = compiled.instructions
    slotCount = compiled.slotCount
    func places(_ nets: [NetID]) -> [Int] { nets.map { Int($0.index) } }
    (self.operandA, self.operandB) = (places(operandA), places(operandB))
    self.output = places(output)
    self.kernels = kernels
  }

  /// Computes the output of each pair.
  ///
  /// - Parameters:
  ///   - a: words of the first operand; bits above its width are not looked at.
  ///   - b: as many of the second.
  ///   - output: takes as many words.
  public func run(
    _ a: UnsafeBufferPointer<UInt16>, _ b: UnsafeBufferPointer<UInt16>,
    into output: UnsafeMutableBufferPointer<UInt32>
  ) {
    precondition(a.count == b.count && a.count == output.count, "not as many words")
    let nets = LaneKernels.allocate(slotCount)
    let lanes = LaneKernels.allocate(32)
    defer {
      nets.deallocate()
      lanes.deallocate()
    }
    nets[Int(Netlist.constantOne.index)] = ~.zero
    for first in stride(from: 0, to: a.count, by: Self.laneCount) {
      let places = first..<min(first + Self.laneCount, a.count)
      // A word a lane: a matrix of bits, whose rows are lanes here and nets after it is transposed.
      let words = UnsafeMutableRawPointer(lanes).assumingMemoryBound(to: UInt32.self)
      for place in places { words[place - first] = UInt32(b[place]) << 16 | UInt32(a[place]) }
      kernels.transpose(lanes, live: 32)
      for (bit, net) in operandA.enumerated() { nets[net] = lanes[bit] }
      for (bit, net) in operandB.enumerated() { nets[net] = lanes[16 + bit] }
      instructions.withUnsafeBufferPointer { LaneKernels.runOnVectors($0, nets) }
      for bit in 0..<32 { lanes[bit] = bit < self.output.count ? nets[self.output[bit]] : .zero }
      kernels.transpose(lanes, live: self.output.count)
      for place in places { output[place] = words[place - first] }
    }
  }
}
