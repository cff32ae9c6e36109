import Accelerators
import Files
import Foundation
import ModelFiles
import NetworkEvaluation
import Networks
import QuantizedNetworks
import Training

/// A trained network and the examples that it was trained and is tested on, for commands.
enum TrainedModel {
  /// - Parameter data: split as the model's record says, unless told otherwise.
  /// - Throws: `InputError` 66 or 65 at what is missing or does not fit.
  static func read(
    _ folder: String, _ data: TrainingData
  ) throws -> (network: Network, data: TrainingData.Loaded, record: ModelRecord?) {
    try check(folder)
    let network = try ModelFolder.read(folder)
    let record = try ModelRecord(folder: folder)
    let data = try data.load(splitAs: record)
    for part in [data.parts.training, data.parts.test] {
      try network.topology.check(part, file: data.file)
    }
    return (network, data, record)
  }

  /// A trained network in the integers that its folder describes, or in 8-bit offset words.
  ///
  /// - Throws: as `read`, and 65 if a layer has no integer form.
  static func inIntegers(
    _ folder: String, _ data: TrainingData, work: ChunkedWork
  ) throws -> ModelUnderTest {
    let (network, data, _) = try read(folder, data)
    let stored = try QuantizationFile(folder: folder)
    let standard = try QuantizationOptions.parse([])
    return try ModelUnderTest(
      network: network, training: data.parts.training, test: data.parts.test,
      ranges: stored.map { .given($0.ranges) } ?? .calibration(examples: standard.examples),
      spec: stored?.spec ?? standard.spec, given: stored?.given ?? GivenQuantization(),
      file: folder, work: work)
  }

  /// An array with the words of a network.
  ///
  /// - Throws: `InputError` 64 if buffers or accumulators do not go with them.
  static func array(_ given: AcceleratorSpec, for model: ModelUnderTest) throws -> AcceleratorSpec {
    try array(given, model.integers.spec)
  }

  /// An array with the words of a model's folder, which is all that is read of it.
  ///
  /// - Throws: `InputError` 66 or 65 at what is missing or wrong; 64 as for a network.
  static func array(_ given: AcceleratorSpec, for folder: String) throws -> AcceleratorSpec {
    try check(folder)
    return try array(
      given, try QuantizationFile(folder: folder)?.spec ?? QuantizationOptions.parse([]).spec)
  }

  /// Says that a model's words are not those that the accelerator states, if so.
  static func noteWords(_ given: AcceleratorSpec, _ spec: AcceleratorSpec) {
    func words(_ spec: AcceleratorSpec) -> String {
      "\(spec.encoding.rawValue), \(spec.operandWidth) bits by \(spec.weightWidth)"
    }
    guard words(given) != words(spec) else { return }
    Terminal.note(
      "note: words are those of the model (\(words(spec))), not those that the accelerator states "
        + "(\(words(given))): 'axtrain quantize' makes others")
  }

  private static func array(
    _ given: AcceleratorSpec, _ quantization: QuantizationSpec
  ) throws -> AcceleratorSpec {
    var fields = AcceleratorSpec.Overrides()
    fields.encoding = quantization.encoding
    fields.operandWidth = quantization.activationBits
    fields.weightWidth = quantization.weightBits
    let array = given.overriding(fields)
    if let problem = array.contradiction {
      throw InputError(.usage, "with the words of the model: \(problem)")
    }
    return array
  }

  /// Refuses a path that is no model's folder, with what may have been meant.
  static func check(_ path: String) throws {
    var isFolder: ObjCBool = false
    let files = FileManager.default
    guard files.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      let seeds = ((try? files.contentsOfDirectory(atPath: path)) ?? []).sorted().filter {
        $0.hasPrefix("seed-")
      }
      guard seeds.isEmpty || files.fileExists(atPath: "\(path)/\(ModelFolder.topologyFile)") else {
        throw InputError(
          .missingInput, at: SourceLocation(file: path),
          "holds models in \(seeds.prefix(8).joined(separator: ", ")): name one of them")
      }
      return
    }
    throw InputError(
      .missingInput, at: SourceLocation(file: path),
      "is a file: name a model's folder, as 'axtrain train' and 'axtrain convert' write it")
  }
}
