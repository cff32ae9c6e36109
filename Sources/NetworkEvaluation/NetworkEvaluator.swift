import Accelerators
import Characterization
import ConcurrentWork
import Datasets
import ErrorTables
import Files
import Networks
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology
import Training

/// One design point in, one evaluation out; calls the trainer where the method asks for it.
public struct NetworkEvaluator: Sendable {
  public let inputs: EvaluationInputs
  public let baselines: BaselineNetworks
  public let hardware: CharacterizedHardware
  let networkStore: NetworkStore
  private let baselineQuantized: [QuantizationSpec: [BaselineItem: IntegerNetwork]]
  /// The test part as words, which are those of every network of a quantization.
  private let testWords: [QuantizationSpec: [UInt8]]
  /// Of fidelity `transition`, for the points that are evaluated at the moment.
  let transitionTables: SharedResults<DrawKey, DieErrors>
  /// Of up to so many dies of a point what is wrong is kept for points that differ in their training:
  /// 0.3 GB where one product in a hundred is.
  private static let keptDies = 128
  /// Of the dies that training captures products on: as many as one training may have, and those that
  /// others hold.
  let trainingTables: SharedResults<TransitionKey, DieErrors>
  /// Of the fine-tuned networks: points that train for the same hardware share them. A training that
  /// diverged would diverge again.
  let tuned = SharedResults<TuningKey, Result<TunedNetwork, InputError>>(capacity: 1_024)
  /// Keeps what dies capture wrong for other runs; nil: it is made anew.
  let tableCache: TransitionCache?
  /// Trains for method external; nil without it.
  let trainer: ExternalTrainer?
  /// What every external training is told beside its own task; nil without it.
  let trainingFiles: ExternalData?
  /// Of the same in the words of a multiplier.
  let finished = SharedResults<FinishedKey, EvaluatedNetwork>(capacity: 1_024)
  /// Act's map of a network, for all shares and rates.
  let sensitivities = SharedResults<TuningKey, [Double]>(capacity: 128)
  /// The same of networks that fine-tuning begins with, for `SensitivityByLayer`.
  let startSensitivities = SharedResults<BaselineItem, [Double]>(capacity: 64)
  let hardenedBits = SharedResults<HardeningKey, HardenedBits>(capacity: 256)
  /// The position of each point: those that share networks begin with different seeds.
  let positions: [DesignPoint: Int]
  /// Each chip's buffers, down to the lowest memory supply of the sweep.
  private let chips: [Chip]
  private let threads: ThreadBudget

  private struct Chip: Sendable {
    let weights: BufferFaultMap
    let activations: BufferFaultMap
  }

