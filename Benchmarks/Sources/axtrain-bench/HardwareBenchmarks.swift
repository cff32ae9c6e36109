import Accelerators
import Characterization
import ErrorTables
import Netlists
import TableArithmetic

/// Netlists, timed simulation and the array.
enum HardwareBenchmarks {
  static func rows() throws -> [Benchmark] {
    let netlist = MultiplierFamily.exactDadda.netlist(width: 8)
    return try [exhaustive(netlist), array()]
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

  /// Register-level steps of a 16×16 array.
  private static func array() throws -> Benchmark {
    let spec = try AcceleratorSpec(contentsOf: "HardwareSpecs/Accelerators/ntc16x16.yaml")
    let array = WeightStationaryArray(spec: spec, products: .exact(widthA: 8, widthB: 8))
    let shape = MatrixShape(m: 256, k: 64, n: 32)
    let activations = (0..<shape.m * shape.k).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let weights = (0..<shape.k * shape.n).map { UInt8(truncatingIfNeeded: $0 &* 91) }
    var cycles = 0
    let seconds = fastest {
      cycles =
        array.multiply(activations: activations, weights: weights, shape: shape).counts.cycles
    }
    return Benchmark(
      name: "register-level 16x16 array",
      value: Double(cycles * spec.processingElements) / seconds / 1e6, unit: "M PE-cycles/s")
  }
}
