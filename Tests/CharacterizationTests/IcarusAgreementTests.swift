import Characterization
import ErrorTables
import Foundation
import Netlists
import Testing

private let specs = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(path: "HardwareSpecs").path

private func run(_ command: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = command
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0, "\(command) failed")
  return String(decoding: output, as: UTF8.self)
}

private let hasIcarus = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .contains { FileManager.default.isExecutableFile(atPath: "\($0)/iverilog") }

@Test(
  "iverilog agrees with the product table of a shipped multiplier on all 65,536 pairs",
  .enabled(if: hasIcarus, "iverilog is not installed"),
  arguments: [
    "mul8u_exact_dadda", "mul8u_truncated_t6", "mul8u_bam_v7h2", "mul8u_kulkarni",
  ])
func icarusAgrees(module: String) throws {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "icarus-\(module)-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let bench = """
    module bench;
      reg [16:0] i; wire [15:0] p;
      \(module) dut (.a(i[7:0]), .b(i[15:8]), .p(p));
      initial for (i = 0; i < 65536; i = i + 1) begin #1; $display("%0d", p); end
    endmodule
    """
  let benchPath = folder.appending(path: "bench.v").path
  let program = folder.appending(path: "bench.vvp").path
  try bench.write(toFile: benchPath, atomically: true, encoding: .utf8)
  let netlistPath = "\(specs)/Multipliers/\(module).v"
  _ = try run([
    "iverilog", "-o", program, "-s", "bench", benchPath, netlistPath, "\(specs)/Cells/ptm45.v",
  ])
  let products = try run(["vvp", program]).split(separator: "\n").compactMap { UInt32($0) }
  let library = try LibertyReader.library(contentsOf: "\(specs)/Cells/ptm45.lib")
  let netlist = try VerilogReader.netlist(contentsOf: netlistPath, library: library)
  let ports = try MultiplierPorts(binding: netlist, file: netlistPath)
  let table = ProductTable(
    simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
    product: ports.product)
  #expect(products == table.products)
}

@Test("validation lists a row a netlist, with its area")
func validationTable() throws {
  let path = "\(specs)/Multipliers/mul8u_truncated_t6.v"
  let table = try MultiplierValidation.table(
    netlists: [path], library: "\(specs)/Cells/ptm45.lib")
  #expect(table.cells("mae") == [.real(80.25)])
  #expect(table.cells("wce") == [.integer(321)])
  // 93.75 % of approx_models_8x8_metrics.csv.
  #expect(table.cells("error_rate_percent") == [.real(93.75)])
  #expect((table.cells("area_um2")?.first?.number ?? 0) > 0)
}