  /// - Parameters:
  ///   - networkStore: that baselines are of.
  ///   - points: all points that will be evaluated; they decide how far fault maps reach.
  ///   - jobs: threads, at least 1: where fewer points are in work, their chips share the others.
  ///   - tableCache: where what dies capture wrong is kept for other runs, if it is; the results do
  ///     not depend on it.
  ///   - trainer: for points of method external.
  /// - Throws: `InputError` if a memory supply is outside the law's range.
  public init(
    inputs: EvaluationInputs, baselines: BaselineNetworks, networkStore: NetworkStore,
    hardware: CharacterizedHardware, points: [DesignPoint], jobs: Int = 1,
    tableCache: TransitionCache? = nil, trainer: ExternalTrainer? = nil
  ) throws {
    self.inputs = inputs
    self.baselines = baselines
    self.networkStore = networkStore
    self.hardware = hardware
    self.tableCache = tableCache
    self.trainer = trainer
    threads = ThreadBudget(threads: jobs)
    trainingFiles = trainer == nil ? nil : ExternalData(inputs.training)
    let choice = inputs.setup.timingErrors
    // Of two operating points: where one ends another thread may have begun the next one.
    transitionTables = SharedResults(
      capacity: choice.draws > 1 && choice.draws * choice.variants <= Self.keptDies
        ? 2 * choice.draws : 1)
    trainingTables = SharedResults(
      capacity: max(
        1,
        EvaluationSetup.TrainingChoice.maximumTrainingTables
          / choice.trainingVariants))
    positions = Dictionary(
      points.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let quantizations = Array(Set(inputs.quantizations).union([inputs.quantization]))
    let integers = try baselines.networks.mapValues { try inputs.quantized($0, quantizations) }
    baselineQuantized = Dictionary(
      uniqueKeysWithValues: quantizations.enumerated().map { index, quantization in
        (quantization, integers.mapValues { $0[index] })
      })
    testWords = baselineQuantized.mapValues { $0.values.first?.words(of: inputs.test) ?? [] }
    let worst = try points.reduce(0.0) {
      let errors = try MemoryErrors(inputs, $1)
      return max($0, errors.weights, errors.activations)
    }
    let accelerator = inputs.accelerator
    let words = accelerator.weightBufferWords + accelerator.activationBufferWords
    let cells = Double(inputs.setup.chips.count * words * accelerator.operandWidth)
    let memory = inputs.setup.memory
    let failing = [memory.weights, memory.activations].reduce(0) {
      max($0, $1.cellFailureProbability(bitErrorRate: worst))
    }
    // Every failing cell costs memory, and every cell a bit of the masks; with a draw for each, every
    // cell costs a random number too.
    guard
      worst == 0
        || cells <= (memory.drawing == .perCell ? 2e8 : 2e9) && cells * failing <= 5e7
    else {
      throw InputError(
        .badData, at: SourceLocation(file: inputs.setup.accelerator),
        "\(inputs.setup.chips.count) chips with \(words) words of buffer are too many fault maps: "
          + "lower the chips or the buffers")
    }
    chips = (0..<inputs.setup.chips.count).map { index in
      let seed = inputs.setup.chips.seed(ofChip: index)
      return Chip(
        weights: BufferFaultMap(
          chipSeed: seed, buffer: 0, words: accelerator.weightBufferWords,
          encoding: .offsetBinary, model: memory.weights, drawing: memory.drawing, upTo: worst),
        activations: BufferFaultMap(
          chipSeed: seed, buffer: 1, words: accelerator.activationBufferWords,
          encoding: .unsigned, model: memory.activations, drawing: memory.drawing, upTo: worst))
    }
  }

  /// The accuracy, in [0, 1], of the conventional networks on exact, error-free hardware with 32-bit accumulators: the mean over
  /// the training seeds; nil if the training of one diverged.
  public var exactAccuracy: Double? {
    let exact = EncodedMultiplier.exact(inputs.quantization)
    let seeds = inputs.setup.training.seeds
    let networks = seeds.compactMap { try? quantized(.conventional, $0, inputs.quantization) }
    guard networks.count == seeds.count else { return nil }
    return networks.reduce(0) { sum, network in
      sum + accuracy(of: IntegerInference(network, multiplier: exact))
    } / Double(seeds.count)
  }

  /// - Throws: `InputError` 65 if the network's training diverged.
  func quantized(
    _ kind: BaselineKind, _ seed: UInt64, _ quantization: QuantizationSpec
  ) throws -> IntegerNetwork {
    _ = try baselines.network(kind, seed)
    guard let network = baselineQuantized[quantization]?[BaselineItem(kind: kind, seed: seed)]
    else {
      preconditionFailure("no baseline \(kind.rawValue) with seed \(seed)")
    }
    return network
  }

  /// Evaluates a point: trains if the method is pas, then runs the test split on every chip.
  ///
  /// - Throws: `InputError` if a supply is outside a fitted range; 70 if the register-level array and
  ///   the integer network differ.
  public func evaluate(_ point: DesignPoint) throws -> Evaluation {
    try threads.working { try evaluated(point) }
  }

  /// Runs the body for each of some chips, in any order, on idle threads too.
  func onChips<Output: Sendable>(
    _ chips: some Sequence<Int>, _ body: @escaping @Sendable (Int) -> Output
  ) throws -> [Output] {
    let chips = Array(chips)
    return try threads.withIdle(atMost: chips.count - 1) { helpers in
      try runConcurrently(jobs: 1 + helpers, items: chips, work: body)
    }
  }

  private func evaluated(_ point: DesignPoint) throws -> Evaluation {
    let multiplier = inputs.multipliers[point.multiplier]
    let key = CharacterizedHardware.TableKey(multiplier: point.multiplier, clock: point.clock)
    guard let timing = hardware.timing[key]?.point(at: point.logicSupply),
      let trainingTiming = hardware.trainingTiming[key]?.point(at: point.logicSupply),
      let multiplierProfile = hardware.profiles[.multiplier(point.multiplier)]?[
        point.logicSupply],
      let adderProfile = hardware.profiles[.adder(multiplier.quantization)]?[point.logicSupply]
    else { preconditionFailure("the point was not characterized") }
    let memoryErrors = try MemoryErrors(inputs, point)
    let trainingErrors = errors(trainingTiming, memoryErrors)
    let clockPeriod = Delay(timing.clockPeriod)
    let trained = try networks(for: point, errors: trainingErrors, clockPeriod: clockPeriod)
    let networks = trained.map(\.integers)
    let hardened = try trained.map { network in
      try point.protection.map { try hardenedBits(of: network, $0) }
    }
    let evaluationErrors = errors(timing, memoryErrors)
    let chipHardware = chips.indices.map { hardware(evaluationErrors, chip: $0) }
    let runs = try run(
      networks, on: chipHardware, hardened: hardened, point, clockPeriod: clockPeriod,
      meetsTiming: multiplierProfile.meetsTiming(clockPeriod))
    let images = min(inputs.batch(of: networks[0]), inputs.test.count)
    let counts = try countsOfBatch(
      images, of: networks[0], multiplier,
      on: chipHardware[0].hardening(hardened[0]))
    let model = try energyModel(point, multiplierProfile, adderProfile)
    var energy = model.energy(of: counts, clockPeriod: clockPeriod)
    let hardenedShare = hardened[0]?.share ?? 0
    let checkBits = try protectionEnergy(point, counts, clockPeriod, hardened: 0)
    let protection = try protectionEnergy(point, counts, clockPeriod, hardened: hardenedShare)
    energy.sram = energy.sram.map { $0 + protection.access }
    energy.memoryLeakage = energy.memoryLeakage.map { $0 + protection.leakage }
    return Evaluation(
      point: point, multiplierName: multiplier.name, words: multiplier.quantization,
      technologyName: inputs.technology.name, acceleratorName: inputs.accelerator.name,
      clockPeriod: clockPeriod,
      accuracyPerChip: runs.map { $0.accuracies.reduce(0, +) / Double($0.accuracies.count) },
      accuracyPerSeed: networks.indices.map { network in
        runs.reduce(0) { $0 + $1.accuracies[network] } / Double(runs.count)
      },
      testImages: inputs.test.count, trainingSeeds: inputs.setup.training.seeds,
      chipSeed: inputs.setup.chips.seed,
      trainingPasses: try trainingPasses(of: point),
      energy: energy / Double(images), energyNotCounted: model.notCounted,
      cyclesPerInference: Double(counts.cycles) / Double(images), timing: timing,
      characterizedFolder: try inputs.characterized(
        multiplier: point.multiplier, supply: point.logicSupply, clock: point.clock,
        clockPeriod: clockPeriod
      )?.folder.path,
      captured: runs.compactMap(\.errors),
      injected: injected(evaluationErrors.timing, runs.compactMap(\.products)),
      fidelity: inputs.setup.timingErrors.fidelity,
      dieDraws: inputs.setup.timingErrors.draws,
      memoryErrors: memoryErrors, isExtrapolated: try isExtrapolated(point, memoryErrors),
      penaltyNoise: point.method.usesPenalty
        ? PenaltyNoise.sources(multiplier.table, trainingErrors) : nil,
      gradientWindows: trained.compactMap(\.gradientWindow),
      sensitivity: inputs.setup.measuresSensitivity
        ? try sensitivity(of: trained, at: point, trainingErrors) : nil,
      checkBitEnergy: (checkBits.access + checkBits.leakage) / Double(images),
      hardenedEnergy: ((protection.access - checkBits.access)
        + (protection.leakage - checkBits.leakage)) / Double(images),
      wrongWeightBits: wrongWeightBits(
        networks, multiplier.table, chipHardware, hardened: hardened),
      hardenedShare: hardenedShare,
      multiplierProfile: multiplierProfile, adderProfile: adderProfile)
  }

  /// A chip at the point's error rates: its own faults, its own stream of timing errors.
  private func hardware(_ errors: HardwareErrors, chip: Int) -> InferenceHardware {
    InferenceHardware(
      accumulator: inputs.accelerator.accumulator, timing: errors.timing,
      timingSeed: inputs.setup.chips.seed, timingIndex: UInt64(chip),
      weightBuffer: chips[chip].weights.faults(atBitErrorRate: errors.weightBitErrorRate),
      activationBuffer: chips[chip].activations.faults(
        atBitErrorRate: errors.activationBitErrorRate))
  }

  /// The share of the test part that an inference classifies rightly, in [0, 1].
  func accuracy(of inference: IntegerInference) -> Double {
    accuracy(
      logits: inference.logits(words(of: inference.network.spec), count: inputs.test.count))
  }

  /// The test part as words of a quantization.
  func words(of quantization: QuantizationSpec) -> [UInt8] {
    guard let words = testWords[quantization] else {
      preconditionFailure("no multiplier has such words")
    }
    return words
  }

  func accuracy(logits: [Int32]) -> Double {
    Classification.accuracy(
      logits: logits, labels: inputs.test.labels, classCount: inputs.topology.classCount)
  }

  /// Steps one batch of the test part through the register-level array, on a chip without timing
  /// errors, and holds its output against the integer network.
  private func countsOfBatch(
    _ images: Int, of network: IntegerNetwork, _ multiplier: EvaluationInputs.Multiplier,
    on hardware: InferenceHardware
  ) throws -> AccessCounts {
    let words = Array(words(of: network.spec).prefix(images * inputs.test.featureCount))
    let settled = hardware.settled
    let result = ArrayInference(spec: multiplier.accelerator, multiplier: multiplier.table).infer(
      network, inputs: words, images: images, on: settled)
    let inference = IntegerInference(network, multiplier: multiplier.table, hardware: settled)
    guard result.logits == inference.logits(words, count: images) else {
      throw InputError(
        .internalError, "the register-level array and the integer network differ; please report it")
    }
    var counts = result.counts
    // The array stands still for banks; DRAM brings a sweep's inputs beside it.
    counts.cycles += result.stalls.bankCycles
    return counts
  }
}
