import Datasets
import Files
import Foundation
import Networks
import Randomness
import Testing

@testable import Training

@Suite("A study of sensitivity") struct SensitivityStudyTests {
  /// Convolutions, a residual, a dense layer without bias, group normalization: all kinds of blocks.
  static func topology() throws -> NetworkTopology {
    try NetworkTopology(
      name: "kinds", input: FeatureShape(channels: 1, rows: 8, columns: 8),
      layers: [
        .convolution(ConvolutionSpec(filters: 4, kernel: 3, padding: 1)), .relu,
        .residual(
          body: [.convolution(ConvolutionSpec(filters: 4, kernel: 3, padding: 1))], shortcut: []),
        .groupNormalization(groups: 2, epsilon: 1e-5), .maxPooling(PoolingSpec(kernel: 2)),
        .flatten, .dense(outputs: 12, hasBias: true), .relu, .dense(outputs: 10, hasBias: false),
      ], logitScale: .fixed(2))
  }

  static let layers = ["layers.0", "layers.2.body.0", "layers.6", "layers.8"]

  /// Deviations that differ from parameter to parameter; 0 of what is no weight.
  static func noisy(seed: UInt64 = 1, scale: Float = 0.01) throws -> NoisyNetwork {
    let network = Network(topology: try topology(), seed: seed)
    var stream = RandomStream(seed: seed, purpose: .test)
    let deviations = network.topology.parameters.flatMap { block in
      (0..<block.count).map { _ in
        block.shape.count > 1 ? scale * Float(0.5 + stream.nextUniform()) : 0
      }
    }
    return NoisyNetwork(network, noise: [.weightBits: deviations])
  }

