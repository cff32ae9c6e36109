import LogicSimulation
import Netlists
import Randomness
import TestSupport
import Testing

@Test(
  "random netlists give the same bit-parallel as gate by gate", arguments: 0..<50 as Range<UInt64>)
func randomNetlists(seed: UInt64) throws {
  let netlist = try RandomNetlist.make(seed: seed, inputs: 8, gates: 40, outputs: 16)
  let simulator = BitParallelSimulator(netlist)
  for value in 0..<UInt64(256) {
    #expect(
      simulator.outputs(for: [value])
        == NaiveNetlistEvaluation.outputs(of: netlist, inputs: [value]))
  }
}

@Test("a Kogge-Stone adder of 24 bits adds modulo 2^24")
func koggeStone() {
  let simulator = BitParallelSimulator(AdderFamily.koggeStone.netlist(width: 24))
  var stream = RandomStream(seed: 1, purpose: .test)
  let mask: UInt64 = 1 << 24 - 1
  let corners: [(UInt64, UInt64)] = [(mask, 1), (mask, mask), (0, 0), (0x555555, 0xAAAAAB)]
  for (a, b) in corners + (0..<500).map({ _ in (stream.next() & mask, stream.next() & mask) }) {
    #expect(simulator.outputs(for: [a, b]) == [(a + b) & mask])
  }
}

@Test("with unit delays the critical path delay is the depth of the netlist")
func unitDelays() {
  let netlist = MultiplierFamily.exactDadda.netlist(width: 8)
  let timing = StaticTiming(netlist: netlist, delays: netlist.gates.map { _ in 1 })
  #expect(timing.criticalPathDelay == Int64(netlist.depth))
  #expect(timing.criticalPath.count == netlist.depth)
}
