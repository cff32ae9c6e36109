import Foundation

/// The quickstart sweep as a user runs it: whole processes.
enum SweepBenchmarks {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static func rows() throws -> [Benchmark] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "bench-sweep-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try sweep(into: folder)
    let second = try sweep(into: folder)
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

  /// Wall-clock seconds and peak resident memory of one run.
  private static func sweep(into folder: URL) throws -> (seconds: Double, mebibytes: Double) {
    let started = ContinuousClock.now
    let words = [
      ".build/release/axtrain", "sweep", "Sweeps/quickstart.yaml", "--quiet", "--output",
      folder.path(percentEncoded: false),
    ]
    let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var child: pid_t = 0
    guard posix_spawn(&child, ".build/release/axtrain", &actions, nil, arguments, environ) == 0
    else { throw Failure(description: "axtrain is not built: run `make build`") }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0 && errno == EINTR {}
    guard status == 0 else { throw Failure(description: "the quickstart sweep fails") }
    let time = started.duration(to: .now).components
    return (
      Double(time.seconds) + Double(time.attoseconds) * 1e-18, Double(usage.ru_maxrss) / 1024
    )
  }
}
