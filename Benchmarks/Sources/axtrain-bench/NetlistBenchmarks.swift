import Characterization
import ErrorTables
import Foundation
import LogicSimulation
import Netlists

/// Validation of multipliers: reading, all operand pairs, whole folders.
enum NetlistBenchmarks {
  static func rows() throws -> [Benchmark] {
    try [metrics(), wide(), reading(), folder()]
  }

  /// All pairs of an 8×8 multiplier to a product table and its error metrics, on one core.
  private static func metrics() -> Benchmark {
    let netlist = MultiplierFamily.exactDadda.netlist(width: 8)
    let ports = netlist.inputs
    let seconds = fastest(of: 200) {
      let table = ProductTable(
        simulating: netlist, operandA: ports[0], operandB: ports[1], product: netlist.outputs[0])
      precondition(ErrorMetrics(of: table).sums.errorCount == 0)
    }
    return Benchmark(
      name: "table and metrics of an 8x8 multiplier", value: seconds / 65_536 * 1e9,
      unit: "ns/pair", target: "<= 2")
  }

  /// All 2^32 pairs of a 16×16 multiplier on two threads.
  private static func wide() throws -> Benchmark {
    let netlist = MultiplierFamily.exactDadda.netlist(width: 16)
    let simulation = MultiplierSimulation(
      netlist, ports: try MultiplierPorts(binding: netlist, file: "generated"))
    let seconds = try fastest(of: 1) {
      _ = try simulation.sums(signs: .unsigned, convention: .nonzeroExact, jobs: 2)
    }
    return Benchmark(
      name: "all 2^32 pairs of a 16x16 multiplier, 2 threads", value: seconds, unit: "s",
      target: "<= 30")
  }

  /// Structural Verilog of 100,000 cells.
  private static func reading() throws -> Benchmark {
    var text = "module chain (input [15:0] a, output [15:0] p);\n"
    let cells = 100_000
    for cell in 0..<cells { text += "  wire n\(cell);\n" }
    for cell in 0..<cells {
      let first = cell < 16 ? "a[\(cell)]" : "n\(cell - 16)"
      let second = cell < 7 ? "a[\(15 - cell)]" : "n\(cell - 7)"
      text += "  NAND2 u\(cell) (.A(\(first)), .B(\(second)), .Y(n\(cell)));\n"
    }
    for bit in 0..<16 { text += "  assign p[\(bit)] = n\(cells - 16 + bit);\n" }
    text += "endmodule\n"
    var count = 0
    let seconds = try fastest(of: 3) {
      let netlist = try VerilogReader.netlist(
        text: text, file: "chain.v", library: GeneratorCells.library)
      count = netlist.gates.count
    }
    precondition(count == cells)
    return Benchmark(
      name: "reading Verilog of 100,000 cells", value: seconds, unit: "s", target: "<= 1")
  }

  /// `axtrain validate` on a folder of 100 circuits, from start to end.
  private static func folder() throws -> Benchmark {
    let folder = FileManager.default.temporaryDirectory.appending(path: "bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for circuit in 0..<100 {
      let family = MultiplierFamily.brokenArray(
        vertical: circuit % 10, horizontal: circuit / 10 % 8)
      try family.verilog(width: 8).write(
        to: folder.appending(path: "m\(circuit).v"), atomically: true, encoding: .utf8)
    }
    var succeeded = true
    let seconds = fastest(of: 3) {
      let isDone = Peer.run(
        ".build/release/axtrain", ["validate", folder.path(percentEncoded: false), "--quiet"])
      succeeded = succeeded && isDone
    }
    precondition(succeeded, "axtrain is not built: run `make build`")
    return Benchmark(
      name: "axtrain validate, a folder of 100 circuits", value: seconds, unit: "s",
      target: "<= 1")
  }
}
