import Accelerators
import Characterization
import Datasets
import ErrorTables
import Files
import LogicSimulation
import ModelFiles
import Netlists
import Networks
import Quantities
import QuantizedNetworks
import Technology
import Training

/// The files of a setup, read and checked, with the hash of each.
public struct EvaluationInputs: Sendable {
  /// A file and the SHA-256 of its bytes.
  public struct FileDigest: Sendable, Hashable {
    public let path: String
    public let digest: Digest

    /// - Parameter name: what the file is called in manifests; its path unless given.
    public init(of path: String, name: String? = nil) throws {
      self.path = name ?? path
      digest = Digest(of: try InputFile.bytes(of: path))
    }

    /// Something that is not a file, under a name and the hash of its text.
    init(_ name: String, digest: Digest) {
      path = name
      self.digest = digest
    }
  }

  public let setup: EvaluationSetup
  public let technology: TechnologyNode
  public let accelerator: AcceleratorSpec
  public let multipliers: [Multiplier]
  /// By index of the multiplier: tables that were made before the sweep.
  public let characterized: [Int: CharacterizedFolder]
  /// The accumulator's adder: the accelerator's own netlist, or Kogge–Stone.
  public let adder: Netlist
  public let training: Dataset
  public let test: Dataset
  /// The network that is trained.
  public let topology: NetworkTopology
  /// The trained network that every training begins with; nil: random weights.
  let givenNetwork: Network?
  /// How it is quantized for comparison with no particular multiplier: the accelerator's words, ranges
  /// by the largest value.
  public let quantization: QuantizationSpec
  /// The files that every point rests on: technology, cells, accelerator, dataset.
  public let sharedFiles: [FileDigest]

  /// The files among the words of the external trainer's command.
  public let trainerFiles: [FileDigest]

  /// All files.
  public var files: [FileDigest] { sharedFiles + multipliers.map(\.file) + trainerFiles }

  /// Reads everything that the setup names.
  ///
  /// - Parameter library: where datasets are looked for; the usual places unless given.
  /// - Throws: `InputError` at the place of what is missing or wrong.
  public init(setup: EvaluationSetup, datasets library: DatasetLibrary? = nil) throws {
    self.setup = setup
    // What has no figures of energy is named in each row.
    let read = try TechnologyReader.read(
      setup.technology, needing: setup.modelsMemory ? [.sram] : [],
      orElse: "leave the memory out: memory_supply: none")
    technology = setup.modelsMemory ? read.node : read.node.withoutMemory
    let cells = try LibertyReader.library(contentsOf: setup.cells)
    accelerator = try AcceleratorSpec(contentsOf: setup.accelerator)
    multipliers = try Self.multipliers(setup, library: cells, accelerator: accelerator)
    adder = try accelerator.adder(cells: cells)
    let (parts, datasetFiles) = try Self.dataset(setup.dataset, from: library)
    (training, test) = (parts.training, parts.test)
    quantization = QuantizationSpec()
    (topology, givenNetwork) = try Self.network(setup.network, data: training)
    for data in [training, test] { try topology.check(data, file: datasetFiles.paths[0]) }
    let laws = try (read.files + [setup.cells]).map { try FileDigest(of: $0) }
    characterized = try Self.characterizedFolders(setup, multipliers: multipliers, shared: laws)
    let named =
      try laws + [FileDigest(of: setup.accelerator)]
      + (accelerator.accumulatorNetlist.map { [try FileDigest(of: $0)] } ?? [])
      + setup.network.files.map { try FileDigest(of: $0) }
      + setup.characterized.map { try FileDigest(of: "\($0)/manifest.json") }
    sharedFiles =
      named
      + (try zip(datasetFiles.paths, datasetFiles.labels).map { try FileDigest(of: $0, name: $1) })
    trainerFiles = try setup.training.external?.files() ?? []
    try checkBuffers()
    try checkStart()
  }

  private static func dataset(
    _ choice: EvaluationSetup.DatasetChoice, from library: DatasetLibrary?
  ) throws -> (DatasetParts, DatasetFiles) {
    let files = try (library ?? DatasetLibrary(data: nil)).locate(choice.name)
    let split = choice.split
    let parts = try files.load(
      testFraction: split?.testFraction ?? 0, splitSeed: split?.seed ?? 0)
    guard parts.hasOwnTest == (split == nil) else {
      throw InputError(
        .badData, at: SourceLocation(file: files.paths[0]),
        parts.hasOwnTest
          ? "has a test part of its own: leave out test_fraction and split_seed"
          : "has no test part of its own: give test_fraction and split_seed")
    }
    return (parts, files)
  }

  private static func network(
    _ choice: EvaluationSetup.NetworkChoice, data: Dataset
  ) throws -> (topology: NetworkTopology, given: Network?) {
    switch choice {
    case .hidden(let sizes):
      return (.perceptron([data.featureCount] + sizes + [data.classCount]), nil)
    case .preset(let preset): return (try preset.topology(), nil)
    case .file(let path): return (try TopologyReader.read(contentsOf: path), nil)
    case .model(let folder):
      let network = try ModelFolder.read(folder)
      return (network.topology, network)
    }
  }

  /// Whether methods that fine-tune begin with random weights.
  var fineTunesRandomWeights: Bool { givenNetwork == nil && setup.training.startEpochs == 0 }

