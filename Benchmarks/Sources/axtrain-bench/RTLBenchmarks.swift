import Accelerators
import ErrorTables
import Foundation

/// The register-level simulators beside Verilator on the array that `axtrain export-rtl` writes.
enum RTLBenchmarks {
  /// Large enough that reading the vectors is a twentieth of what Verilator's program does.
  private static let shape = MatrixShape(m: 512, k: 1024, n: 512)

  static func rows() throws -> [Benchmark] {
    let path = "HardwareSpecs/Accelerators/ntc16x16.yaml"
    let spec = try AcceleratorSpec(contentsOf: path)
    let array = WeightStationaryArray(spec: spec, products: .exact(widthA: 8, widthB: 8))
    let activations = (0..<shape.m * shape.k).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let weights = (0..<shape.k * shape.n).map { UInt8(truncatingIfNeeded: $0 &* 91) }
    var cycles = 0
    let seconds = fastest {
      cycles =
        array.multiply(activations: activations, weights: weights, shape: shape).counts.cycles
    }
    let steps = Double(cycles * spec.processingElements) / 1e9
    let peer = verilatorSeconds(path)
    return [
      Benchmark(
        name: "register-level 16x16 array, exact, without compiling", value: steps / seconds,
        unit: "G PE-cycles/s", target: ">= 1", peer: peer == nil ? "" : "verilator -O3",
        peerValue: peer.map { steps / $0 })
    ]
  }

  /// Seconds that the compiled testbench takes; nil without Verilator, or if it does not pass.
  private static func verilatorSeconds(_ spec: String) -> Double? {
    guard let verilator = Peer.path(of: "verilator") else { return nil }
    let folder = FileManager.default.temporaryDirectory.appending(path: "bench-rtl-\(getpid())")
      .path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    guard
      Peer.run(
        ".build/release/axtrain",
        [
          "export-rtl", "--hardware", spec, "--gemm", "\(shape.m)x\(shape.k)x\(shape.n)", "-o",
          folder,
        ]),
      Peer.run(
        "/bin/sh",
        [
          "-c",
          "cd \"$0\" && \"$1\" --binary --timing -O3 --x-assign fast --x-initial fast --noassert "
            + "-MAKEFLAGS \"OPT_FAST='-O3 -march=native' -j2\" --top-module axtrain_testbench "
            + "-f design.f testbench.v", folder, verilator,
        ])
    else { return nil }
    var passes = true
    let seconds = fastest(of: 3) {
      let printed = Peer.output(
        "/bin/sh", ["-c", "cd \"$0\" && obj_dir/Vaxtrain_testbench", folder])
      passes = passes && printed?.split(separator: "\n").contains("PASS") == true
    }
    return passes ? seconds : nil
  }
}
