import Accelerators
import Datasets
import ModelFiles
import Networks
import Quantities
import QuantizedNetworks
import Training

/// Everything that all points of a sweep share: inputs, network, training and sample sizes.
public struct EvaluationSetup: Sendable {
  /// A dataset and, where its files have no test part, its split.
  public struct DatasetChoice: Sendable {
    /// As `DatasetLibrary` finds it.
    public let name: String
    public let split: Split?

    /// A share of each class for the test, chosen by a seed.
    public struct Split: Sendable {
      public let testFraction: Double
      public let seed: UInt64

      public init(testFraction: Double, seed: UInt64) {
        self.testFraction = testFraction
        self.seed = seed
      }
    }

    public init(name: String, split: Split?) {
      self.name = name
      self.split = split
    }
  }

  /// Which network is trained.
  public enum NetworkChoice: Hashable, Sendable {
    /// A perceptron with these hidden layers between the dataset's features and classes.
    case hidden([Int])
    case preset(Preset)
    /// The path of a topology.
    case file(String)
    /// The folder of a trained network, which every training begins with.
    case model(String)

    /// The folder of a trained network, if one is given.
    public var model: String? {
      if case .model(let folder) = self { folder } else { nil }
    }

    /// The topology's file, if it has one.
    var topologyFile: String? {
      switch self {
      case .hidden, .preset: nil
      case .file(let path): path
      case .model(let folder): ModelFolder.paths(folder).topology
      }
    }

    /// The files that it is read from.
    var files: [String] {
      guard case .model(let folder) = self else { return topologyFile.map { [$0] } ?? [] }
      return [ModelFolder.paths(folder).topology, ModelFolder.paths(folder).weights]
    }
  }

  /// Buffers that a given rate of wrong bits holds for; the others are without errors.
  public enum FaultyBuffers: String, CaseIterable, Hashable, Sendable {
    case weights
    case activations
    case both
  }

  /// Methods, seeds and lengths of training.
  public struct TrainingChoice: Sendable {
    public let methods: [TrainingMethod]
    /// Ingredients of the recipe, each left out of one more training beside axtrain; none twice, and
    /// none without that method.
    public let ablations: [RecipeIngredient]
    /// The biases that methods begin with which can begin with corrected ones: one training each; at
    /// least one, none twice.
    public let startBiases: [StartBiases]
    public let seeds: [UInt64]
    public let epochs: Int
    /// Of AxTrain-pas, after `epochs − 2·pasEpochs` epochs with clipping: a step of pas takes two passes,
    /// so that every method takes as many. Fine-tuning methods of one pass take twice as many epochs.
    /// Where none are left for clipping they begin at once.
    public let pasEpochs: Int
    public let batchSize: Int
    public let learningRate: Double
    public let pasLearningRate: Double
    /// Of the recipe, axtrain: its last epochs of two passes, fewer than `pasEpochs`; nil: they are as the
    /// others.
    public let recipeEnding: NetworkTrainingSettings.Ending?
    public let weightClip: Float
    /// What the logits of clipped networks are multiplied by in the loss.
    public let logitScale: Float
    /// Of methods with averaged weights: the decay of the average.
    public let averageDecay: Float
    /// What methods are told beside the hardware.
    public let methodSettings: MethodSettings
    /// Of the recipe, axtrain: supplies of the logic that each step draws one of, rising, with the
    /// errors there; empty: rates of memory errors are drawn, and products err as at the point.
    public let drawnSupplies: [Voltage]
    /// So many of them, at most: errors of all are in memory at once.
    public static let maximumDrawnSupplies = 64
    /// Transition tables of one training, of all its supplies' dies, which are in memory at once: 32 MiB
    /// each, of which what is wrong is kept.
    static let maximumTrainingTables = 64

    /// Why the transition tables of a training's dies would not fit in memory; nil if they do.
    public static func excessOfTables(supplies: Int, dies: Int) -> String? {
      supplies * dies <= maximumTrainingTables
        ? nil
        : "\(supplies) supplies with \(dies) dies each are more than \(maximumTrainingTables) "
          + "transition tables of up to 34 MB: draw fewer, or set"
    }
    /// Of pas and act_pas: how many times the hardware's rates of wrong bits they train for, 1 … 100, up
    /// to a rate of 0.5.
    public let rateFactor: Double
    public let distillation: DistillationChoice
    /// What method external runs; nil without it.
    public let external: ExternalCommand?

