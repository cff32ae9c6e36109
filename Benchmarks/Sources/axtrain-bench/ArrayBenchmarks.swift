import Accelerators
import ErrorTables

/// Register-level arrays and the closed form.
enum ArrayBenchmarks {
  static func rows() throws -> [Benchmark] {
    let spec = try AcceleratorSpec(contentsOf: "HardwareSpecs/Accelerators/ntc16x16.yaml")
    return try Dataflow.allCases.map { registers(spec, $0) } + [closedForm(spec)]
  }

  /// Register-level steps of a 16×16 array, operands that repeat after 256 words.
  private static func registers(_ spec: AcceleratorSpec, _ dataflow: Dataflow) -> Benchmark {
    var other = AcceleratorSpec.Overrides()
    other.dataflow = dataflow
    let spec = spec.overriding(other)
    let capture = ArrayCapture.settled(.exact(widthA: 8, widthB: 8))
    let shape = MatrixShape(m: 256, k: 512, n: 256)
    let activations = (0..<shape.m * shape.k).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let weights = (0..<shape.k * shape.n).map { UInt8(truncatingIfNeeded: $0 &* 91) }
    let array = RegisterLevelArray(spec: spec, capture: capture)
    var cycles = 0
    let seconds = fastest {
      cycles =
        array.multiply(activations: activations, weights: weights, shape: shape).counts.cycles
    }
    return Benchmark(
      name: "register-level 16x16 array, \(dataflow.rawValue)",
      value: Double(cycles * spec.processingElements) / seconds / 1e6, unit: "M PE-cycles/s",
      target: ">= 1000")
  }

  /// ResNet-50's layers (He et al., CVPR 2016, table 1) with limited DRAM.
  private static func closedForm(_ spec: AcceleratorSpec) throws -> Benchmark {
    var other = AcceleratorSpec.Overrides()
    other.dramBitsPerCycle = 64
    let model = AnalyticalModel(spec: spec.overriding(other))
    let layers = try ResNet50.gemms(batch: 1)
    var cycles = 0
    let seconds = try fastest(of: 20) {
      for layer in layers { cycles &+= try model.estimate(layer, .physical).totalCycles }
    }
    return Benchmark(
      name: "closed form of ResNet-50, \(layers.count) layers", value: seconds * 1e3, unit: "ms",
      target: "<= 1")
  }
}
