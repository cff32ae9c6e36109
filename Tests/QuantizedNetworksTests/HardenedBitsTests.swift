import ErrorTables
import Networks
import Randomness
import Testing

@testable import QuantizedNetworks

@Suite("Hardened bits of stored weights") struct HardenedBitsTests {
  private static func sample(
    _ topology: NetworkTopology, _ encoding: OperandEncoding, bits: Int = 8
  ) throws -> (network: IntegerNetwork, importance: [[Double]]) {
    let (network, inputs) = SampleNetworks.random(topology, count: 4, seed: 31)
    let integers = try SampleNetworks.quantized(
      network, inputs,
      QuantizationSpec(encoding: encoding, weightBits: bits, activationBits: bits))
    var random = RandomStream(seed: 32, purpose: .test)
    return (
      integers,
      integers.linears.map { $0.weights.map { _ in random.nextUniform() } }
    )
  }

  private static let ties = RandomStream(seed: 35, purpose: .test)

  /// The bits in the order of their scores, found one by one.
  private static func naive(
    _ network: IntegerNetwork, _ importance: [[Double]], count: Int
  ) -> Set<[Int]> {
    var scores: [(Double, [Int])] = []
    let bits = network.spec.weightBits
    for (layer, linear) in network.linears.enumerated() {
      for filter in 0..<linear.convolution.filters {
        for input in 0..<linear.inputCount {
          let place =
            (filter / linear.outputCount * linear.inputCount + input) * linear.outputCount
            + filter % linear.outputCount
          let value = network.spec.encoding.integer(linear.weights[place], bits: bits)
          for bit in 0..<bits {
            let isSign = network.spec.encoding == .signMagnitude && bit == bits - 1
            let step = isSign ? Double(2 * value.magnitude) : Double(1 << bit)
            scores.append(
              (
                step * step * importance[layer][filter * linear.inputCount + input],
                [layer, place, bit]
              ))
          }
        }
      }
    }
    return Set(scores.sorted { $0.0 > $1.0 }.prefix(count).map(\.1))
  }

  @Test(
    "by weight they are the bits of the highest scores, as many as the budget has",
    arguments: SampleNetworks.all, [OperandEncoding.offset, .signMagnitude])
  func byWeight(topology: NetworkTopology, encoding: OperandEncoding) throws {
    for bits in [8, 5] {
      let (network, importance) = try Self.sample(topology, encoding, bits: bits)
      let total = network.weightWords() * bits
      for share in [0, 0.01, 0.2, 1] {
        let hardened = HardenedBits(
          of: network, share: share, granularity: .weight, importance: importance,
          ties: Self.ties)
        let count = Int((share * Double(total)).rounded())
        var chosen: Set<[Int]> = []
        for (layer, masks) in hardened.masks.enumerated() {
          for (place, mask) in masks.enumerated() {
            for bit in 0..<8 where mask >> UInt8(bit) & 1 == 1 {
              chosen.insert([layer, place, bit])
            }
          }
        }
        #expect(chosen == Self.naive(network, importance, count: count))
        #expect(abs(hardened.share - Double(count) / Double(total)) < 1e-12)
      }
    }
  }

