import Netlists

/// Static timing: the latest time at which each net can change after the inputs change at time 0.
///
/// Topological longest path, one delay a gate whatever the input pin and direction; false paths are
/// not recognized, so times are upper bounds. Constants count as inputs.
public struct StaticTiming: Sendable {
  /// The latest arrival at each net, in femtoseconds; 0 at inputs and constants.
  public let arrival: [Int64]
  /// The latest arrival at an output port, in femtoseconds.
  public let criticalPathDelay: Int64
  /// The gates of a path with that delay, from input to output, as indices into `netlist.gates`;
  /// among equals the path through the first output bit and the first gate inputs.
  public let criticalPath: [Int]

  /// - Parameter delays: the delay of each gate of `netlist.gates`, in femtoseconds.
  /// - Precondition: one delay for each gate, none negative, and their sum fits in 64 bits.
  public init(netlist: Netlist, delays: [Int64]) {
    precondition(delays.count == netlist.gates.count, "one delay for each gate")
    precondition(delays.allSatisfy { $0 >= 0 }, "a delay is negative")
    var arrival = [Int64](repeating: 0, count: netlist.netCount)
    var driver = [Int](repeating: -1, count: netlist.netCount)
    for (index, gate) in netlist.gates.enumerated() {
      let latest = gate.inputs.map { arrival[Int($0.index)] }.max() ?? 0
      arrival[Int(gate.output.index)] = latest + delays[index]
      driver[Int(gate.output.index)] = index
    }
    let ends = netlist.outputs.flatMap(\.bits).map { Int($0.index) }
    criticalPathDelay = ends.map { arrival[$0] }.max() ?? 0
    var path: [Int] = []
    var net = ends.first { [criticalPathDelay] in arrival[$0] == criticalPathDelay }
    while let end = net, driver[end] >= 0 {
      let gate = netlist.gates[driver[end]]
      path.append(driver[end])
      let needed = arrival[end] - delays[driver[end]]
      net = gate.inputs.map { Int($0.index) }.first { arrival[$0] == needed }
    }
    criticalPath = path.reversed()
    self.arrival = arrival
  }
}
