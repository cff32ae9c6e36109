import Networks
import QuantizedNetworks
import Randomness
import Training

/// Which bits of the weight buffer are kept in hardened cells, chosen for each trained network.
public struct BitProtection: Hashable, Sendable {
  /// By what a bit is chosen.
  public enum Choice: String, CaseIterable, Hashable, Sendable {
    /// Act's map: the mean squared gradient of the loss by the weight, times its step squared.
    case sensitivity
    /// The weight squared; weights at the limit of clipping are all alike.
    case magnitude
    /// A random number for each weight.
    case random
  }

  public let choice: Choice
  public let granularity: HardenedBits.Granularity
  /// Of all bits of the weights, in (0, 1].
  public let share: Double

  public init(choice: Choice, granularity: HardenedBits.Granularity, share: Double) {
    precondition(share > 0 && share <= 1, "a share outside (0, 1]")
    self.choice = choice
    self.granularity = granularity
    self.share = share
  }

  /// The smallest share that names tell from none.
  public static let smallestShare = 1e-8

  /// A share in percent as names have it: to six places.
  public static func percent(_ share: Double) -> String {
    let percent = (100 * share * 1e6).rounded() / 1e6
    return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
  }

  /// As reports name it behind the method.
  var label: String {
    "\(choice.rawValue)\(granularity == .layer ? "_layer" : "")\(Self.percent(share))"
  }
}

/// What a hardened cell costs beside one that is not.
public struct HardenedCell: Hashable, Sendable {
  /// Ratios to an ordinary cell: of the energy of a bit's access, of leakage, of area.
  public let (energy, leakage, area): (Double, Double, Double)

  /// The count of transistors, eight for six: an estimate that a sweep can replace.
  public static let standard = HardenedCell(energy: 8.0 / 6, leakage: 8.0 / 6, area: 8.0 / 6)

  public init(energy: Double, leakage: Double, area: Double) {
    precondition(min(energy, leakage, area) >= 1, "a hardened cell costs no less")
    self.energy = energy
    self.leakage = leakage
    self.area = area
  }
}

extension NetworkEvaluator {
  /// Examples that the sensitivity of weights is measured on.
  private static let sensitivityExamples = 4_096

  struct HardeningKey: Hashable, Sendable {
    let network: FinishedKey
    let protection: BitProtection
  }

  /// The squared gradient by each parameter of a network: one map for all that is asked of it.
  func squaredGradients(of network: EvaluatedNetwork) throws -> [Double] {
    try sensitivities.value(for: network.key.tuning) { squaredGradients(network.float) }
  }

  func squaredGradients(_ network: Network) -> [Double] {
    network.squaredGradients(
      on: inputs.training, examples: Self.sensitivityExamples,
      batchSize: inputs.setup.training.batchSize)
  }

  /// The hardened bits of a network: the same at all rates of wrong bits.
  func hardenedBits(
    of network: EvaluatedNetwork, _ protection: BitProtection
  ) throws -> HardenedBits {
    try hardenedBits.value(for: HardeningKey(network: network.key, protection: protection)) {
      HardenedBits(
        of: network.integers, share: protection.share, granularity: protection.granularity,
        importance: try importance(of: network, protection.choice),
        ties: RandomStream(seed: network.key.tuning.seed, purpose: .hardenedBits, index: 1))
    }
  }

  /// Of each weight of a layer, filters × inputs row-major.
  private func importance(
    of network: EvaluatedNetwork, _ choice: BitProtection.Choice
  ) throws -> [[Double]] {
    let integers = network.integers
    func weights(_ values: [Float]) -> [[Float]] { integers.weightParameters(of: values) }
    switch choice {
    case .magnitude:
      return weights(network.float.parameters).map { layer in
        layer.map { Double($0) * Double($0) }
      }
    case .random:
      var stream = RandomStream(seed: network.key.tuning.seed, purpose: .hardenedBits)
      return integers.linears.map { linear in
        linear.weights.map { _ in stream.nextUniform() }
      }
    case .sensitivity:
      let squares = try squaredGradients(of: network)
      return zip(weights(squares.map(Float.init)), integers.linears).map { layer, linear in
        layer.enumerated().map { index, square in
          let step = linear.weightScales[index / linear.inputCount]
          return Double(square) * step * step
        }
      }
    }
  }
}
