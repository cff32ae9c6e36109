import Files
import Foundation
import ModelFiles
import Networks
import TestSupport
import Testing

@Suite("Arrays of other tools")
struct ArrayMappingTests {
  private func topology() throws -> NetworkTopology {
    try NetworkTopology(
      name: "small", input: FeatureShape(channels: 2),
      layers: [
        .dense(outputs: 1, hasBias: true), .batchNormalization(epsilon: 1e-5, momentum: 0.1),
      ])
  }

  private func arrays(_ names: [String]) throws -> NamedArrays {
    let arrays = names.map { name in
      let isMatrix = name.hasSuffix("0.weight") || name.hasSuffix("fc.weight")
      return (
        name,
        SafetensorsArray(
          shape: isMatrix ? [1, 2] : [1], .float32(isMatrix ? [1, 2] : [Float(name.utf8.count)]))
      )
    }
    return NamedArrays(
      try SafetensorsFile(bytes: SafetensorsFile.bytes(of: arrays), file: "w.safetensors"))
  }

  private static let sequential = [
    "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
    "1.num_batches_tracked",
  ]
  private static let named = [
    "net.fc.weight", "net.fc.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var",
  ]

  @Test("are taken by their own names, by those of a Sequential, and by rules")
  func names() throws {
    let own = try Network(
      topology: topology(), arrays: arrays(Self.sequential.map { "layers." + $0 }))
    #expect(own.parameters == [1, 2, 13, 15, 13])
    #expect(own.statistics == [21, 20])
    let sequential = try Network(topology: topology(), arrays: arrays(Self.sequential))
    #expect(sequential.parameters == [1, 2, 6, 8, 6])
    let ruled = try Network(
      topology: topology(), arrays: arrays(Self.named + ["head.weight", "net.scale"]),
      mapping: ArrayMapping(["net.fc=layers.0", "bn=layers.1", "head=", "net.scale="]))
    #expect(ruled.parameters == [1, 2, 11, 9, 7])
    #expect(ruled.statistics == [15, 14])
  }

  @Test("are taken by the longest rule, from a file of rules too")
  func file() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "# rules\nnet.fc=layers.0\n\n  bn=nowhere\nbn.weight=layers.1.weight\nbn.bias=layers.1.bias\n"
        + "bn.running_mean=layers.1.running_mean\nbn.running_var=layers.1.running_var\n",
      to: "rules.txt")
    let network = try Network(
      topology: topology(), arrays: arrays(Self.named), mapping: ArrayMapping(contentsOf: path))
    #expect(network.parameters == [1, 2, 11, 9, 7])
    let wrong = try folder.write("a=b\n\nc\n", to: "wrong.txt")
    let error = #expect(throws: InputError.self) { try ArrayMapping(contentsOf: wrong) }
    #expect(error?.description == "\(wrong):3: error: 'c' is no rule: write ARRAY=layers.0.weight")
  }

  private func refusal(_ names: [String], _ rules: [String] = []) throws -> String? {
    let (topology, arrays, mapping) = (try topology(), try arrays(names), try ArrayMapping(rules))
    return #expect(throws: InputError.self) {
      try Network(topology: topology, arrays: arrays, mapping: mapping)
    }?.description
  }

  @Test("are refused where one is missing, unknown, or taken twice")
  func refusals() throws {
    #expect(
      try refusal(Array(Self.sequential.dropFirst()))
        == "w.safetensors: error: no array is taken for 'layers.0.weight'")
    #expect(
      try refusal(Self.sequential + ["2.weight"])
        == "w.safetensors: error: '2.weight', taken for 'layers.2.weight', belongs to no layer of "
        + "'small'; nearest is 'layers.0.weight'")
    #expect(
      try refusal(Self.sequential + ["layers.1.bias"])
        == "w.safetensors: error: '1.bias' and 'layers.1.bias' are both taken for 'layers.1.bias'")
    #expect(
      try refusal(Self.named, ["net.fc=layers.0", "bn=layers.1", "bn.bias=layers.0.bias"])
        == "w.safetensors: error: 'bn.bias' and 'net.fc.bias' are both taken for 'layers.0.bias'")
    // A rule that is written wrong, or that begins with a part of a name.
    for rule in ["bnn", "net.f"] {
      #expect(
        try refusal(Self.named, ["net.fc=layers.0", "bn=layers.1", "\(rule)=layers.1"])?
          .hasPrefix("w.safetensors: error: has no array of the rule '\(rule)'") == true)
    }
    let error = #expect(throws: InputError.self) { try ArrayMapping(["a=b", "a=c"]) }
    #expect(error == InputError(.usage, "'a' has two rules"))
  }

  @Test("may be NPY files of a folder")
  func npy() throws {
    let folder = try TemporaryFolder()
    let header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n".utf8)
    let head = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0]
    try OutputFile.write(
      head + header + [0, 0, 128, 63, 0, 0, 0, 64], to: folder.file("fc.weight.npy"))
    let topology = try NetworkTopology(
      name: "small", input: FeatureShape(channels: 2),
      layers: [.dense(outputs: 1, hasBias: false)])
    let network = try Network(
      topology: topology, arrays: NamedArrays(contentsOf: folder.path),
      mapping: ArrayMapping(["fc=layers.0"]))
    #expect(network.parameters == [1, 2])
    let empty = try TemporaryFolder()
    let error = #expect(throws: InputError.self) { try NamedArrays(contentsOf: empty.path) }
    #expect(error?.message == "holds 0 NPY files: 1 to 10000 are read")
    let other = #expect(throws: InputError.self) { try NamedArrays(contentsOf: "a.pt") }
    #expect(
      other?.message
        == "is no file of arrays that is read: a name that ends with .safetensors or .npz, "
        + "or a folder of NPY files is needed")
  }
}
