import ErrorTables
import Networks
import Randomness
import Testing

@testable import QuantizedNetworks

@Suite("Windows by how they predict sums") struct OperandMovesTests {
  private static let windows = [0, 1, 2, 4, 8, 16, 32, 64, 127]

  /// Products a·f(w), unsigned.
  private static func multiplier(_ function: (Int) -> Int) throws -> EncodedMultiplier {
    try EncodedMultiplier(
      table: ProductTable(
        widthA: 8, widthB: 8,
        products: (0..<65_536).map { UInt32(($0 & 255) * function($0 >> 8)) }),
      signs: .unsigned, encoding: .offset)
  }

  /// Random operands, whose weights move by `distance` either way.
  private static func moves(
    _ multiplier: EncodedMultiplier, distance: Int, seed: UInt64
  ) -> OperandMoves {
    var stream = RandomStream(seed: seed, purpose: .test)
    let (m, k, n) = (8, 40, 6)
    let activations = (0..<m * k).map { _ in UInt8(stream.next() % 256) }
    let weights = (0..<k * n).map { _ in UInt8(64 + stream.next() % 128) }
    let moved = weights.map {
      UInt8(Int($0) + (stream.next() & 1 == 0 ? distance : -distance))
    }
    let products = [weights, moved].map {
      ArrayProduct(layer: 0, group: 0, m: m, k: k, n: n, activations: activations, weights: $0)
    }
    return OperandMoves(
      [[OperandMoves.Move(from: products[0], to: products[1], multiplier: multiplier)]],
      of: multiplier)
  }

  @Test("blocks of 16 that fall while the whole rises need a wide window for moves by a block")
  func wide() throws {
    let multiplier = try Self.multiplier { ($0 | 15) - ($0 & 15) }
    for seed in UInt64(1)...5 {
      let moves = Self.moves(multiplier, distance: 16, seed: seed)
      let best = moves.bestWindow(of: Self.windows)
      #expect(best >= 32, "\(best)")
      #expect(
        moves.error(of: ProductSlopes(of: multiplier, window: 64)) < 0.02,
        "the whole rises by 1 a word")
      #expect(moves.error(of: ProductSlopes(of: multiplier, window: 0)) > 1)
    }
  }

  @Test("long slopes that turn need a narrow one for moves by a word")
  func narrow() throws {
    let multiplier = try Self.multiplier { 7 * ($0 / 32 % 2 == 0 ? $0 % 32 : 31 - $0 % 32) }
    for seed in UInt64(1)...5 {
      let moves = Self.moves(multiplier, distance: 1, seed: seed)
      let best = moves.bestWindow(of: Self.windows)
      #expect(best <= 2, "\(best)")
      #expect(moves.error(of: ProductSlopes(of: multiplier, window: 127)) > 0.5)
    }
  }

  @Test("of equally good windows the first is taken; nothing that moves is predicted")
  func ties() {
    let exact = EncodedMultiplier.exact(.offset)
    let moves = Self.moves(exact, distance: 3, seed: 4)
    #expect(moves.error(of: ProductSlopes(of: exact, window: 9)) == 0)
    #expect(moves.bestWindow(of: [8, 2, 127]) == 8)
    let still = Self.moves(exact, distance: 0, seed: 4)
    #expect(still.error(of: ProductSlopes(of: exact, window: 9)) == 0)
  }

  @Test(
    "errors are those of naive loops over the operands of both networks, on any number of threads",
    arguments: [SampleNetworks.perceptron, SampleNetworks.convolutions])
  func naive(topology: NetworkTopology) throws {
    let encoding = OperandEncoding.signMagnitude
    let multiplier = try EncodedMultiplier(
      table: ProductTable(
        widthA: 8, widthB: 8,
        products: (0..<65_536).map { UInt32((($0 & 255) * ($0 >> 8)) & ~0x7F) }),
      signs: .unsigned, encoding: encoding)
    let (network, inputs) = SampleNetworks.random(topology, count: 4, seed: 41)
    let spec = QuantizationSpec(encoding: encoding)
    let ranges = ActivationRanges(
      try Calibration(of: network, rule: .maximum) { $0(inputs) }, spec: spec)
    var other = network
    var stream = RandomStream(seed: 42, purpose: .test)
    for index in other.parameters.indices {
      other.parameters[index] += Float(0.02 * stream.nextNormal())
    }
    let networks = try [network, other].map {
      try IntegerNetwork(quantizing: $0, spec: spec, ranges: ranges)
    }
    let words = networks[0].words(of: inputs.values)
    let moves = OperandMoves(
      from: networks[0], to: networks[1], multiplier: multiplier, inputs: words, count: 4)
    let slopes = ProductSlopes(of: multiplier, window: 4)
    let runs = networks.map { network in
      let inference = IntegerInference(network, multiplier: multiplier)
      return (inference, inference.trace(words, count: 4))
    }
    var errors: [Double] = []
    for (layer, linear) in networks[0].linears.enumerated() {
      var (missed, changed) = (0.0, 0.0)
      for row in 0..<4 * linear.output.positions {
        for filter in 0..<linear.convolution.filters {
          let operands = runs.map { inference, trace in
            inference.operands(
              of: trace, layer: layer, row: row, inputs: 0..<linear.inputCount, filter: filter)
          }
          var (change, predicted) = (0.0, 0.0)
          for (before, after) in zip(operands[0], operands[1]) {
            change += Double(multiplier.product(after.activation, after.weight))
            change -= Double(multiplier.product(before.activation, before.weight))
            let (a, w) = (
              encoding.integer(before.activation, bits: 8), encoding.integer(before.weight, bits: 8)
            )
            let place = Int(before.activation) << 8 | Int(before.weight)
            predicted +=
              Double(encoding.integer(after.activation, bits: 8) - a)
              * (Double(w) + Double(slopes.activation[place]))
            predicted +=
              Double(encoding.integer(after.weight, bits: 8) - w)
              * (Double(a) + Double(slopes.weight[place]))
          }
          missed += (change - predicted) * (change - predicted)
          changed += change * change
        }
      }
      errors.append(missed / changed)
    }
    let expected = errors.reduce(0, +) / Double(errors.count)
    #expect(abs(moves.error(of: slopes) - expected) < 1e-9 * expected)
    let best = moves.bestWindow(of: Self.windows)
    #expect(moves.bestWindow(of: Self.windows, work: ChunkedWork(threads: 3)) == best)
    for window in Self.windows {
      #expect(
        moves.error(of: ProductSlopes(of: multiplier, window: best))
          <= moves.error(of: ProductSlopes(of: multiplier, window: window)))
    }
  }
}
