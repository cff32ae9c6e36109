import Datasets
import Foundation

/// Sweeps as a user runs them: whole processes.
enum SweepBenchmarks {
  static func rows() throws -> [Benchmark] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "bench-sweep-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    return try quickstart(folder.appending(path: "quickstart"))
      + multipliers(folder.appending(path: "multipliers"))
  }

  private static func quickstart(_ folder: URL) throws -> [Benchmark] {
    let first = try sweep("Sweeps/quickstart.yaml", into: folder)
    let second = try sweep("Sweeps/quickstart.yaml", into: folder)
    return [
      Benchmark(
        name: "make sweep, after the build", value: first.seconds, unit: "s", target: "<= 180"),
      Benchmark(
        name: "make sweep, peak memory", value: first.mebibytes, unit: "MiB", target: "<= 1024"),
      Benchmark(
        name: "make sweep again, nothing changed", value: second.seconds, unit: "s",
        target: "<= 2"),
    ]
  }

  /// Ten multipliers in two encodings on MNIST, or on random images where there is no MNIST: these cost
  /// as much, whatever is learned.
  private static func multipliers(_ folder: URL) throws -> [Benchmark] {
    let data = folder.appending(path: "data")
    let hasMNIST = (try? DatasetLibrary(data: nil).locate("mnist")) != nil
    if !hasMNIST { try RandomMNIST.write(into: data.appending(path: "mnist")) }
    let run = try sweep(
      "Benchmarks/multiplier_sweep.yaml", into: folder,
      environment: hasMNIST ? [:] : ["AXTRAIN_DATA": data.path(percentEncoded: false)])
    let name =
      "10 multipliers x 2 encodings, 2 epochs of fine-tuning each, 784-128-10, "
      + (hasMNIST ? "MNIST" : "random images of MNIST's size")
    return [
      Benchmark(name: "sweep of \(name)", value: run.seconds, unit: "s", target: "<= 300"),
      Benchmark(
        name: "sweep of \(name), peak memory", value: run.mebibytes, unit: "MiB", target: "<= 763"),
    ]
  }

  private static func sweep(
    _ spec: String, into folder: URL, environment: [String: String] = [:]
  ) throws -> MeasuredProgram {
    try MeasuredProgram(
      axtrain: [
        "sweep", spec, "--quiet", "--output",
        folder.appending(path: "report").path(percentEncoded: false),
      ], environment: environment)
  }
}
