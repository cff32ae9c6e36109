import Files
import Foundation
import ModelFiles
import Networks
import TestSupport
import Testing

@Suite("A model folder")
struct ModelFolderTests {
  static func network(_ preset: Preset) throws -> Network {
    var network = Network(topology: try preset.topology(), seed: 7)
    for index in network.statistics.indices { network.statistics[index] += Float(index) / 64 }
    return network
  }

  @Test(
    "gives back the network that was written, bit for bit, and the same bytes when written again",
    arguments: [Preset.perceptron617x128x26, .leNet5, .resNet8])
  func roundTrip(preset: Preset) throws {
    let network = try Self.network(preset)
    let folder = try TemporaryFolder()
    try ModelFolder.write(network, to: folder.file("a"), metadata: ["epoch": "3"])
    try ModelFolder.write(network, to: folder.file("b"), metadata: ["epoch": "3"])
    #expect(try ModelFolder.read(folder.file("a")) == network)
    for name in [ModelFolder.topologyFile, ModelFolder.weightsFile] {
      #expect(
        try InputFile.bytes(of: folder.file("a/\(name)"))
          == InputFile.bytes(of: folder.file("b/\(name)")))
    }
    let weights = try SafetensorsFile(contentsOf: folder.file("a/weights.safetensors"))
    #expect(weights.metadata == ["epoch": "3"])
    let topology = network.topology
    #expect(
      Set(weights.names) == Set((topology.parameters + topology.statistics).map(\.name)))
  }

  @Test("of a learned logit scale keeps it")
  func learnedScale() throws {
    let topology = try NetworkTopology(
      name: "small", input: FeatureShape(channels: 3),
      layers: [.dense(outputs: 2, hasBias: false)], logitScale: .learned(start: 4))
    let network = Network(topology: topology, seed: 1)
    let folder = try TemporaryFolder()
    try ModelFolder.write(network, to: folder.path)
    #expect(try ModelFolder.read(folder.path) == network)
    #expect(try ModelFolder.read(folder.path).logitScale == 4)
  }

  @Test("that gets another topology never holds the old weights beside it")
  func overwritten() throws {
    let folder = try TemporaryFolder()
    try ModelFolder.write(Self.network(.leNet5), to: folder.path)
    let blocker = folder.file("weights.safetensors.\(getpid()).partial")
    try FileManager.default.createDirectory(
      atPath: blocker, withIntermediateDirectories: false)
    let other = try Self.network(.perceptron784x128x10)
    let error = #expect(throws: InputError.self) {
      try ModelFolder.write(other, to: folder.path)
    }
    #expect(error?.status == .cannotCreate)
    let missing = #expect(throws: InputError.self) { try ModelFolder.read(folder.path) }
    #expect(missing?.status == .missingInput)
    try FileManager.default.removeItem(atPath: blocker)
    try ModelFolder.write(other, to: folder.path)
    #expect(try ModelFolder.read(folder.path) == other)
  }

  private static let small = """
    name: small
    input: 2
    layers: [dense: {outputs: 1}]

    """
  private static let weight = SafetensorsArray(shape: [1, 2], .float32([1, 2]))
  private static let bias = SafetensorsArray(shape: [1], .float32([3]))

  /// The line that refuses these weights for a layer of 2 inputs and 1 output.
  private func refusal(_ arrays: [(name: String, array: SafetensorsArray)]) throws -> String {
    let topology = try TopologyReader.read(StrictYAML(text: Self.small, file: "small.yaml"))
    let weights = try SafetensorsFile(
      bytes: SafetensorsFile.bytes(of: arrays), file: "w.safetensors")
    let error = #expect(throws: InputError.self) {
      try ModelFolder.network(topology, weights)
    }
    return error?.description ?? "no error"
  }

  @Test("refuses weights that are missing, unknown, of another shape or kind, or not finite")
  func refusals() throws {
    let (weight, bias) = (Self.weight, Self.bias)
    #expect(
      try refusal([("layers.0.weight", weight)])
        == "w.safetensors: error: no array is taken for 'layers.0.bias'; nearest is 'layers.0.weight'"
    )
    #expect(
      try refusal([
        ("layers.0.weight", weight), ("layers.0.bias", bias), ("layers.1.bias", bias),
      ])
        == "w.safetensors: error: 'layers.1.bias' belongs to no layer of 'small'; nearest is "
        + "'layers.0.bias'")
    #expect(
      try refusal([
        ("layers.0.weight", SafetensorsArray(shape: [2, 1], .float32([1, 2]))),
        ("layers.0.bias", bias),
      ])
        == "w.safetensors: error: 'layers.0.weight' has the shape [2, 1] where [1, 2] is needed")
    #expect(
      try refusal([
        ("layers.0.weight", weight), ("layers.0.bias", SafetensorsArray(shape: [1], .int32([3]))),
      ])
        == "w.safetensors: error: 'layers.0.bias' has elements of I32 where real numbers are needed"
    )
    #expect(
      try refusal([
        ("layers.0.weight", SafetensorsArray(shape: [1, 2], .float64([0, 1e39]))),
        ("layers.0.bias", bias),
      ])
        == "w.safetensors: error: element 1 of 'layers.0.weight' is inf: finite numbers are needed")
  }

  @Test("takes weights of other precisions")
  func precisions() throws {
    let topology = try TopologyReader.read(StrictYAML(text: Self.small, file: "small.yaml"))
    let bytes = SafetensorsFile.bytes(of: [
      ("layers.0.weight", SafetensorsArray(shape: [1, 2], .float16([0x3C00, 0xC000]))),
      ("layers.0.bias", SafetensorsArray(shape: [1], .float64([0.5]))),
    ])
    let network = try ModelFolder.network(
      topology, SafetensorsFile(bytes: bytes, file: "w.safetensors"))
    #expect(network.parameters == [1, -2, 0.5])
  }
}
