import Networks
import Randomness

/// Bits of stored weights whose cells do not fail, such as 8-transistor cells: a mask a word.
public struct HardenedBits: Hashable, Sendable {
  /// Of each layer with weights, in the order of its words.
  public let masks: [[UInt8]]
  /// Over the bits of all weights.
  public let share: Double

  /// What is hardened at a time.
  public enum Granularity: String, CaseIterable, Hashable, Sendable {
    /// A bit of one weight.
    case weight
    /// A bit of all weights of a layer: one kind of cell a column of a bank.
    case layer
  }

  /// Hardens the bits that stand for most, of a budget: top bits first.
  ///
  /// A bit counts as its place in the word squared times the importance of its weight: 4ʲ·q of bit j,
  /// as the variance that its flips give a weight; the sign of a sign-magnitude word as (2v)²·q, v its
  /// magnitude in steps. Of equal bits, such as the top bits of all weights that clipping left at its
  /// limit, numbers drawn for their weights decide: their order in memory says nothing of them. By
  /// `layer` those planes are taken that the budget holds and that count most together (`BitPlanes`).
  ///
  /// - Parameters:
  ///   - share: of all bits, in [0, 1].
  ///   - importance: q, at least 0, of each weight of a layer, filters × inputs row-major as the
  ///     parameters are.
  ///   - ties: gives each weight a number, in the order of `importance`.
  public init(
    of network: IntegerNetwork, share: Double, granularity: Granularity, importance: [[Double]],
    ties: RandomStream
  ) {
    precondition((0...1).contains(share), "a share outside [0, 1]")
    let linears = network.linears
    precondition(
      importance.map(\.count) == linears.map(\.weights.count), "one importance a weight")
    let (encoding, bits) = (network.spec.encoding, network.spec.weightBits)
    let total = linears.reduce(0) { $0 + $1.weights.count * bits }
    let budget = Self.budget(share, of: total)
    var masks = linears.map { [UInt8](repeating: 0, count: $0.weights.count) }
    /// The weight of a bit of a word.
    func weight(_ bit: Int, _ word: UInt8) -> Double {
      guard encoding == .signMagnitude, bit == bits - 1 else { return Double(1 << (2 * bit)) }
      let magnitude = Double(encoding.integer(word, bits: bits).magnitude)
      return 4 * magnitude * magnitude
    }
    var taken = 0
    switch granularity {
    case .weight:
      var scores: [(score: Double, tie: UInt64, layer: Int, place: Int, bit: Int)] = []
      scores.reserveCapacity(total)
      var ties = ties
      for (layer, linear) in linears.enumerated() {
        let places = linear.placesOfParameters
        for (parameter, place) in places.enumerated() {
          let tie = ties.next()
          for bit in 0..<bits {
            scores.append(
              (
                weight(bit, linear.weights[place]) * importance[layer][parameter], tie, layer,
                place, bit
              ))
          }
        }
      }
      let order = scores.indices.sorted {
        (scores[$1].score, scores[$0].tie, $0) < (scores[$0].score, scores[$1].tie, $1)
      }
      for index in order.prefix(budget) {
        let chosen = scores[index]
        masks[chosen.layer][chosen.place] |= 1 << UInt8(chosen.bit)
      }
      taken = budget
    case .layer:
      let planes = linears.enumerated().map { layer, linear in
        let places = linear.placesOfParameters
        return (0..<bits).map { bit in
          let score = places.enumerated().reduce(0) {
            $0 + weight(bit, linear.weights[$1.element]) * importance[layer][$1.offset]
          }
          return BitPlanes.Plane(bit: bit, score: score)
        }
      }
      let chosen = BitPlanes(of: planes, sizes: masks.map(\.count), budget: budget).chosen
      for (layer, planes) in chosen.enumerated() {
        taken += planes.count * masks[layer].count
        let mask = planes.reduce(0 as UInt8) { $0 | 1 << UInt8($1) }
        masks[layer] = masks[layer].map { _ in mask }
      }
    }
    self.masks = masks
    self.share = total == 0 ? 0 : Double(taken) / Double(total)
  }
}

extension HardenedBits {
  /// How many bits a share in [0, 1] of all bits is, to the nearest.
  public static func budget(_ share: Double, of total: Int) -> Int {
    Int((share * Double(total)).rounded())
  }

  /// The fewest bits that are hardened at all: one, or one of all weights of the smallest layer.
  ///
  /// - Parameter weights: of each layer; at least one layer.
  public static func smallestCount(_ granularity: Granularity, weights: [Int]) -> Int {
    precondition(!weights.isEmpty, "no layer")
    return switch granularity {
    case .weight: 1
    case .layer: weights.reduce(weights[0], min)
    }
  }
}

extension IntegerLinear {
  /// Where the word of each weight stands, in the order of the parameters: filters × inputs row-major.
  var placesOfParameters: [Int] {
    let (k, n) = (inputCount, outputCount)
    return (0..<convolution.filters * k).map { index in
      let (filter, input) = index.quotientAndRemainder(dividingBy: k)
      let (group, column) = filter.quotientAndRemainder(dividingBy: n)
      return (group * k + input) * n + column
    }
  }
}

extension IntegerNetwork {
  /// The parameters of the float network that each layer's weights are, in their order: filters ×
  /// inputs row-major.
  public func weightParameters(of parameters: [Float]) -> [[Float]] {
    var weights: [[Float]] = []
    var start = 0
    for step in steps {
      switch step.operation {
      case .linear(let linear):
        weights.append(Array(parameters[start..<start + linear.weights.count]))
        start += linear.weights.count
        start += linear.convolution.hasBias ? linear.convolution.filters : 0
      case .groupNormalization(let normalization):
        start += normalization.weight.count + normalization.bias.count
      case .maxPooling, .averagePooling, .globalAveragePooling, .clamp, .add: break
      }
    }
    return weights
  }
}
