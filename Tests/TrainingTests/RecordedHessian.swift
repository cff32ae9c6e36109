import Files
import Foundation
import Networks
import TestSupport
import Testing

/// What `Tests/Tools/record_pytorch_hessians.py` wrote; the fields are defined there.
struct RecordedHessian: Decodable {
  let cases: [Case]

  struct Case: Decodable, CustomTestStringConvertible {
    let topology: String
    let examples: Int
    let inputs: [Float]
    let labels: [UInt8]
    let smoothing: Float
    let scale: Float
    let learned: Bool
    let parameters: [String: [Float]]
    let statistics: [String: [Float]]
    let gradients: [String: [Double]]
    let direction: [String: [Float]]
    let products: [String: [Double]]
    let deviations: [String: [Float]]
    let strength: Float
    let penalty: Double
    let penaltyGradients: [String: [Double]]
    let projection: [Float]
    let outputPenalty: Double
    let outputPenaltyGradients: [String: [Double]]
    let outputPenaltyMean: Double

    var testDescription: String { topology }

    /// The network and the batch.
    func batch() throws -> PenaltyBatch {
      let plain = try TopologyReader.read(
        StrictYAML(text: topology, file: "recorded.yaml"))
      let topology = try NetworkTopology(
        name: plain.name, input: plain.input, layers: plain.layers,
        logitScale: learned ? .learned(start: 1) : .fixed(scale))
      #expect(Set(topology.parameters.map(\.name)) == Set(parameters.keys))
      return PenaltyBatch(
        network: Network(
          topology: topology, parameters: topology.flat(parameters),
          statistics: topology.statistics.flatMap { statistics[$0.name] ?? [] }),
        inputs: Tensor(count: examples, shape: topology.input, values: inputs),
        labels: labels, smoothing: smoothing)
    }
  }

  static let all: [Case] = {
    let path = Repository.path("Tests/Golden/pytorch_hessians.json")
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return (try? decoder.decode(RecordedHessian.self, from: data).cases) ?? []
  }()

  /// The largest difference between numbers and their reference, in parts of the largest reference.
  static func distance(_ numbers: [Float], _ reference: [Double]) -> Double {
    guard numbers.count == reference.count else { return .infinity }
    let largest = reference.reduce(0) { max($0, abs($1)) }
    let differences = zip(numbers, reference).map { abs(Double($0) - $1) }
    guard differences.allSatisfy(\.isFinite) else { return .infinity }
    return (differences.max() ?? 0) / (largest > 0 ? largest : 1)
  }
}

extension NetworkTopology {
  /// Numbers that are recorded by the names of the parameters, in their order.
  func flat<Number>(_ numbers: [String: [Number]]) -> [Number] {
    parameters.flatMap { numbers[$0.name] ?? [] }
  }
}