    /// Epochs with clipping before fine-tuning, 0 or more.
    public var startEpochs: Int { epochs - 2 * pasEpochs }

    /// Whether trainings of the difference gradient, if there are any, find their windows themselves.
    var searchesGradientWindow: Bool { methodSettings.gradientWindow == .searched }

    /// How a student learns from the conventional network.
    public struct DistillationChoice: Hashable, Sendable {
      public let temperature: Float
      /// Of the teacher's part in the loss, in [0, 1].
      public let share: Float

      public init(temperature: Float, share: Float) {
        self.temperature = temperature
        self.share = share
      }
    }

    /// What a spec that says nothing has: our choice of a decay, which averages about 500 steps, and
    /// of a distillation.
    public static let standard = (
      averageDecay: Float(0.998), distillation: DistillationChoice(temperature: 4, share: 0.5)
    )

    public init(
      methods: [TrainingMethod], ablations: [RecipeIngredient] = [],
      startBiases: [StartBiases] = [.trained], seeds: [UInt64],
      epochs: Int, pasEpochs: Int, batchSize: Int, learningRate: Double, pasLearningRate: Double,
      recipeEnding: NetworkTrainingSettings.Ending? = nil, weightClip: Float, logitScale: Float,
      averageDecay: Float = standard.averageDecay, methodSettings: MethodSettings,
      drawnSupplies: [Voltage] = [], rateFactor: Double = 1,
      distillation: DistillationChoice = standard.distillation, external: ExternalCommand? = nil
    ) {
      self.methods = methods
      self.ablations = ablations
      self.startBiases = startBiases
      self.seeds = seeds
      self.epochs = epochs
      self.pasEpochs = pasEpochs
      self.batchSize = batchSize
      self.learningRate = learningRate
      self.pasLearningRate = pasLearningRate
      self.recipeEnding = recipeEnding
      self.weightClip = weightClip
      self.logitScale = logitScale
      self.averageDecay = averageDecay
      self.methodSettings = methodSettings
      self.drawnSupplies = drawnSupplies
      self.rateFactor = rateFactor
      self.distillation = distillation
      self.external = external
    }

    /// One training: a method, what it leaves out, and the biases that it begins with.
    public typealias Training = (
      method: TrainingMethod, without: RecipeIngredient?, startBiases: StartBiases
    )

    /// Every training, in the order of the methods, the recipe without an ingredient behind the recipe,
    /// each of them with the biases of its start in their order.
    public var trainings: [Training] {
      methods.flatMap { method in
        ([nil] + (method == .axtrain ? ablations : [])).flatMap { without in
          // Through exact products there is nothing to correct.
          (method.canCorrectStart && without != .products ? startBiases : [.trained]).map {
            (method, without, $0)
          }
        }
      }
    }
  }

  /// How many dies and operand transitions a netlist is characterized on at each supply.
  public struct CharacterizationChoice: Sendable {
    public let dies: Int
    public let transitions: Int
    public let seed: UInt64

    public init(dies: Int, transitions: Int, seed: UInt64) {
      self.dies = dies
      self.transitions = transitions
      self.seed = seed
    }
  }

  /// The chips whose fault maps a point is evaluated on: seeds `seed`, `seed + 1`, …
  public struct ChipChoice: Sendable {
    public let count: Int
    public let seed: UInt64

    public init(count: Int, seed: UInt64) {
      self.count = count
      self.seed = seed
    }
  }

  /// Paths of the input files.
  public let technology: String
  public let cells: String
  public let accelerator: String
  public let multipliers: [MultiplierSource]
  /// How words are stored and multiplied: every multiplier with each of them.
  public let encodings: [OperandEncoding]
  public let extrapolatesMemoryLaw: Bool
  /// Whether buffers are modelled: without, their bits are read right but for rates that points give,
  /// and no energy is counted for them, so that a technology needs no memory.
  public let modelsMemory: Bool
  /// Which buffers' bits are wrong at a rate that a point gives.
  public let faultyBuffers: FaultyBuffers
  /// Whether points give rates of wrong bits.
  public let givesBitErrorRates: Bool
  public let dataset: DatasetChoice
  public let network: NetworkChoice
  public let training: TrainingChoice
  public let characterization: CharacterizationChoice
  public let chips: ChipChoice
  public let timingErrors: TimingErrorChoice
  public let memory: MemoryChoice
  /// Folders that `axtrain characterize` wrote, whose tables take the place of the sweep's own.
  public let characterized: [String]
  /// What hardened cells cost.
  public let hardenedCell: HardenedCell
  /// Whether some points have hardened bits.
  public let hardensBits: Bool
  /// Whether the sensitivity of each layer is measured, of all networks.
  public let measuresSensitivity: Bool