  @Test("of equal weights those taken are spread over all, and other numbers take others")
  func ties() throws {
    let (network, _) = try Self.sample(SampleNetworks.perceptron, .offset)
    let alike = network.linears.map { [Double](repeating: 1, count: $0.weights.count) }
    let counts = alike.map(\.count)
    let weights = counts.reduce(0, +)
    // Half of the top bits.
    let share = Double(weights / 2) / Double(8 * weights)
    func chosen(_ seed: UInt64) -> [[Int]] {
      HardenedBits(
        of: network, share: share, granularity: .weight, importance: alike,
        ties: RandomStream(seed: seed, purpose: .test)
      ).masks.map { layer in
        layer.indices.filter { layer[$0] != 0 }
      }
    }
    let (first, second) = (chosen(1), chosen(2))
    #expect(first != second && first == chosen(1))
    for choice in [first, second] {
      #expect(choice.map(\.count).reduce(0, +) == weights / 2)
      for (places, count) in zip(choice, counts) {
        // A fair half of each layer, within five standard deviations, and of its first half too.
        for (part, size) in [
          (places.count, count), (places.filter { $0 < count / 2 }.count, count / 2),
        ] {
          #expect(
            abs(Double(part) - Double(size) / 2) <= 2.5 * Double(size).squareRoot() + 1,
            "\(part) of \(size)")
        }
      }
    }
  }

  @Test("by layer whole planes are taken, the top ones of important layers first")
  func byLayer() throws {
    var (network, importance) = try Self.sample(SampleNetworks.perceptron, .offset)
    let counts = network.linears.map(\.weights.count)
    importance = zip(counts, [1, 1, 100]).map { [Double](repeating: $1, count: $0) }
    let bits = network.weightWords() * 8
    // Two planes of the last layer, none of the others: their top bit comes after.
    let share = Double(2 * counts[2]) / Double(bits)
    let hardened = HardenedBits(
      of: network, share: share, granularity: .layer, importance: importance, ties: Self.ties)
    #expect(hardened.masks[0].allSatisfy { $0 == 0 } && hardened.masks[1].allSatisfy { $0 == 0 })
    #expect(hardened.masks[2].allSatisfy { $0 == 0xC0 })
    #expect(hardened.share == share)
  }

  @Test("planes are those that count most together of all that fit, whatever the budget")
  func planes() {
    var random = RandomStream(seed: 36, purpose: .test)
    for sizes in [[7], [5, 60], [30, 12, 4]] {
      let planes = sizes.map { size in
        (0..<4).map { bit in
          BitPlanes.Plane(bit: bit, score: Double(size << (2 * bit)) * random.nextUniform())
        }
      }
      let all = sizes.reduce(0, +) * 4
      for budget in 0...all {
        let chosen = BitPlanes(of: planes, sizes: sizes, budget: budget).chosen
        let bits = zip(chosen, sizes).reduce(0) { $0 + $1.0.count * $1.1 }
        let score = zip(chosen, planes).reduce(0.0) { sum, layer in
          sum + layer.0.reduce(0) { $0 + layer.1[$1].score }
        }
        #expect(bits <= budget)
        // Every subset of all planes.
        let best = (0..<1 << (4 * sizes.count)).reduce(0.0) { best, subset in
          var (bits, score) = (0, 0.0)
          for plane in 0..<4 * sizes.count where subset >> plane & 1 == 1 {
            bits += sizes[plane / 4]
            score += planes[plane / 4][plane % 4].score
          }
          return bits <= budget ? max(best, score) : best
        }
        #expect(abs(score - best) <= 1e-9 * best, "\(sizes) \(budget)")
      }
    }
  }

  @Test("a small layer's planes do not keep a large one's top plane out of the budget")
  func largePlane() {
    let planes = [
      [0, 1].map { BitPlanes.Plane(bit: $0, score: $0 == 1 ? 100 : 1) },
      [0, 1].map { BitPlanes.Plane(bit: $0, score: $0 == 1 ? 30 : 20) },
    ]
    // One by one, by score and bit, the small layer's come first.
    #expect(BitPlanes(of: planes, sizes: [100, 10], budget: 105).chosen == [[1], []])
    #expect(BitPlanes(of: planes, sizes: [100, 10], budget: 110).chosen == [[1], [1]])
    #expect(BitPlanes(of: planes, sizes: [100, 10], budget: 99).chosen == [[], [1, 0]])
  }

  @Test("hardened bits are read as written, all others as the buffer has them")
  func reading() throws {
    let (network, importance) = try Self.sample(SampleNetworks.convolutions, .offset)
    let hardened = HardenedBits(
      of: network, share: 0.1, granularity: .weight, importance: importance,
      ties: Self.ties)
    var random = RandomStream(seed: 33, purpose: .test)
    let faults = MemoryFaultMap.freshMasks(
      words: network.weightWords(), probability: 0.3, stream: &random)
    let hardware = InferenceHardware(weightFaults: faults)
    let plain = IntegerInference(network, multiplier: .exact(.offset), hardware: hardware)
    let kept = IntegerInference(
      network, multiplier: .exact(.offset), hardware: hardware.hardening(hardened))
    var place = 0
    for (layer, linear) in network.linears.enumerated() {
      for (index, word) in linear.weights.enumerated() {
        let mask = hardened.masks[layer][index]
        #expect(plain.weights[layer][index] == word ^ faults[place])
        #expect(kept.weights[layer][index] == word ^ (faults[place] & ~mask))
        place += 1
      }
    }
    #expect(kept.wrongWeightBits < plain.wrongWeightBits && kept.wrongWeightBits > 0)
    #expect(hardware.hardening(hardened).settled.hardened == hardened)
  }

  @Test("weights are found among the parameters, whatever lies between")
  func parameters() throws {
    for topology in SampleNetworks.all {
      let (network, inputs) = SampleNetworks.random(topology, count: 4, seed: 34)
      let spec = QuantizationSpec()
      let integers = try SampleNetworks.quantized(network, inputs, spec)
      let found = integers.weightParameters(of: network.parameters)
      for (layer, linear) in integers.linears.enumerated() {
        for (index, place) in linear.placesOfParameters.enumerated() {
          let filter = index / linear.inputCount
          let word = Double(found[layer][index]) / linear.weightScales[filter]
          #expect(
            abs(Double(linear.weights[place]) - Double(linear.weightZeroPoints[filter]) - word)
              <= 0.501)
        }
      }
    }
  }
}
