import Datasets
import Files
import Foundation
import Networks
import Training

/// A network that was trained once for all points, or where fine-tuning begins.
public enum BaselineKind: String, CaseIterable, Sendable, Hashable {
  /// Of a given network: that network, untouched.
  case conventional
  case weightClipping = "weight_clipping"
  /// Trained with clipping, but for `startEpochs` epochs: the delayed start of the methods that fine-tune.
  case pasStart = "pas_start"
  /// As pas_start without clipping: where the recipe without it begins.
  case startWithoutClipping = "start_without_clipping"
  /// As pas_start, the logits multiplied by 1: where the recipe without a logit scale begins.
  case startWithoutLogitScale = "start_without_logit_scale"

  /// Where a method begins that fine-tunes.
  ///
  /// - Parameter ingredient: of the recipe, that it is without; nil: none.
  static func start(without ingredient: RecipeIngredient?) -> BaselineKind {
    switch ingredient {
    case .clipping: .startWithoutClipping
    case .logitScale: .startWithoutLogitScale
    case nil, .drawnRates, .cleanPass, .averaging, .products: .pasStart
    }
  }
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

/// The networks that points share: those that were trained, and why others were not.
public struct BaselineNetworks: Sendable {
  public let networks: [BaselineItem: Network]
  /// Of trainings that diverged.
  public let failures: [BaselineItem: InputError]

  /// - Parameter results: one an item.
  public init(items: [BaselineItem], results: [Result<Network, InputError>]) {
    precondition(items.count == results.count, "one result for each item")
    var (networks, failures) = ([BaselineItem: Network](), [BaselineItem: InputError]())
    for (item, result) in zip(items, results) {
      switch result {
      case .success(let network): networks[item] = network
      case .failure(let error): failures[item] = error
      }
    }
    (self.networks, self.failures) = (networks, failures)
  }

  /// A network.
  ///
  /// - Throws: `InputError` 65 if its training diverged.
  /// - Precondition: it was among the items.
  public func network(
    _ kind: BaselineKind, _ seed: UInt64
  ) throws(InputError) -> Network {
    let item = BaselineItem(kind: kind, seed: seed)
    if let error = failures[item] { throw error }
    guard let network = networks[item] else {
      preconditionFailure("no baseline \(kind.rawValue) with seed \(seed)")
    }
    return network
  }

  /// The conventional and the clipped network, or the one of them that was trained, of the first of
  /// these seeds that has any: what operands are drawn from.
  ///
  /// - Throws: `InputError` 65 with the first reason if no seed has any.
  func operandNetworks(seeds: [UInt64]) throws(InputError) -> [Network] {
    let kinds = [BaselineKind.conventional, .weightClipping]
    for seed in seeds {
      let trained = kinds.compactMap { networks[BaselineItem(kind: $0, seed: seed)] }
      if !trained.isEmpty { return trained }
    }
    return [try network(kinds[0], seeds[0])]
  }

  /// Why no point can be evaluated: no network that operands could be drawn from was trained; nil if
  /// one was.
  public func problem(seeds: [UInt64]) -> InputError? {
    do throws(InputError) {
      _ = try operandNetworks(seeds: seeds)
      return nil
    } catch {
      return error
    }
  }
}

extension EvaluationInputs {
  /// Every baseline, in a fixed order: the exact reference needs the conventional one, the operand
  /// trace both trained ones, whatever the methods of the sweep.
  public var baselineItems: [BaselineItem] {
    let training = setup.training
    var kinds = [BaselineKind.conventional, .weightClipping]
    if training.methods.contains(where: \.isFineTuning) { kinds.append(.pasStart) }
    kinds += training.ablations.map(BaselineKind.start).filter { $0 != .pasStart }
    return kinds.flatMap { kind in
      setup.training.seeds.map { BaselineItem(kind: kind, seed: $0) }
    }
  }

  /// A baseline, from the store or trained; a failure is a training that diverged or learned nothing, and
  /// would at every try.
  ///
  /// - Throws: what may pass: a full disk, a store that is damaged.
  public func baseline(
    _ item: BaselineItem, _ networks: NetworkStore
  ) throws -> Result<Network, InputError> {
    let start = beginning(of: item)
    do {
      guard let settings = settings(of: item.kind) else {
        _ = try quantized(start)
        return .success(start)
      }
      let trainer = try trainer(start.topology, settings, seed: item.seed)
      return .success(
        try networks.network(networks.key(of: identity(of: item)), like: start) {
          let trained = try trainer.train(from: start).network
          try trainer.check(trained, from: start)
          // Weights may be finite and their outputs not.
          _ = try quantized(trained)
          return trained
        })
    } catch let error as InputError where error.status == .badData {
      return .failure(
        InputError(error.status, "\(item.kind.rawValue): \(error.message)"))
    }
  }

  /// What a baseline begins with: random weights, or the given network.
  private func beginning(of item: BaselineItem) -> Network {
    let topology = topology(of: item.kind)
    guard let given = givenNetwork else { return Network(topology: topology, seed: item.seed) }
    // A learned logit scale, the last parameter, gives way to a fixed one.
    let count = topology.parameters.reduce(0) { $0 + $1.count }
    return Network(
      topology: topology, parameters: Array(given.parameters.prefix(count)),
      statistics: given.statistics)
  }

  /// What a baseline follows from.
  func identity(of item: BaselineItem) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [
      "topology": topology(of: item.kind).identity, "seed": .text("\(item.seed)"),
    ]
    fields["settings"] = settings(of: item.kind)?.identity
    if givenNetwork != nil {
      fields["given"] = .array(
        setup.network.files.compactMap { path in
          sharedFiles.first { $0.path == path }.map { .text("\($0.digest)") }
        })
    }
    return fields
  }

  /// How a baseline is trained; nil: not at all.
  private func settings(of kind: BaselineKind) -> NetworkTrainingSettings? {
    let choice = setup.training
    let isWhole = kind == .conventional || kind == .weightClipping
    let isClipped = kind != .conventional && kind != .startWithoutClipping
    let epochs = isWhole ? choice.epochs : choice.startEpochs
    guard epochs > 0, kind != .conventional || givenNetwork == nil else { return nil }
    return NetworkTrainingSettings(
      epochs: epochs,
      batchSize: choice.batchSize, optimizer: .adam, learningRate: choice.learningRate,
      schedule: .linear, weightClip: isClipped ? choice.weightClip : nil)
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
    switch kind {
    case .conventional: topology
    case .weightClipping, .pasStart, .startWithoutClipping:
      topology.scalingLogits(by: .fixed(setup.training.logitScale))
    case .startWithoutLogitScale: topology.scalingLogits(by: .fixed(1))
    }
  }
}