  public init(
    technology: String, cells: String, accelerator: String,
    multipliers: [MultiplierSource], encodings: [OperandEncoding] = [.offset],
    extrapolatesMemoryLaw: Bool, modelsMemory: Bool = true, faultyBuffers: FaultyBuffers = .both,
    givesBitErrorRates: Bool = false, dataset: DatasetChoice, network: NetworkChoice,
    training: TrainingChoice,
    characterization: CharacterizationChoice, chips: ChipChoice,
    timingErrors: TimingErrorChoice = .standard, memory: MemoryChoice = .standard,
    characterized: [String] = [], hardenedCell: HardenedCell = .standard,
    hardensBits: Bool = false, measuresSensitivity: Bool = false
  ) {
    self.technology = technology
    self.cells = cells
    self.accelerator = accelerator
    self.multipliers = multipliers
    self.encodings = encodings
    self.extrapolatesMemoryLaw = extrapolatesMemoryLaw
    self.modelsMemory = modelsMemory
    self.faultyBuffers = faultyBuffers
    self.givesBitErrorRates = givesBitErrorRates
    self.dataset = dataset
    self.network = network
    self.training = training
    self.characterization = characterization
    self.chips = chips
    self.timingErrors = timingErrors
    self.memory = memory
    self.characterized = characterized
    self.hardenedCell = hardenedCell
    self.hardensBits = hardensBits
    self.measuresSensitivity = measuresSensitivity
  }
}

/// One point of the design space.
public struct DesignPoint: Hashable, Sendable {
  /// Index into the inputs' multipliers: source × encodings + encoding.
  public let multiplier: Int
  public let clock: ClockPolicy
  public let logicSupply: Voltage
  public let memorySupply: Voltage
  /// Whether the memory is on the logic's rail, not only at the same supply.
  public let memoryFollowsLogic: Bool
  public let method: TrainingMethod
  /// The ingredient of the recipe that training leaves out; nil: none.
  public let without: RecipeIngredient?
  /// The biases that fine-tuning begins with.
  public let startBiases: StartBiases
  /// The rate of wrong bits, in [0, 1], whatever the memory's supply; nil: that of its law.
  public let bitErrorRate: Double?
  /// Hardened bits of the weights; nil: none.
  public let protection: BitProtection?

  public init(
    multiplier: Int, clock: ClockPolicy, logicSupply: Voltage, memorySupply: Voltage,
    memoryFollowsLogic: Bool = false, method: TrainingMethod, without: RecipeIngredient? = nil,
    startBiases: StartBiases = .trained, bitErrorRate: Double? = nil,
    protection: BitProtection? = nil
  ) {
    precondition(without == nil || method == .axtrain, "only the recipe has ingredients")
    precondition(
      startBiases == .trained || (method.canCorrectStart && without != .products),
      "a method without a multiplier's products")
    self.multiplier = multiplier
    self.clock = clock
    self.logicSupply = logicSupply
    self.memorySupply = memorySupply
    self.memoryFollowsLogic = memoryFollowsLogic
    self.method = method
    self.without = without
    self.startBiases = startBiases
    self.bitErrorRate = bitErrorRate
    self.protection = protection
  }

  /// The method, and behind slashes what it leaves out and that it begins with corrected biases, as rows
  /// name it: `axtrain/no_clipping/corrected_start`.
  public var trainingName: String {
    method.rawValue + (without.map { "/no_\($0.rawValue)" } ?? "")
      + (startBiases == .corrected ? "/corrected_start" : "")
  }

  /// The same point with its logic at another supply, and its memory too where that is on one rail.
  func movingLogic(to supply: Voltage) -> DesignPoint {
    DesignPoint(
      multiplier: multiplier, clock: clock, logicSupply: supply,
      memorySupply: memoryFollowsLogic ? supply : memorySupply,
      memoryFollowsLogic: memoryFollowsLogic, method: method, without: without,
      startBiases: startBiases, bitErrorRate: bitErrorRate, protection: protection)
  }
}
