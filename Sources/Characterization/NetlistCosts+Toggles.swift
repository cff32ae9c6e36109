import LogicSimulation
import Netlists
import Randomness

/// How often each net of a netlist changes its settled value under uniform random inputs, drawn anew
/// for each operation.
struct SwitchingToggles: Sendable {
  /// Whole blocks of 512 transitions.
  let transitions: Int
  private let counts: [Int]
  /// In how many of the transitions' second states each net is 1.
  private let ones: [Int]

  /// Simulates 512 streams of operands side by side, without delays.
  ///
  /// - Parameters:
  ///   - transitions: at least 1; rounded up to a multiple of 512.
  ///   - seed: the bits of the input ports, in order of declaration, are the stream's words.
  init(of netlist: Netlist, transitions: Int, seed: UInt64) {
    precondition(transitions >= 1, "at least one transition")
    let lanes = BitParallelSimulator.laneCount
    let blocks = (transitions + lanes - 1) / lanes
    self.transitions = blocks * lanes
    let simulator = BitParallelSimulator(netlist)
    let inputs = netlist.inputs.flatMap(\.bits).map { Int($0.index) }
    var stream = RandomStream(seed: seed, purpose: .stimulus)
    var state = simulator.makeState()
    func step(_ state: inout [BitParallelSimulator.Block]) {
      for net in inputs {
        for word in 0..<(lanes / 64) { state[net][word] = stream.next() }
      }
      simulator.evaluate(&state)
    }
    step(&state)
    var counts = [Int](repeating: 0, count: netlist.netCount)
    var ones = counts
    for _ in 0..<blocks {
      let previous = state
      step(&state)
      for net in counts.indices {
        let changed = previous[net] ^ state[net]
        for word in 0..<(lanes / 64) {
          counts[net] += changed[word].nonzeroBitCount
          ones[net] += state[net][word].nonzeroBitCount
        }
      }
    }
    self.counts = counts
    self.ones = ones
  }

  /// The mean number of changes of a net an operation, in 0…1.
  func perOperation(_ net: NetID) -> Double {
    Double(counts[Int(net.index)]) / Double(transitions)
  }

  /// The fraction of operations in which a net settles at 1.
  func probability(_ net: NetID) -> Double {
    Double(ones[Int(net.index)]) / Double(transitions)
  }
}
