import Characterization
import ConcurrentWork
import ErrorTables
import QuantizedNetworks
import TableArithmetic

extension FidelityComparison {
  /// The table of dies, characterized on the network's operands, and errors drawn from it in each way.
  func statistical(
    _ jobs: Int, _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> [Row] {
    let setup = inputs.setup
    let trace = OperandTrace(
      of: [IntegerInference(network, multiplier: .exact(network.spec))], inputs: words,
      images: inputs.test.count, on: inputs.accelerator,
      count: setup.characterization.transitions, seed: seed
    ).multiplier(inputs.multipliers[multiplier].element.inputs)
    let netlist = inputs.multipliers[multiplier].netlist
    var study = TimingStudy(
      netlist: netlist, ports: try MultiplierPorts(binding: netlist, file: netlist.name),
      isSigned: false, technology: inputs.technology, supplies: [supply],
      clock: .fixed(clockPeriod), transitions: .trace(trace))
    (study.dies, study.seed, study.steps) = (setup.characterization.dies, seed, steps)
    study.pulses = pulses
    let point = try study.run(jobs: jobs, stopRequested: stopRequested)[0]
    let table = Row(
      fidelity: "statistical", detail: "table of \(study.dies) dies", errorsPerChip: point.errors,
      accuracies: [], errorsAreIndependent: true, timePerProduct: nil)
    return try [table]
      + [TimingErrorChoice.Drawing.differences, .masks, .bits].map { drawing in
        try drawn(point.tablePoint.errors(drawing), drawing.rawValue, jobs, stopRequested)
      }
  }

  private func drawn(
    _ errors: ProductErrorModel, _ detail: String, _ jobs: Int,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> Row {
    let runs = try runConcurrently(
      jobs: jobs, items: Array(0..<chips), stopRequested: stopRequested
    ) { chip in
      let inference = inference(
        InferenceHardware(
          accumulator: inputs.accelerator.accumulator, timing: errors,
          timingSeed: inputs.setup.chips.seed, timingIndex: UInt64(chip)))
      return (
        accuracy: accuracy(inference.logits(words, count: inputs.test.count)),
        errors: counted(errors, chip: chip, inference)
      )
    }
    return Row(
      fidelity: "statistical", detail: detail, errorsPerChip: runs.map(\.errors),
      accuracies: runs.map(\.accuracy), errorsAreIndependent: true,
      accuraciesAreIndependent: true, timePerProduct: nil)
  }

  /// What errors do to products of the network's operands on a chip. Their draws are others than those
  /// that the chip's inference has.
  private func counted(
    _ errors: ProductErrorModel, chip: Int, _ inference: IntegerInference
  ) -> CapturedErrors {
    let images = max(1, min(inputs.test.count, countedProducts / network.multiplyAccumulates))
    let trace = inference.trace(
      Array(words.prefix(images * network.input.shape.count)), count: images)
    let multiplication = inputs.multipliers[multiplier].table.arithmetic
    let register = AccumulatorSpec(width: 32, overflow: .wrap)
    var captured = CapturedErrors(outputBits: 16)
    for layer in network.linears.indices {
      let key = ProductErrorKey(
        seed: inputs.setup.chips.seed, purpose: .countedTimingErrors, index: UInt64(chip),
        layer: layer)
      for product in inference.products(of: trace, layer: layer, images: images) {
        for step in 0..<product.k {
          let activations = (0..<product.m).map { product.activations[$0 * product.k + step] }
          let weights = Array(product.weights[step * product.n..<(step + 1) * product.n])
          // The product of a column and a row has no sums: each is a product.
          func products(_ errors: ProductErrorModel) -> [UInt32] {
            multiplication.multiply(
              activations: activations, weights: weights, m: product.m, k: 1, n: product.n,
              accumulator: register, errors: errors, key: key,
              firstImage: (product.group * product.k + step) * product.m
            ).map { UInt32(bitPattern: $0) }
          }
          let (right, seen) = (products(.none), products(errors))
          right.withUnsafeBufferPointer { right in
            seen.withUnsafeBufferPointer {
              captured.add(settled: right, captured: $0, lanes: right.count)
            }
          }
        }
      }
    }
    captured.compact()
    return captured
  }
}
