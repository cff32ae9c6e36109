import Networks
import Randomness
import Training

/// A gradient with AxTrain-act's penalty beside a gradient without, on random data: how much longer
/// it takes. The optimizer, which is the same for both, is left out of both.
enum SensitivityBenchmarks {
  private static let (batch, runs) = (64, 7)

  static func rows() throws -> [Benchmark] {
    try [(Preset.perceptron784x128x10, 200), (.leNet5, 50)].flatMap { preset, batches in
      try [1, 2].flatMap { threads -> [Benchmark] in
        let seconds = try seconds(preset, threads: threads, batches: batches)
        let name = "over gradient, \(preset.rawValue), threads \(threads)"
        return [
          Benchmark(
            name: "gradient with penalty \(name)", value: seconds.penalized / seconds.plain,
            unit: "times", target: "<= 3"),
          Benchmark(
            name: "gradient with penalty on outputs \(name)",
            value: seconds.onOutputs / seconds.plain, unit: "times", target: "<= 4"),
        ]
      }
    }
  }

  private static func seconds(
    _ preset: Preset, threads: Int, batches: Int
  ) throws -> (plain: Double, penalized: Double, onOutputs: Double) {
    let topology = try preset.topology()
    var network = Network(topology: topology, seed: 1)
    var stream = RandomStream(seed: 1, purpose: .test)
    func tensor(_ shape: FeatureShape, scale: Double) -> Tensor {
      Tensor(
        count: batch, shape: shape,
        values: (0..<batch * shape.count).map { _ in Float(scale * stream.nextUniform()) })
    }
    let inputs = tensor(topology.input, scale: 1)
    let logitGradient = tensor(
      FeatureShape(channels: topology.classCount), scale: 1 / Double(batch))
    let labels = (0..<batch).map { UInt8($0 % topology.classCount) }
    let penalty = SensitivityPenalty(
      strength: 1, deviations: [Float](repeating: 0.1, count: network.parameters.count))
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    let work = ChunkedWork(threads: threads)
    enum Kind { case plain, penalized, onOutputs }
    func steps(_ kind: Kind) {
      for step in 0..<batches {
        let mode = ForwardMode.training(seed: 1, step: step)
        let (logits, memories) = network.forward(inputs, mode: mode, work: work)
        guard kind == .penalized else {
          network.backward(
            logitGradient, memories: memories, mode: mode, into: &gradient, work: work)
          guard kind == .onOutputs else { continue }
          let added = penalty.outputGradient(
            network: network,
            pass: SensitivityPenalty.OutputPass(
              projection: logitGradient, logits: logits, memories: memories, mode: mode),
            work: work)
          for index in gradient.indices { gradient[index] += added.gradient[index] }
          continue
        }
        let traces = network.tracedBackward(
          logitGradient, memories: memories, mode: mode, into: &gradient, work: work)
        _ = penalty.add(
          to: &gradient, network: network,
          pass: SensitivityPenalty.Pass(
            logits: logits, labels: labels, traces: traces, mode: mode), work: work)
      }
    }
    // In turns, so that other work on the machine slows both.
    var (plain, penalized) = (Double.infinity, Double.infinity)
    var onOutputs = Double.infinity
    for _ in 0..<runs {
      plain = min(plain, fastest(of: 1) { steps(.plain) })
      penalized = min(penalized, fastest(of: 1) { steps(.penalized) })
      onOutputs = min(onOutputs, fastest(of: 1) { steps(.onOutputs) })
    }
    return (plain, penalized, onOutputs)
  }
}
