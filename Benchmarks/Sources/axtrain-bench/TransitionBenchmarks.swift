import Accelerators
import Characterization
import ErrorTables
import Foundation
import LogicSimulation
import Netlists
import Quantities
import Randomness
import TableArithmetic
import Technology

/// An array whose late products are looked up by transition, beside the table product without errors.
enum TransitionBenchmarks {
  static func rows() throws -> [Benchmark] {
    let spec = try AcceleratorSpec(contentsOf: "HardwareSpecs/Accelerators/ntc16x16-mnist.yaml")
    return try [0.45, 0.5].flatMap { supply in
      let dies = try dies(at: Voltage(supply))
      return rows(
        "784-128, 10,000 images, \(supply) V", MatrixShape(m: 10_000, k: 784, n: 128), spec, dies)
        + rows(
          "LeNet-5 conv2, 1,000 images, \(supply) V", MatrixShape(m: 64_000, k: 150, n: 16), spec,
          dies)
        + [step("784-128, 64 images of a training step, \(supply) V", spec, dies)]
    }
  }

  /// What 16 dies of the exact tree capture wrong, the clock 1.1 times the typical die's path.
  private static func dies(at supply: Voltage) throws -> DieErrors {
    let netlist = try MultiplierFamily.exactDadda.netlist(width: 8)
    let technology = try TechnologyReader.read("HardwareSpecs/Technology/ptm45_hp.yaml").node
    let source = try DieDelays(netlist, technology: technology, supply: supply)
    let path = StaticTiming(netlist: netlist, delays: source.typical).criticalPathDelay
    let grid = TimeGrid(criticalPath: path, steps: 64)
    let multiplier = StationaryMultiplier(
      netlist, ports: try MultiplierPorts(binding: netlist, file: netlist.name))
    let settled = ProductTable.exact(widthA: 8, widthB: 8)
    return DieErrors(
      settled: settled,
      dies: try (0..<16).map { die in
        WrongProducts(
          try multiplier.table(
            delays: grid.delays(source.die(die, seed: 45)),
            captureStep: grid.captureStep(1.1 * Double(path)), pulses: .inertial, jobs: 2),
          settled: settled)
      })
  }

  private static func rows(
    _ name: String, _ shape: MatrixShape, _ spec: AcceleratorSpec, _ dies: DieErrors
  ) -> [Benchmark] {
    let array = array(spec, dies)
    let (activations, weights) = operands(shape)
    var errors = CapturedErrors(outputBits: 16)
    var (clean, captured) = (Double.infinity, Double.infinity)
    for _ in 0..<5 {
      clean = min(
        clean,
        fastest(of: 1) {
          _ = array.settled.multiply(
            activations: activations, weights: weights, m: shape.m, k: shape.k, n: shape.n,
            accumulator: spec.accumulator)
        })
      captured = min(
        captured,
        fastest(of: 1) {
          errors =
            array.multiply(
              activations: activations, weights: weights, shape: shape
            ).errors
        })
    }
    let percent = String(format: "%.2g", 100 * errors.errorRate)
    return [
      Benchmark(
        name: "transition, \(name), \(percent) % wrong",
        value: captured / Double(errors.transitions) * 1e9, unit: "ns/product"),
      Benchmark(
        name: "transition over clean, \(name), \(percent) % wrong", value: captured / clean,
        unit: "times"),
    ]
  }

  /// What training takes: the accumulators, nothing counted.
  private static func step(
    _ name: String, _ spec: AcceleratorSpec, _ dies: DieErrors
  ) -> Benchmark {
    let shape = MatrixShape(m: 64, k: 784, n: 128)
    let array = array(spec, dies)
    let (activations, weights) = operands(shape)
    let seconds = fastest(of: 20) {
      _ = array.accumulators(activations: activations, weights: weights, shape: shape)
    }
    return Benchmark(
      name: "transition, \(name)", value: seconds / Double(shape.m * shape.k * shape.n) * 1e9,
      unit: "ns/product")
  }

  private static func array(_ spec: AcceleratorSpec, _ dies: DieErrors) -> TransitionArray {
    TransitionArray(
      spec: spec, dies: dies,
      dieOfElement: ElementTables.dies(
        elements: spec.processingElements, variants: dies.count, chipSeed: 1))
  }

  private static func operands(_ shape: MatrixShape) -> (activations: [UInt8], weights: [UInt8]) {
    var stream = RandomStream(seed: 1, purpose: .test)
    // Half of a rectifier's outputs are 0.
    let activations = (0..<shape.m * shape.k).map { _ in
      UInt8(truncatingIfNeeded: max(0, Int(stream.nextWord() & 511) - 256))
    }
    let weights = (0..<shape.k * shape.n).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
    return (activations, weights)
  }
}