  /// Refuses fine-tuning from random weights of a network with batch normalization, which would have
  /// folded it before it has learned anything.
  private func checkStart() throws {
    guard fineTunesRandomWeights, !topology.statistics.isEmpty,
      setup.training.methods.contains(where: \.isFineTuning)
    else { return }
    throw InputError(
      .badData, at: networkLocation,
      "\(topology.name) has batch normalization, which fine-tuning folds: it cannot begin with random "
        + "weights; 2 × pas_epochs must be less than epochs")
  }

  /// Whether the network has an integer form that fits the accelerator's buffers, before anything long
  /// begins.
  private func checkBuffers() throws {
    let network = try sketch()
    let place = SourceLocation(file: setup.accelerator)
    let longest = network.linears.map(\.inputCount).max() ?? 0
    var products = multipliers.map { (name: "products of \($0.name)", table: $0.table) }
    let training = setup.training
    let trainsExactly: [(String, Bool)] = [
      ("axtrain/no_products", training.ablations.contains(.products)),
      (
        "axtrain before table_epochs",
        training.methods.contains(.axtrain) && training.methodSettings.hasLastProducts(.axtrain)
      ),
    ]
    if let name = trainsExactly.first(where: \.1)?.0 {
      products += multipliers.map { ("exact products of \(name)", .exact($0.quantization)) }
    }
    for (name, table) in products
    where table.mustAddInOrder(longest, accelerator.accumulator) {
      throw InputError(
        .badData, at: place,
        "accumulators saturate at sums that \(name) reach: these have signs, so "
          + "that such a sum depends on its order, which drawn errors do not keep; write overflow: wrap, "
          + "or a larger width_bits")
    }
    let weights = network.weightWords(alignedTo: setup.memory.weights.alignment)
    guard weights <= accelerator.weightBufferWords else {
      throw InputError(
        .badData, at: place,
        "the weight buffer of \(accelerator.weightBufferWords) words is too small "
          + "for the network's \(weights)")
    }
    guard batch(of: network) > 0 else {
      let alignment = setup.memory.activations.alignment
      let words = max(
        network.widestInput(alignedTo: alignment),
        (network.peakWords(alignedTo: alignment) + 1) / 2)
      throw InputError(
        .badData, at: place,
        "the activation buffer of \(accelerator.activationBufferWords) words in each of its halves "
          + "is too small for an image of \(topology.name), which needs \(words)")
    }
  }

  /// The integer network of random weights, whose words and shapes are those of any others.
  func sketch() throws -> IntegerNetwork {
    let start = try folded(Network(topology: topology, seed: 0))
    return try IntegerNetwork.quantizing(at: networkLocation) {
      try IntegerNetwork(
        quantizing: start, spec: quantization,
        calibration: Calibration(
          of: start, on: training, examples: 1, rule: quantization.activationRange))
    }
  }

  /// The images that the accelerator infers at a time: what its activation buffer and accumulator bank
  /// hold.
  func batch(of network: IntegerNetwork) -> Int {
    AnalyticalModel(spec: accelerator).batch(
      of: network, alignment: setup.memory.activations.alignment)
  }

  /// The clock period of a multiplier under a policy: `AcceleratorSpec.clockPeriod`.
  ///
  /// - Throws: `TechnologyError` if a supply is outside the fitted range.
  public func clockPeriod(
    multiplier: Int, clock: ClockPolicy, supply: Voltage
  ) throws(TechnologyError) -> Delay {
    try accelerator.clockPeriod(
      clock, at: supply, multiplier: multipliers[multiplier].netlist, adder: adder,
      technology: technology)
  }

  /// The integer network of a trained one: activations have the ranges that the training part gives
  /// them.
  ///
  /// - Parameter quantization: the sweep's own unless given.
  /// - Throws: `InputError` 65 if a layer has no integer form, or outputs that are not finite.
  public func quantized(
    _ network: Network, _ quantization: QuantizationSpec? = nil
  ) throws -> IntegerNetwork {
    try quantized(network, [quantization ?? self.quantization])[0]
  }

  /// The same for several quantizations, whose ranges are measured once.
  ///
  /// - Parameter correction: that ranges are measured without.
  /// - Precondition: the rule of activations' ranges is that of all.
  func quantized(
    _ network: Network, _ quantizations: [QuantizationSpec],
    without correction: BiasCorrection = .none
  ) throws -> [IntegerNetwork] {
    let (folded, rule) = (try self.folded(network), quantization.activationRange)
    precondition(quantizations.allSatisfy { $0.activationRange == rule }, "other rules of ranges")
    return try IntegerNetwork.quantizing(at: networkLocation) {
      let calibration = try Calibration(
        of: correction.removed(from: folded), on: training,
        examples: IntegerPass.calibrationExamples, rule: rule)
      return try quantizations.map {
        try IntegerNetwork(quantizing: folded, spec: $0, calibration: calibration)
      }
    }
  }

  /// The network without batch normalization and dropout.
  func folded(_ network: Network) throws -> Network { try network.folded(at: networkLocation) }

  private var networkLocation: SourceLocation? {
    setup.network.topologyFile.map { SourceLocation(file: $0) }
  }

  /// A characterizer with the setup's dies and seed.
  ///
  /// - Parameter isSigned: whether outputs are numbers in two's complement.
  public func characterizer(_ netlist: Netlist, isSigned: Bool = false) -> Characterizer {
    Characterizer(
      netlist: netlist, isSigned: isSigned, technology: technology,
      dies: setup.characterization.dies, seed: setup.characterization.seed)
  }
}