  @Test("the layers' sensitivities are parts of act's penalty, mean over batches by their examples")
  func partsOfPenalty() throws {
    let noisy = try Self.noisy()
    let data = try Dataset.digits().selecting(Array(0..<70))
    let found = noisy.sensitivities(on: data, examples: 64, batchSize: 24, work: .serial)
    #expect(noisy.blocks.map(\.layer) == Self.layers)
    #expect(noisy.blocks.map(\.filters) == [4, 4, 12, 10])
    for (index, block) in noisy.blocks.enumerated() {
      var own = [Float](repeating: 0, count: noisy.deviations.count)
      for parameter in block.range { own[parameter] = noisy.deviations[parameter] }
      let penalty = SensitivityPenalty(strength: 1, deviations: own)
      var expected = 0.0
      for range in [0..<24, 24..<48, 48..<64] {
        var network = noisy.network
        var gradient = [Float](repeating: 0, count: own.count)
        let batch = TrainingBatch(
          source: BatchSource(data: data, shape: network.input), positions: Array(range)[...],
          epoch: 0, labelSmoothing: 0, seed: 1, step: 0)
        _ = Conventional().gradient(
          of: batch, in: (), network: &network, into: &gradient, work: .serial)
        expected += penalty.value(gradient: gradient) * Double(range.count) / 64
      }
      #expect(expected > 0 && abs(found[index].total / expected - 1) < 1e-6, "\(block.layer)")
    }
    for threads in [2, 3] {
      #expect(
        noisy.sensitivities(
          on: data, examples: 64, batchSize: 24, work: ChunkedWork(threads: threads)) == found)
    }
  }

  @Test("small noise gives the loss twice the sensitivity as variance")
  func variance() throws {
    let noisy = try Self.noisy(scale: 0.002)
    let data = try Dataset.digits().selecting(Array(0..<40))
    let sensitivity = noisy.sensitivities(on: data, examples: 40, batchSize: 40, work: .serial)
      .reduce(0) { $0 + $1.total }
    let losses = (0..<UInt32(1_000)).map { draw in
      noisy.loss(
        noisy.parameters(moved: 1, along: noisy.noise(seed: 3, draw: draw)), on: data, examples: 40,
        work: .serial)
    }
    let mean = losses.reduce(0, +) / 1_000
    let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 999
    // The standard error of a variance of 1,000 normal draws is 4.5 %.
    #expect(abs(variance / (2 * sensitivity) - 1) < 0.18, "\(variance) \(sensitivity)")
  }

  @Test("a direction is as long as the weights, filter by filter, and leaves all else")
  func direction() throws {
    let noisy = try Self.noisy()
    let direction = noisy.direction(seed: 5)
    var isWeight = [Bool](repeating: false, count: direction.count)
    for block in noisy.blocks {
      let length = block.range.count / block.filters
      for begin in stride(from: block.range.lowerBound, to: block.range.upperBound, by: length) {
        func norm(_ values: [Float]) -> Double {
          values[begin..<begin + length].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
        #expect(abs(norm(direction) / norm(noisy.network.parameters) - 1) < 1e-5)
      }
      for parameter in block.range { isWeight[parameter] = true }
    }
    for parameter in direction.indices where !isWeight[parameter] {
      #expect(direction[parameter] == 0)
    }
    #expect(noisy.direction(seed: 5) == direction && noisy.direction(seed: 6) != direction)
    let moved = noisy.parameters(moved: -0.5, along: direction)
    for parameter in moved.indices {
      #expect(moved[parameter] == noisy.network.parameters[parameter] - 0.5 * direction[parameter])
    }
  }

  @Test("the tables have every layer, shares of the whole, and both networks' own losses at 0")
  func tables() throws {
    let (before, after) = (try Self.noisy(seed: 1), try Self.noisy(seed: 2))
    let data = try Dataset.digits().selecting(Array(0..<200))
    let study = SensitivityStudy(
      before: before, after: after, on: data, batchSize: 32, seed: 9,
      work: ChunkedWork(threads: 2))
    let layers = study.layers
    #expect(layers.rows.map { $0[0] } == (Self.layers + ["all"]).map { .text($0) })
    #expect(layers.rows.map { $0[1].number } == [36, 144, 768, 120, 1_068])
    func column(_ name: String) -> [Double] {
      layers.rows.indices.compactMap { layers[$0, name].number }
    }
    for name in ["sensitivity_before", "sensitivity_after", "share"] {
      let values = column(name)
      #expect(abs(values.dropLast().reduce(0, +) / (values.last ?? 0) - 1) < 1e-9, "\(name)")
    }
    #expect(column("share").last == 1)
    // As many examples as there are: the sums do not depend on which the seed chooses first, but the
    // batches do.
    var stream = RandomStream(seed: 9, purpose: .sensitivityExamples)
    let chosen = data.selecting(stream.permutation(of: 200))
    #expect(
      column("sensitivity_after").dropLast()
        == after.sensitivities(on: chosen, examples: 200, batchSize: 32, work: .serial)
        .map(\.total)[...])
    for curve in ["direction", "noise"] {
      let rows = study.curves.rows.indices.filter { study.curves[$0, "curve"] == .text(curve) }
      #expect(rows.count == (curve == "noise" ? 8 : 21))
      let still = try #require(rows.first { study.curves[$0, "position"] == .real(0) })
      for (name, network) in [("loss_before", before), ("loss_after", after)] {
        let loss = network.loss(
          network.network.parameters, on: chosen, examples: 200, work: .serial)
        let drawn = try #require(study.curves[still, name].number)
        // The mean of draws that are all alike may round.
        #expect(curve == "noise" ? abs(drawn - loss) <= loss.ulp : drawn == loss)
      }
    }
    let none = NoisyNetwork(
      after.network,
      noise: [.multiplier: [Float](repeating: 0, count: after.deviations.count)])
    let quiet = SensitivityStudy(before: none, after: none, on: data, batchSize: 32, seed: 9)
    #expect(quiet.layers.rows.allSatisfy { $0[4] == .real(0) && $0[5] == .missing })
    // Nothing is known of wrong bits and timing.
    for (column, cell) in [
      ("weight_bits", CellValue.missing), ("multiplier", .real(0)), ("timing", .missing),
    ] {
      for side in ["before", "after"] {
        let cells = quiet.layers.cells("\(column)_\(side)")
        #expect(cells?.allSatisfy { $0 == cell } == true, "\(column)_\(side)")
      }
    }
    #expect(layers.cells("timing_after")?.allSatisfy { $0 == .missing } == true)
    #expect(column("weight_bits_after") == column("sensitivity_after"))
  }
}
