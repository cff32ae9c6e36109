import Netlists

/// The longest path of a netlist by walking every path from every output: exponential, for small
/// netlists, and the reference of static timing.
public enum NaiveTiming {
  /// The largest sum of delays along a path that ends at a net with a direction (0 rise, 1 fall).
  ///
  /// - Parameter delay: of a gate from one input and direction to an output direction; nil where
  ///   there is no such arc.
  /// - Returns: nil if no path ends so.
  public static func longestPath(
    to net: NetID, edge: Int, of netlist: Netlist,
    delay: (_ gate: Int, _ input: Int, _ from: Int, _ to: Int) -> Double?
  ) -> Double? {
    guard let gate = netlist.gates.firstIndex(where: { $0.output == net }) else { return 0 }
    var longest: Double?
    for (input, source) in netlist.gates[gate].inputs.enumerated() {
      for from in 0..<2 {
        guard let own = delay(gate, input, from, edge),
          let before = longestPath(to: source, edge: from, of: netlist, delay: delay)
        else { continue }
        longest = max(longest ?? -.infinity, before + own)
      }
    }
    return longest
  }
}
