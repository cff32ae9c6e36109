import Characterization
import ErrorTables
import Netlists
import TableArithmetic

/// Netlists to product tables.
enum HardwareBenchmarks {
  static func rows() throws -> [Benchmark] {
    let netlist = MultiplierFamily.exactDadda.netlist(width: 8)
    return [exhaustive(netlist)]
  }

  /// All 65,536 pairs of an 8×8 multiplier to a finished product table.
  private static func exhaustive(_ netlist: Netlist) -> Benchmark {
    let pairs = 65_536.0
    let ports = netlist.inputs
    let product = netlist.outputs[0]
    let seconds = fastest(of: 20) {
      _ = ProductTable(
        simulating: netlist, operandA: ports[0], operandB: ports[1], product: product)
    }
    let peer = Peer.iverilogSeconds(
      PeerVerilog.text(netlist, delays: nil, vectors: 65_536, period: 1))
    return Benchmark(
      name: "product table of an 8x8 multiplier", value: seconds / pairs * 1e9, unit: "ns/pair",
      peer: peer == nil ? "" : "iverilog", peerValue: peer.map { $0 / pairs * 1e9 })
  }
}
