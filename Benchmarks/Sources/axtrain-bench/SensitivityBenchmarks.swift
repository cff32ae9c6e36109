import Networks
import Randomness
import Training

/// A gradient with AxTrain-act's penalty beside a gradient without, on random data: how much longer
/// it takes. The optimizer, which is the same for both, is left out of both.
enum SensitivityBenchmarks {
  private static let (batch, runs) = (64, 7)

  static func rows() throws -> [Benchmark] {
    try [(Preset.perceptron784x128x10, 200), (.leNet5, 50)].flatMap { preset, batches in
      try [1, 2].map { threads in
        let seconds = try seconds(preset, threads: threads, batches: batches)
        return Benchmark(
          name: "gradient with penalty over gradient, \(preset.rawValue), threads \(threads)",
          value: seconds.penalized / seconds.plain, unit: "times", target: "<= 3")
      }
    }
  }

  private static func seconds(
    _ preset: Preset, threads: Int, batches: Int
  ) throws -> (plain: Double, penalized: Double) {
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
    func steps(penalized: Bool) {
      for step in 0..<batches {
        let mode = ForwardMode.training(seed: 1, step: step)
        let (logits, memories) = network.forward(inputs, mode: mode, work: work)
        guard penalized else {
          network.backward(
            logitGradient, memories: memories, mode: mode, into: &gradient, work: work)
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
    for _ in 0..<runs {
      plain = min(plain, fastest(of: 1) { steps(penalized: false) })
      penalized = min(penalized, fastest(of: 1) { steps(penalized: true) })
    }
    return (plain, penalized)
  }
}
