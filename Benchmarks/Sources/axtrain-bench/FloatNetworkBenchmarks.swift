import Foundation
import Networks
import Randomness

/// Forward and backward passes of float networks on random data, beside PyTorch's where a Python
/// has it: `AXTRAIN_PYTORCH_PYTHON`, or else `python3`. Without it the peer's name says so.
enum FloatNetworkBenchmarks {
  private static let (batch, runs) = (64, 5)

  static func rows() throws -> [Benchmark] {
    let python = pythonWithPyTorch()
    return try [(Preset.perceptron784x128x10, 400), (.leNet5, 100)].flatMap { preset, batches in
      try [1, 2].map { threads in
        Benchmark(
          name: "forward and backward, \(preset.rawValue), threads \(threads)",
          value: try imagesPerSecond(preset, threads: threads, batches: batches),
          unit: "images/s", target: target(preset, threads: threads),
          peer: python == nil ? "pytorch (not installed)" : "pytorch",
          peerValue: python.flatMap {
            peer($0, preset, threads: threads, batches: batches)
          })
      }
    }
  }

  /// An epoch of 60,000 images in 0.6 s and in 4.5 s: what the loss and the optimizer leave.
  private static func target(_ preset: Preset, threads: Int) -> String {
    guard threads == 2 else { return "" }
    return preset == .leNet5 ? ">= 13333" : ">= 100000"
  }

  private static func imagesPerSecond(
    _ preset: Preset, threads: Int, batches: Int
  ) throws -> Double {
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
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    let work = ChunkedWork(threads: threads)
    let seconds = fastest(of: runs) {
      for step in 0..<batches {
        let mode = ForwardMode.training(seed: 1, step: step)
        let (_, memories) = network.forward(inputs, mode: mode, work: work)
        network.backward(
          logitGradient, memories: memories, mode: mode, into: &gradient, work: work)
      }
    }
    return Double(batch * batches) / seconds
  }

  private static func pythonWithPyTorch() -> String? {
    let named = ProcessInfo.processInfo.environment["AXTRAIN_PYTORCH_PYTHON"]
    guard let python = named ?? Peer.path(of: "python3"),
      Peer.run(python, ["-c", "import torch"])
    else { return nil }
    return python
  }

  private static func peer(
    _ python: String, _ preset: Preset, threads: Int, batches: Int
  ) -> Double? {
    Peer.output(
      python,
      ["Benchmarks/pytorch_networks.py", preset.rawValue]
        + [threads, batch, batches, runs].map(String.init)
    ).flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }
}
