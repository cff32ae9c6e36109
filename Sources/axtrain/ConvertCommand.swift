import ArgumentParser
import Files
import Foundation
import ModelFiles
import Networks
import Training

/// `axtrain convert MODEL -o OUT`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Read a network from other tools' files, or write it for them.",
    discussion: """
      MODEL is a model folder, an ONNX file, or arrays (.safetensors, .npz, a folder of .npy) with \
      --topology. OUT is an ONNX file, a .safetensors file, or a model folder otherwise. \
      Documentation/FileFormats.md lists the operators and the names.

      Examples: axtrain convert network.onnx -o network
      axtrain convert lenet.safetensors --topology lenet-5 --map fc1=layers.7 -o lenet.onnx
      """)

  @Argument(help: "A model folder, an .onnx file, or arrays.")
  var model: String

  @Option(name: .shortAndLong, help: "An .onnx or .safetensors file, or a model folder.")
  var output: String

  @Option(help: "The layers that arrays belong to: a YAML file, or a preset such as lenet-5.")
  var topology: String?

  @Option(
    name: .customLong("map"),
    help: "An array's parameter: --map fc1=layers.7; --map head= leaves arrays out.")
  var rules: [String] = []

  @Option(help: "A text file of such rules, one a line.")
  var mapping: String?

  func validate() throws {
    guard !model.isEmpty, !output.isEmpty else {
      throw ValidationError("MODEL and --output must not be empty.")
    }
    guard rules.isEmpty || mapping == nil else {
      throw ValidationError("Give rules by --map or by --mapping.")
    }
    guard topology != nil || (rules.isEmpty && mapping == nil) else {
      throw ValidationError("--map and --mapping are for arrays: name their --topology.")
    }
  }

  /// Refuses to write over the weights that were read, but for those of a whole model's folder.
  ///
  /// - Throws: `InputError` 64.
  private func checkKeepsInputs() throws {
    try OutputFile.checkIsNoInput(output)
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: model, isDirectory: &isFolder)
    guard exists, !isFolder.boolValue else { return }
    try OutputFile.checkIsNoInput("\(output)/\(ModelFolder.weightsFile)")
  }

  func run() throws {
    var (network, quantization) = try read()
    try checkKeepsInputs()
    if output.hasSuffix(".onnx") {
      try ONNXFile.write(network, to: output)
      if case .learned = network.topology.logitScale {
        Terminal.note("the learned logit scale is no part of an ONNX file's logits: left out")
      }
    } else if output.hasSuffix(".safetensors") {
      try SafetensorsFile.write(ModelFolder.arrays(of: network), to: output)
    } else {
      // What was written beside the weights would tell of another network.
      for file in [
        TrainingFolder.recordFile, TrainingFolder.checkpointFile, QuantizationFile.name,
      ] {
        let path = "\(output)/\(file)"
        let isSame =
          try file == QuantizationFile.name && quantization != nil
          && QuantizationFile(folder: output) == quantization?.file
        guard isSame || !FileManager.default.fileExists(atPath: path) else {
          throw InputError(
            .cannotCreate, at: SourceLocation(file: path),
            "belongs to another model: name another folder")
        }
      }
      if let quantization { network = quantization.network }
      try ModelFolder.write(network, to: output)
      try quantization?.file.write(to: output)
      quantization?.notes.forEach(Terminal.note)
    }
    let layers = network.topology.layers.count
    print("\(output): \(layers) layers, \(network.parameters.count) parameters")
  }

  /// The network, and how its file quantizes it, where a folder can have that.
  private func read() throws -> (Network, ImportedModel.Quantized?) {
    if let topology {
      let mapping = try mapping.map { try ArrayMapping(contentsOf: $0) } ?? ArrayMapping(rules)
      let network = try Network(
        topology: Preset(rawValue: topology)?.topology()
          ?? TopologyReader.read(contentsOf: topology),
        arrays: NamedArrays(contentsOf: model), mapping: mapping)
      return (network, nil)
    }
    if model.hasSuffix(".onnx") {
      let imported = try ONNXFile.read(contentsOf: model)
      for note in imported.notes { Terminal.note(note) }
      let (parameters, activations) = (imported.hints.parameters, imported.hints.activations)
      let isFile = output.hasSuffix(".onnx") || output.hasSuffix(".safetensors")
      let name = URL(fileURLWithPath: model).lastPathComponent
      if !isFile, let quantized = imported.quantized(origin: name) {
        return (imported.network, quantized)
      }
      if !parameters.isEmpty || !activations.isEmpty {
        Terminal.note(
          "the file's scales of \(parameters.count) parameters and \(activations.count) activations "
            + "are left out: the network is one of real numbers")
      }
      return (imported.network, nil)
    }
    if model.hasSuffix(".safetensors") || model.hasSuffix(".npz") {
      throw InputError(
        .usage, "'\(model)' holds arrays without layers: name them with --topology")
    }
    return (try ModelFolder.read(model), nil)
  }
}
