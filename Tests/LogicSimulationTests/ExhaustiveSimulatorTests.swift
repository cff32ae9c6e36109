import LaneKernels
import LogicSimulation
import Netlists
import Testing

@Suite("Exhaustive simulation")
struct ExhaustiveSimulatorTests {
  /// All outputs in the order of the index.
  private func outputs(
    _ netlist: Netlist, index: [NetID], kernels: LaneKernels
  ) -> [UInt64] {
    let simulator = ExhaustiveSimulator(
      netlist, index: index, outputs: netlist.outputs.flatMap(\.bits), kernels: kernels)
    var outputs = [UInt64](repeating: .max, count: 1 << index.count)
    for part in 0..<simulator.partCount {
      simulator.run(part: part) { first, low, high in
        for lane in low.indices {
          outputs[first + lane] = UInt64(high[lane]) << 32 | UInt64(low[lane])
        }
      }
    }
    return outputs
  }

  @Test(
    "random netlists give the same in blocks as vector by vector, on every instruction set",
    arguments: [1, 3, 8, 11, 12, 13, 15], LaneKernels.available)
  func random(inputs: Int, kernels: LaneKernels) throws {
    for seed in 0..<3 as Range<UInt64> {
      let netlist = try RandomNetlist.make(
        seed: seed, inputs: inputs, gates: 60, outputs: seed == 0 ? 50 : 20)
      let simulator = BitParallelSimulator(netlist)
      let fast = outputs(netlist, index: netlist.inputs[0].bits, kernels: kernels)
      for value in stride(from: 0, to: 1 << inputs, by: inputs > 11 ? 7 : 1) {
        #expect(fast[value] == simulator.outputs(for: [UInt64(value)])[0])
      }
    }
  }

  @Test("the index may take the input bits in any order")
  func order() throws {
    let netlist = try RandomNetlist.make(seed: 9, inputs: 13, gates: 60, outputs: 16)
    let bits = netlist.inputs[0].bits
    let straight = outputs(netlist, index: bits, kernels: .best)
    let reversed = outputs(netlist, index: bits.reversed(), kernels: .best)
    for value in 0..<1 << 13 {
      let mirrored = (0..<13).reduce(0) { $0 | (value >> $1 & 1) << (12 - $1) }
      #expect(straight[value] == reversed[mirrored])
    }
  }
}
