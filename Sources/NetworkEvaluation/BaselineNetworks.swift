import Datasets
import Files
import Foundation
import QuantizedNetworks
import Training

/// A network that was trained once for all points, or where AxTrain-pas begins.
public enum BaselineKind: String, CaseIterable, Sendable, Hashable {
  case conventional
  case weightClipping = "weight_clipping"
  /// Trained with clipping, but for `epochs − 2·pasEpochs` epochs: the delayed start of pas.
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
  public let networks: [BaselineItem: DenseNetwork]

  public init(items: [BaselineItem], networks: [DenseNetwork]) {
    self.networks = Dictionary(uniqueKeysWithValues: zip(items, networks))
  }

  /// - Precondition: the network was among the items.
  public subscript(kind: BaselineKind, seed: UInt64) -> DenseNetwork {
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
      setup.training.methods.contains(.pas)
      ? [.conventional, .weightClipping, .pasStart] : [.conventional, .weightClipping]
    return kinds.flatMap { kind in
      setup.training.seeds.map { BaselineItem(kind: kind, seed: $0) }
    }
  }

  /// Trains a baseline, or takes it from the cache.
  public func trainBaseline(
    _ item: BaselineItem, baseKey: String, cache: ArtifactCache
  ) throws -> DenseNetwork {
    let key = Digest(of: "baseline \(baseKey) \(item.kind.rawValue) \(item.seed)").description
    if let bytes = try cache.load(key), let network = DenseNetwork(stored: bytes) {
      return network
    }
    let choice = setup.training
    let spec = TrainingSpec(
      epochs: item.kind == .pasStart
        ? choice.epochs - 2 * choice.pasEpochs : choice.epochs,
      batchSize: choice.batchSize, learningRate: choice.learningRate,
      weightClip: item.kind == .conventional ? nil : choice.weightClip,
      logitScale: item.kind == .conventional ? 1 : choice.logitScale)
    let start = DenseNetwork(
      sizes: [training.featureCount] + setup.hidden + [training.classCount], seed: item.seed)
    let (trained, _) = try Trainer.train(
      network: start, data: training, spec: spec, seed: item.seed)
    try cache.store(key, "network", trained.stored)
    return trained
  }
}

extension DenseNetwork {
  /// Sizes and parameters as bytes, for the sweep store: layer count, then for each layer its two sizes,
  /// weights and biases, all as little-endian 32-bit words.
  var stored: [UInt8] {
    var words = [UInt32(layers.count)]
    for layer in layers {
      words += [UInt32(layer.inputCount), UInt32(layer.outputCount)]
      words += (layer.weights + layer.bias).map(\.bitPattern)
    }
    return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  /// Reads what `stored` wrote; nil if the bytes are no network.
  init?(stored bytes: [UInt8]) {
    guard bytes.count.isMultiple(of: 4) else { return nil }
    var words = stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) }
    }[...]
    guard let count = words.popFirst(), (1...256).contains(count) else { return nil }
    var layers: [DenseLayer] = []
    for _ in 0..<count {
      guard let inputs = words.popFirst(), let outputs = words.popFirst(),
        (1...1 << 20).contains(inputs), (1...1 << 20).contains(outputs)
      else { return nil }
      let weightCount = Int(inputs) * Int(outputs)
      guard words.count >= weightCount + Int(outputs) else { return nil }
      let values = words.prefix(weightCount + Int(outputs)).map { Float(bitPattern: $0) }
      words = words.dropFirst(values.count)
      layers.append(
        DenseLayer(
          inputCount: Int(inputs), outputCount: Int(outputs),
          weights: Array(values.prefix(weightCount)), bias: Array(values.dropFirst(weightCount))))
    }
    guard words.isEmpty,
      zip(layers, layers.dropFirst()).allSatisfy({ $0.outputCount == $1.inputCount })
    else { return nil }
    self.init(layers: layers)
  }
}
