import Randomness
import TestSupport

@testable import Networks

/// A training pass of layers forward and backward, on random numbers.
struct LayerRun {
  let layers: [LayerSpec]
  let inputs: Tensor
  let parameters: [Float]
  let statistics: [Float]
  /// The gradient by the outputs: the loss is Σ gradient·output.
  let gradient: Tensor
  let chain: LayerChain

  static let mode = ForwardMode.training(seed: 11, step: 5)

  /// Inputs and parameters are normal, running variances from 0.5 to 1.5.
  init(_ layers: [LayerSpec], input: FeatureShape, count: Int, seed: UInt64 = 1) throws {
    self.layers = layers
    chain = try LayerChain(layers, input: input, firstNumber: 0, path: [])
    var stream = RandomStream(seed: seed, purpose: .test)
    func normals(_ count: Int) -> [Float] { (0..<count).map { _ in Float(stream.nextNormal()) } }
    inputs = Tensor(count: count, shape: input, values: normals(count * input.count))
    parameters = normals(chain.layers.reduce(0) { $0 + $1.parameterCount })
    gradient = Tensor(
      count: count, shape: chain.output, values: normals(count * chain.output.count))
    statistics = chain.layers.flatMap(\.statistics).flatMap { block in
      (0..<block.count).map { _ in Float(stream.nextUniform()) + 0.5 }
    }
  }

  /// All that a pass gives.
  struct Results: Hashable {
    var outputs: [Float] = []
    var inputGradient: [Float] = []
    var parameterGradient: [Float] = []
    var statistics: [Float] = []

    /// Bits, so that zeros of both signs differ and numbers that are none are compared.
    var bits: [[UInt32]] {
      [outputs, inputGradient, parameterGradient, statistics].map { $0.map(\.bitPattern) }
    }
  }

  func results(threads: Int = 1, needsInputGradient: Bool = true) -> Results {
    let work = ChunkedWork(threads: threads)
    var results = Results()
    // One number more each, so that no buffer is empty; gradients must be overwritten.
    results.statistics = statistics + [0]
    results.parameterGradient = [Float](repeating: .nan, count: parameters.count + 1)
    withBases(parameters + [0], &results.statistics, &results.parameterGradient) {
      parameters, statistics, parameterGradient in
      let (outputs, memories) = chain.forward(
        inputs, parameters: parameters, statistics: statistics, mode: Self.mode, work: work)
      results.outputs = outputs.values
      results.inputGradient =
        chain.backward(
          gradient, memories: memories, parameters: parameters,
          parameterGradient: parameterGradient, needsInputGradient: needsInputGradient,
          mode: Self.mode,
          work: work
        ).values
    }
    results.statistics.removeLast()
    results.parameterGradient.removeLast()
    return results
  }

  /// The outputs of an inference.
  func inference() -> [Float] {
    var (statistics, unused) = (statistics + [0], [Float(0)])
    var outputs: [Float] = []
    withBases(parameters + [0], &statistics, &unused) { parameters, statistics, _ in
      outputs =
        chain.forward(
          inputs, parameters: parameters, statistics: statistics, mode: .inference, work: .serial
        ).outputs.values
    }
    return outputs
  }

  func withBases(
    _ parameters: [Float], _ statistics: inout [Float], _ gradient: inout [Float],
    _ body: (
      UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
    ) -> Void
  ) {
    parameters.withUnsafeBufferPointer { parameters in
      statistics.withUnsafeMutableBufferPointer { statistics in
        gradient.withUnsafeMutableBufferPointer { gradient in
          guard let parameters = parameters.baseAddress, let statistics = statistics.baseAddress,
            let gradient = gradient.baseAddress
          else { preconditionFailure("an empty buffer") }
          body(parameters, statistics, gradient)
        }
      }
    }
  }

  /// The naive outputs, and the running statistics after them.
  func reference(
    inputs: [Double]? = nil, parameters: [Double]? = nil, mode: ForwardMode = mode
  ) -> (outputs: [Double], statistics: [Double]) {
    var network = ReferenceNetwork(
      parameters: parameters ?? self.parameters.map(Double.init),
      statistics: statistics.map(Double.init), mode: mode)
    let shape = self.inputs.shape
    let features = NaiveFeatures(
      count: self.inputs.count, channels: shape.channels, rows: shape.rows,
      columns: shape.columns, values: inputs ?? self.inputs.values.map(Double.init))
    return (network.forward(layers, features).values, network.statistics)
  }

  /// Central differences of Σ gradient·output by each of some numbers.
  func differences(
    of numbers: [Double], step: Double = 1e-5, outputs: ([Double]) -> [Double]
  ) -> [Double] {
    func loss(_ numbers: [Double]) -> Double {
      zip(outputs(numbers), gradient.values).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    return numbers.indices.map { index in
      var (above, below) = (numbers, numbers)
      above[index] += step
      below[index] -= step
      return (loss(above) - loss(below)) / (2 * step)
    }
  }
}

/// The largest difference between numbers and their reference, in parts of the largest reference.
func distance(_ numbers: [Float], _ reference: [Double]) -> Double {
  guard numbers.count == reference.count else { return .infinity }
  let largest = reference.reduce(0) { max($0, abs($1)) }
  let differences = zip(numbers, reference).map { abs(Double($0) - $1) }
  guard differences.allSatisfy(\.isFinite) else { return .infinity }
  return (differences.max() ?? 0) / (largest > 0 ? largest : 1)
}
