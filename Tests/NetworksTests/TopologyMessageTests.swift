import Files
import Foundation
import TestSupport
import Testing

@testable import Networks

/// A topology that is refused and the message, as `Tests/Golden/topology_messages.txt` has them.
private struct Refusal {
  let title: String
  let text: String
  let message: String

  /// The cases of the golden file: a line `=== title`, the text, a line `---`, the message.
  static func all(in golden: String) -> [Refusal] {
    golden.components(separatedBy: "\n=== ").dropFirst().compactMap { part in
      let halves = part.components(separatedBy: "\n---\n")
      guard halves.count == 2, let end = halves[0].firstIndex(of: "\n") else { return nil }
      return Refusal(
        title: String(halves[0][..<end]), text: String(halves[0][end...].dropFirst()) + "\n",
        message: halves[1].trimmingCharacters(in: .newlines))
    }
  }

  var actual: String {
    do {
      _ = try TopologyReader.read(StrictYAML(text: text, file: "topology.yaml"))
      return "is read"
    } catch { return "\(error)" }
  }
}

@Suite("Topologies that are refused") struct TopologyMessageTests {
  @Test("each refusal says exactly what the golden file has, on one line")
  func messages() throws {
    let path = Repository.path("Tests/Golden/topology_messages.txt")
    let golden = try InputFile.text(of: path)
    let refusals = Refusal.all(in: golden)
    #expect(refusals.count >= 60)
    if ProcessInfo.processInfo.environment["AXTRAIN_REMAKE"] != nil {
      let head = golden.components(separatedBy: "\n=== ")[0]
      let cases = refusals.map { "\n=== \($0.title)\n\($0.text)---\n\($0.actual)" }
      try OutputFile.write(head + cases.joined() + "\n", to: path)
    }
    for refusal in Refusal.all(in: try InputFile.text(of: path)) {
      #expect(refusal.actual == refusal.message, "\(refusal.title)")
      #expect(refusal.message.contains(/^topology\.yaml(:\d+:\d+)?: error: [^\n]+$/))
    }
  }

  @Test("a residual in a residual is read to 7 levels and refused beyond, however many there are")
  func nesting() throws {
    func topology(levels: Int) -> String {
      let head = "name: deep\ninput: 4\nlayers:\n"
      let open = String(repeating: "[{residual: {body: ", count: levels)
      let close = String(repeating: "}}]", count: levels)
      return head + "  " + open + "[relu]" + close + "\n"
    }
    let read = {
      try TopologyReader.read(StrictYAML(text: topology(levels: $0), file: "deep.yaml"))
    }
    #expect(try read(7).classCount == 4)
    for levels in [11, 100, 20_000] {
      #expect(throws: InputError.self) { _ = try read(levels) }
    }
  }

  @Test(
    "settings outside their range are thrown by any layer, not trapped",
    arguments: [
      LayerSpec.dense(outputs: 0, hasBias: true), .dense(outputs: .max, hasBias: false),
      .convolution(ConvolutionSpec(filters: 0, kernel: 1)),
      .convolution(ConvolutionSpec(filters: 1, kernel: 0)),
      .convolution(ConvolutionSpec(filters: .max, kernel: .max)),
      .convolution(ConvolutionSpec(filters: 1, kernel: 1, stride: 0)),
      .convolution(ConvolutionSpec(filters: 1, kernel: 1, padding: -1)),
      .convolution(ConvolutionSpec(filters: 1, kernel: 1, padding: .max)),
      .convolution(ConvolutionSpec(filters: 1, kernel: 2, dilation: 0)),
      .convolution(ConvolutionSpec(filters: 1, kernel: 2, dilation: .max)),
      .convolution(ConvolutionSpec(filters: 1, kernel: 1, groups: 0)),
      .convolution(ConvolutionSpec(filters: 1, kernel: 1, groups: -1)),
      .convolution(ConvolutionSpec(filters: 65_536, kernel: 1, padding: 65_536)),
      .maxPooling(PoolingSpec(kernel: 0)), .maxPooling(PoolingSpec(kernel: 2, stride: 0)),
      .maxPooling(PoolingSpec(kernel: 2, padding: 2)),
      .averagePooling(PoolingSpec(kernel: .max, stride: .min)),
      .averagePooling(PoolingSpec(kernel: 2, padding: -1)),
      .clippedReLU(ceiling: 0), .clippedReLU(ceiling: .nan), .clippedReLU(ceiling: .infinity),
      .batchNormalization(epsilon: 0, momentum: 0.1),
      .batchNormalization(epsilon: .nan, momentum: 0.1),
      .batchNormalization(epsilon: 1e-5, momentum: .nan),
      .batchNormalization(epsilon: 1e-5, momentum: 1.5),
      .groupNormalization(groups: 0, epsilon: 1e-5),
      .groupNormalization(groups: 3, epsilon: 1e-5),
      .groupNormalization(groups: 2, epsilon: -.infinity),
      .dropout(probability: 1), .dropout(probability: -0.5), .dropout(probability: .nan),
    ])
  func ranges(layer: LayerSpec) {
    #expect(throws: TopologyError.self) {
      // Dense needs a vector, all else has an image.
      let isDense = layer.name == "dense"
      _ = try NetworkTopology(
        name: "t",
        input: isDense
          ? FeatureShape(channels: 4) : FeatureShape(channels: 4, rows: 2, columns: 2),
        layers: isDense ? [layer] : [layer, .globalAveragePooling])
    }
  }

  @Test(
    "every name comes back from its own YAML",
    arguments: ["-", "--", "---", "...", ".", "_", "null", "true", "1e5", "0x10", "-5", "a-b.c"])
  func names(name: String) throws {
    let topology = try NetworkTopology(
      name: name, input: FeatureShape(channels: 3), layers: [.relu])
    #expect(
      try TopologyReader.read(StrictYAML(text: topology.yaml, file: "again.yaml")) == topology)
  }

  @Test("every kind of layer comes back from its own YAML", arguments: LayerCase.chosen)
  func layers(layer: LayerCase) throws {
    let topology = try NetworkTopology(
      name: "again", input: layer.input, layers: layer.layers + [.flatten],
      logitScale: .learned(start: 0.1))
    #expect(
      try TopologyReader.read(StrictYAML(text: topology.yaml, file: "again.yaml")) == topology)
  }
}
