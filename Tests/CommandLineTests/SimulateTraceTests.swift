import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain simulate, traces")
struct SimulateTraceTests: SimulateSuite {
  @Test(
    "a trace has the registers' values and all accesses that the table counts",
    arguments: ["weight_stationary", "input_stationary", "output_stationary"])
  func traces(dataflow: String) throws {
    let folder = try TemporaryFolder()
    let (vcd, csv) = (folder.file("t.vcd"), folder.file("a.csv"))
    let table = try table(
      "--rows 2 --columns 3 --bank-vectors 4 --gemm 7x5x8 --dataflow \(dataflow) --trace \(vcd) "
        + "--accesses \(csv)")
    let accesses = try CSVTable(contentsOf: csv)
    func count(_ memory: String, _ access: String) throws -> Int {
      try accesses.rows.count {
        try accesses.text($0, "memory") == memory && accesses.text($0, "access") == access
      }
    }
    let row = table.rows[0]
    #expect(try count("activation", "read") == Int(table.number(row, "activation_reads")))
    #expect(try count("weight", "read") == Int(table.number(row, "weight_reads")))
    #expect(try count("bank", "write") == Int(table.number(row, "psum_writes")))
    // The output stage reads 7 × 8 sums besides.
    #expect(try count("bank", "read") + 56 == Int(table.number(row, "psum_reads")))
    #expect(try count("output", "write") == Int(table.number(row, "output_writes")))
    // An output leaves in the cycle, and on the port, of its last sum.
    let sums = Set(
      try accesses.rows.filter {
        try accesses.text($0, "memory") == "bank" && accesses.text($0, "access") == "write"
      }.map { try [accesses.text($0, "cycle"), accesses.text($0, "port")] })
    for row in try accesses.rows.filter({ try accesses.text($0, "memory") == "output" }) {
      #expect(try sums.contains([accesses.text(row, "cycle"), accesses.text(row, "port")]))
    }
    // Every word is read or written, and none beyond the matrices.
    for (memory, words) in [("activation", 35), ("weight", 40), ("output", 56)] {
      let addresses = Set(
        try accesses.rows.filter { try accesses.text($0, "memory") == memory }
          .map { try accesses.number($0, "address") })
      #expect(addresses == Set((0..<words).map(Double.init)), "\(memory)")
    }
    let text = try InputFile.text(of: vcd)
    let cycles = Int(try table.number(row, "compute_cycles"))
    #expect(text.contains("\n#\(cycles - 1)\n") && text.hasSuffix("#\(cycles)\n"))
    #expect(
      text.components(separatedBy: "$var").count - 1 == 1 + 6 * (dataflow.first == "o" ? 4 : 5))
    #expect(text.components(separatedBy: "$scope").count == 8)
  }

  @Test("two outputs on one path are refused and nothing is written")
  func oneOutput() throws {
    let path = NSTemporaryDirectory() + UUID().uuidString + ".csv"
    let outcome = try run("--gemm 2x2x2 --trace \(path) --output \(path)")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--trace and --output both write '\(path)'"))
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
