import LaneKernels
import LogicSimulation
import Netlists
import Randomness
import TestSupport
import Testing

@Suite("Settled outputs for given words")
struct PairSimulatorTests {
  @Test("every lane is the netlist alone: random netlists, few words and many, all kernels")
  func againstOneVector() throws {
    var stream = RandomStream(seed: 41, purpose: .test)
    for trial in 0..<24 {
      let (widthA, widthB) = (1 + trial % 16, 1 + (trial * 7 + 3) % 16)
      let netlist = try RandomNetlist.make(
        seed: UInt64(trial), inputs: widthA + widthB, gates: 60, outputs: 1 + (trial * 11) % 32)
      let inputs = netlist.inputs[0].bits
      let simulator = PairSimulator(
        netlist, operandA: Array(inputs[..<widthA]), operandB: Array(inputs[widthA...]),
        output: netlist.outputs[0].bits,
        kernels: LaneKernels.available[trial % LaneKernels.available.count])
      let count = [1, 5, 512, 513, 1_100][trial % 5]
      func words() -> [UInt16] {
        (0..<count).map { _ in UInt16(truncatingIfNeeded: stream.nextWord()) }
      }
      let (a, b) = (words(), words())
      var found = [UInt32](repeating: 7, count: count)
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          found.withUnsafeMutableBufferPointer { simulator.run(a, b, into: $0) }
        }
      }
      for lane in stride(from: 0, to: count, by: 1 + trial % 3) {
        let word =
          UInt64(a[lane]) & (1 << widthA - 1)
          | (UInt64(b[lane]) & (1 << widthB - 1)) << UInt64(widthA)
        #expect(
          [UInt64(found[lane])] == NaiveNetlistEvaluation.outputs(of: netlist, inputs: [word]),
          "trial \(trial), lane \(lane)")
      }
    }
  }
}
