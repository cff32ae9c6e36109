import Accelerators
import ErrorTables

/// Register-level arrays and the closed form.
enum ArrayBenchmarks {
  static func rows() throws -> [Benchmark] {
    let spec = try AcceleratorSpec(contentsOf: "HardwareSpecs/Accelerators/ntc16x16.yaml")
    return try Dataflow.allCases.map { registers(spec, $0) }
      + [
        waiting(spec), wide(spec), closedForm(spec, banks: nil), closedForm(spec, banks: 16),
        designPoints(),
      ]
  }

  /// The product of all register-level rows.
  private static let shape = MatrixShape(m: 256, k: 512, n: 256)
  private static let activations = (0..<256 * 512).map { UInt8(truncatingIfNeeded: $0 &* 37) }
  private static let weights = (0..<512 * 256).map { UInt8(truncatingIfNeeded: $0 &* 91) }

  /// Register-level steps of a 16×16 array, operands that repeat after 256 words.
  private static func registers(_ spec: AcceleratorSpec, _ dataflow: Dataflow) -> Benchmark {
    var other = AcceleratorSpec.Overrides()
    other.dataflow = dataflow
    let spec = spec.overriding(other)
    let capture = ArrayCapture.settled(.exact(widthA: 8, widthB: 8))
    return Benchmark(
      name: "register-level 16x16 array, \(dataflow.rawValue)",
      value: speed(spec, capture, activations, weights), unit: "M PE-cycles/s", target: ">= 1000")
  }

  /// Millions of elements stepped a second.
  private static func speed<Word: ArrayWord>(
    _ spec: AcceleratorSpec, _ capture: ArrayCapture, _ activations: [Word], _ weights: [Word]
  ) -> Double {
    let array = RegisterLevelArray(spec: spec, capture: capture)
    var cycles = 0
    let seconds = fastest {
      cycles =
        array.multiply(activations: activations, weights: weights, shape: shape).counts.cycles
    }
    return Double(cycles * spec.processingElements) / seconds / 1e6
  }

  /// The weight-stationary array with limited DRAM and banks, whose cycles are stepped too; cycles in
  /// which it stands still are not counted.
  private static func waiting(_ spec: AcceleratorSpec) -> Benchmark {
    var other = AcceleratorSpec.Overrides()
    other.dramBitsPerCycle = 64
    other.ports.activations.banks = 16
    other.ports.weights.banks = 16
    let array = RegisterLevelArray(
      spec: spec.overriding(other), capture: .settled(.exact(widthA: 8, widthB: 8)))
    var cycles = 0
    let seconds = fastest {
      cycles =
        array.multiplyWaiting(activations: activations, weights: weights, shape: shape).counts
        .cycles
    }
    return Benchmark(
      name: "register-level 16x16 array, weight_stationary, DRAM and banks",
      value: Double(cycles * spec.processingElements) / seconds / 1e6, unit: "M PE-cycles/s")
  }

  /// The weight-stationary array with words of 16 bits, whose exact products are computed.
  private static func wide(_ spec: AcceleratorSpec) -> Benchmark {
    var other = AcceleratorSpec.Overrides()
    (other.operandWidth, other.weightWidth, other.accumulatorWidth) = (16, 16, 32)
    let spec = spec.overriding(other)
    return Benchmark(
      name: "register-level 16x16 array, weight_stationary, words of 16 bits",
      value: speed(
        spec, .exact(for: spec), activations.map { UInt16($0) &* 257 },
        weights.map { UInt16($0) &* 193 }),
      unit: "M PE-cycles/s")
  }

  /// Design points of ResNet-50 with limited DRAM and energies, as a user runs them: a whole process on
  /// all cores, its CSV written.
  private static func designPoints() throws -> Benchmark {
    let sides = "4:128:2"
    let points = 63 * 63 * Dataflow.allCases.count
    let arguments = [
      "simulate", "--network", ResNet50.name, "--rows", sides, "--columns", sides, "--dataflow",
      "all", "--dram-bits-per-cycle", "64", "--energy-table", "horowitz45",
      // Every array finds room for its folds.
      "--weight-words", "65536", "--activation-words", "65536", "--format", "csv", "--output",
      "/dev/null",
    ]
    var succeeded = true
    let seconds = fastest(of: 3) {
      succeeded = Peer.run(".build/release/axtrain", arguments) && succeeded
    }
    guard succeeded else { throw Failure(description: "axtrain simulate fails: run `make build`") }
    return Benchmark(
      name: "design points of ResNet-50, cycles and energies", value: Double(points) / seconds * 60,
      unit: "points/min", target: ">= 100000")
  }

  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// ResNet-50's layers (He et al., CVPR 2016, table 1) with limited DRAM, as `simulate` estimates them:
  /// equal layers once.
  private static func closedForm(_ spec: AcceleratorSpec, banks: Int?) throws -> Benchmark {
    var other = AcceleratorSpec.Overrides()
    other.dramBitsPerCycle = 64
    other.ports.weights.banks = banks
    other.ports.activations.banks = banks
    other.ports.outputs.banks = banks
    let model = AnalyticalModel(spec: spec.overriding(other))
    let layers = try ResNet50.gemms(batch: 1).map { LayerWork.product($0) }
    var cycles = 0
    let seconds = try fastest(of: 20) {
      cycles &+= try model.estimates(layers, .physical).reduce(0) { $0 &+ $1.totalCycles }
    }
    return Benchmark(
      name: "closed form of ResNet-50, \(layers.count) layers"
        + (banks.map { ", \($0) banks a buffer" } ?? ""), value: seconds * 1e3, unit: "ms",
      target: "<= 1")
  }
}
