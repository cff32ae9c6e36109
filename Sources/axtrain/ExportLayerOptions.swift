import Accelerators
import ArgumentParser
import Files
import Foundation
import HardwareExport
import ModelFiles
import NetworkEvaluation
import Networks
import QuantizedNetworks
import Randomness

/// A layer of a trained network whose words an exported array is run on.
struct ExportLayerOptions: ParsableArguments {
  @Option(help: "A model's folder, as 'axtrain train' writes it: words of a layer of it.")
  var network: String?

  @Option(
    help: ArgumentHelp(
      "The layer's number, among those with weights, from 0 on (default: 0).", valueName: "number"))
  var layer: Int?

  @Option(help: "The dataset of the network's inputs (default: the one that it was trained on).")
  var dataset: String?

  @Option(help: "A folder of datasets, looked into first.")
  var data: String?

  @Option(
    help: """
      Vectors: so many output positions, spread over those of the first test examples, at most \
      (default: 64).
      """)
  var vectors: Int?

  @Option(help: "The group of a grouped convolution, from 0 on (default: 0).")
  var group: Int?

  func validate() throws {
    let given = [
      ("--layer", layer != nil), ("--dataset", dataset != nil), ("--data", data != nil),
      ("--vectors", vectors != nil), ("--group", group != nil),
    ]
    if network == nil, let option = given.first(where: \.1)?.0 {
      throw ValidationError("\(option) needs --network.")
    }
    guard (1...65_536).contains(vectors ?? 1) else {
      throw ValidationError("--vectors must be 1 to 65,536.")
    }
  }

  /// What an array multiplies in the layer, the multiplier for it, and the array with the network's
  /// words.
  ///
  /// The inputs are those of an inference through the multiplier, so that they are what the hardware
  /// would see.
  /// - Throws: `InputError` 64 if there is no such layer or group, or its product is too large; as the
  ///   readers do.
  /// - Precondition: a network is named.
  func words(
    on given: AcceleratorSpec, through chosen: ChosenMultiplier
  ) throws -> (AcceleratorSpec, MatrixWords, ExportedMultiplier) {
    let folder = network ?? ""
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw InputError(
        .missingInput,
        "--network \(folder): no such folder: a layer's words need a trained model, as 'axtrain train' "
          + "writes it")
    }
    let model = try TrainedModel.inIntegers(
      folder, try trainingData(folder),
      work: ChunkedWork(threads: ProcessInfo.processInfo.activeProcessorCount))
    let spec = try TrainedModel.array(given, for: model)
    TrainedModel.noteWords(given, spec)
    let multiplier = try chosen.exported(for: spec)
    return (spec, try words(of: model, through: multiplier, on: spec, folder), multiplier)
  }

  private func words(
    of model: ModelUnderTest, through multiplier: ExportedMultiplier, on spec: AcceleratorSpec,
    _ folder: String
  ) throws -> MatrixWords {
    let (layer, group, linears) = (layer ?? 0, group ?? 0, model.integers.linears)
    guard linears.indices.contains(layer) else {
      throw InputError(
        .usage, "--layer \(layer): the network has \(linears.count) layers with weights, from 0 on")
    }
    let linear = linears[layer]
    guard (0..<linear.convolution.groups).contains(group) else {
      throw InputError(
        .usage, "--group \(group): the layer has \(linear.convolution.groups) groups, from 0 on")
    }
    let positions = linear.output.positions
    let wanted = vectors ?? 64
    let images = min(
      model.test.count, max((wanted + positions - 1) / positions, min(wanted, Self.leastExamples)))
    let shape = MatrixShape(
      m: min(wanted, images * positions), k: linear.inputCount, n: linear.outputCount)
    try ExportLimits.check(shape, on: spec)
    let inference = IntegerInference(model.integers, multiplier: multiplier.table)
    let trace = inference.trace(
      Array(model.words.prefix(images * model.integers.input.shape.count)), count: images)
    let product = inference.products(of: trace, layer: layer, images: images)[group]
    let rows = Self.spread(shape.m, over: images * positions)
    return MatrixWords(
      shape: shape,
      activations: rows.flatMap { row in
        product.activations[row * shape.k..<(row + 1) * shape.k].map { UInt16($0) }
      },
      weights: product.weights.map { UInt16($0) },
      origin:
        "layer \(layer), group \(group) of \(folder), \(shape.m) vectors of its first \(images) test "
        + "examples")
  }

  /// Examples that vectors are taken from, if there are so many: the first positions of one image may
  /// all see its dark edge, where every product is 0.
  private static let leastExamples = 16

  /// Some of so many places, drawn from (1, stimulus), ascending.
  private static func spread(_ count: Int, over all: Int) -> [Int] {
    var stream = RandomStream(seed: 1, purpose: .stimulus)
    return (0..<all).shuffled(using: &stream).prefix(count).sorted()
  }

  private func trainingData(_ folder: String) throws -> TrainingData {
    guard let name = try dataset ?? ModelRecord(folder: folder)?.dataset else {
      throw InputError(
        .usage, "\(folder) does not say what it was trained on: name a dataset by --dataset")
    }
    return try TrainingData.parse(["--dataset", name] + (data.map { ["--data", $0] } ?? []))
  }
}
