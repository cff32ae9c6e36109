import Datasets
import Files
import Foundation
import Networks
import Training

/// A network that was trained once for all points, or where fine-tuning begins.
public enum BaselineKind: String, CaseIterable, Sendable, Hashable {
  case conventional
  case weightClipping = "weight_clipping"
  /// Trained with clipping, but for `epochs − 2·pasEpochs` epochs: the delayed start of the methods that fine-tune.
  case pasStart = "pas_start"
}

/// One network to be trained: independent of all others.
public struct BaselineItem: Hashable, Sendable {
  public let kind: BaselineKind
  public let seed: UInt64

  public init(kind: BaselineKind, seed: UInt64) {
    self.kind = kind
    self.seed = seed
  }
}

/// The trained networks that points share.
public struct BaselineNetworks: Sendable {
  public let networks: [BaselineItem: Network]

  public init(items: [BaselineItem], networks: [Network]) {
    self.networks = Dictionary(uniqueKeysWithValues: zip(items, networks))
  }

  /// - Precondition: the network was among the items.
  public subscript(kind: BaselineKind, seed: UInt64) -> Network {
    guard let network = networks[BaselineItem(kind: kind, seed: seed)] else {
      preconditionFailure("no baseline \(kind.rawValue) with seed \(seed)")
    }
    return network
  }
}

extension EvaluationInputs {
  /// Every baseline, in a fixed order: the exact reference needs the conventional one, the operand
  /// trace both trained ones, whatever the methods of the sweep.
  public var baselineItems: [BaselineItem] {
    let kinds: [BaselineKind] =
      setup.training.methods.contains(where: \.isFineTuning)
      ? [.conventional, .weightClipping, .pasStart] : [.conventional, .weightClipping]
    return kinds.flatMap { kind in
      setup.training.seeds.map { BaselineItem(kind: kind, seed: $0) }
    }
  }

  /// Trains a baseline, or takes it from the cache.
  public func trainBaseline(
    _ item: BaselineItem, baseKey: String, cache: ArtifactCache
  ) throws -> Network {
    let key = Digest(of: "baseline \(baseKey) \(item.kind.rawValue) \(item.seed)").description
    let start = Network(topology: topology(of: item.kind), seed: item.seed)
    if let bytes = try cache.load(key), let network = start.replacing(stored: bytes) {
      return network
    }
    let choice = setup.training
    let settings = NetworkTrainingSettings(
      epochs: item.kind == .pasStart ? choice.epochs - 2 * choice.pasEpochs : choice.epochs,
      batchSize: choice.batchSize, optimizer: .adam, learningRate: choice.learningRate,
      schedule: .linear, weightClip: item.kind == .conventional ? nil : choice.weightClip)
    let trained = try trainer(start.topology, settings, seed: item.seed).train(from: start).network
    try cache.store(key, "network", trained.stored)
    return trained
  }

  /// A trainer of the setup's data.
  func trainer(
    _ topology: NetworkTopology, _ settings: NetworkTrainingSettings, seed: UInt64,
    method: any GradientMethod = Conventional(), stage: NetworkTrainer.Stage = .training
  ) throws -> NetworkTrainer {
    try NetworkTrainer(
      topology: topology, settings: settings, seed: seed, data: (training, test),
      file: setup.dataset.name, method: method, stage: stage)
  }

  /// The topology, its logits scaled in the loss as the kind asks.
  private func topology(of kind: BaselineKind) -> NetworkTopology {
    kind == .conventional
      ? topology : topology.scalingLogits(by: .fixed(setup.training.logitScale))
  }
}

extension Network {
  /// Parameters, then statistics, as little-endian 32-bit words, for the sweep store.
  var stored: [UInt8] {
    (parameters + statistics).flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
  }

  /// The network of the same topology whose numbers `stored` wrote; nil if the bytes are no such ones.
  func replacing(stored bytes: [UInt8]) -> Network? {
    guard bytes.count == 4 * (parameters.count + statistics.count) else { return nil }
    let values = stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
    return Network(
      topology: topology, parameters: Array(values.prefix(parameters.count)),
      statistics: Array(values.dropFirst(parameters.count)))
  }
}
