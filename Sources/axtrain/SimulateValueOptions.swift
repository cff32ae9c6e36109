import Accelerators
import ArgumentParser
import Files
import Foundation
import NetworkEvaluation
import Networks
import QuantizedNetworks
import TableArithmetic

/// The values of a trained network on the simulated array.
struct SimulateValueOptions: ParsableArguments {
  @Option(
    help: """
      Test images that a trained network is run on, 1 or more (default: all). Needs --network DIR, \
      as 'axtrain train' writes it.
      """)
  var images: Int?

  @Option(
    help: """
      What computes a trained network's values: closed_form (products through a table; default) or \
      register (every register). Other layers' registers are stepped with random words (--seed), \
      which ends with status 70 where the closed form has other counts.
      """)
  var level: NetworkRun.Level?

  @OptionGroup var data: TrainingData

  @OptionGroup var multiplier: ExportMultiplierOptions

  @Option(
    name: .shortAndLong,
    help: "Threads (default: one a core). Values and rows do not depend on it.")
  var jobs: Int?

  /// Options that are given and need a trained network; `--jobs` serves design points too, and `--level`
  /// all layers.
  var given: [String] {
    let options: [(String, Bool)] = [
      ("--images", images != nil),
      ("--dataset", data.dataset != nil), ("--data", data.library.data != nil),
      ("--label-column", data.labelColumn != nil), ("--test-fraction", data.testFraction != nil),
      ("--split-seed", data.splitSeed != nil),
    ]
    return options.filter(\.1).map(\.0)
  }

  /// As many as `--jobs` says, or one a core.
  var threads: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }

  func validate() throws {
    guard (1...1024).contains(jobs ?? 1) else { throw ValidationError("--jobs must be 1 to 1024.") }
  }

  /// What a network does on an array.
  struct Outcome {
    let model: ModelUnderTest
    /// With the network's words.
    let spec: AcceleratorSpec
    let layers: [LayerEstimate]
    let run: NetworkRun
    /// Of the images.
    let labels: [UInt8]
    let multiplier: String
    /// That captured the products; nil of settled ones.
    let chip: SimulatedChip?
  }

  /// Images of a batch unless told otherwise.
  static let batch = 64

  /// Runs the first images of the test part.
  ///
  /// - Parameters:
  ///   - multiplier: of the array.
  ///   - chip: on which an array with the network's words captures products, with so many threads;
  ///     nil: they are settled.
  /// - Throws: `InputError` 64 if there are not so many images; as the readers do; 65 if a layer does
  ///   not fit the array's buffers.
  func run(
    _ folder: String, batch: Int?, on given: AcceleratorSpec,
    through multiplier: ChosenMultiplier, _ convention: CycleConvention,
    chip: (AcceleratorSpec, _ jobs: Int) throws -> SimulatedChip?
  ) throws -> Outcome {
    let work = ChunkedWork(threads: threads)
    // A multiplier that cannot serve is refused before the network is read and quantized.
    let array = try TrainedModel.array(given, for: folder)
    let circuit = try multiplier.exported(for: array)
    let model = try TrainedModel.inIntegers(folder, data, work: work)
    let count = model.test.count
    try AcceleratorOptions.check("--images", images, 1...count)
    let (images, batch) = (images ?? count, batch ?? Self.batch)
    let spec = try TrainedModel.array(given, for: model)
    // What does not fit is found before images are run.
    let layers = try AnalyticalModel(spec: spec).estimates(
      of: model.network.topology, images: images, batch: batch, convention)
    let features = model.integers.input.shape.count
    let chip = try chip(spec, threads)
    var captured: (@Sendable (ArrayProduct) -> CapturedLayer)?
    if let chip { captured = { chip.multiply($0) } }
    let run = try NetworkRun(
      of: model.integers, words: Array(model.words.prefix(images * features)), images: images,
      batch: batch, multiplier: circuit.table, on: spec, level: level ?? .closedForm,
      captured: captured, work: work)
    return Outcome(
      model: model, spec: spec, layers: layers, run: run,
      labels: Array(model.test.labels.prefix(images)),
      multiplier: circuit.name, chip: chip)
  }
}

extension NetworkRun.Level: ExpressibleByArgument {}
