import Files
import Networks
import Randomness
import TestSupport
import Testing

@testable import ModelFiles

@Suite("An ONNX model")
struct ONNXReadingTests {
  private let vector = ModelSketch(input: [4])
  private let image = ModelSketch(input: [2, 6, 8])

  @Test("may have its matrix in either order, and its bias apart")
  func dense() throws {
    let transposed: [Float] = [0, 2, 4, 6, 1, 3, 5, 7]
    let layer = [LayerSpec.dense(outputs: 2, hasBias: true)]
    for sketch in [
      vector.reals("w", 4, 2).reals("b", 2).node("Gemm", "x w b", "y"),
      vector.reals("w", 4, 2).reals("b", 2).node("MatMul", "x w", "a").node("Add", "a b", "y"),
      vector.reals("w", 4, 2).reals("b", 1, 2).node("MatMul", "x w", "a").node("Add", "b a", "y"),
      vector.reals("w", 4, 2).reals("b", 2).node("Transpose", "w", "t", .integers("perm", [1, 0]))
        .node("Gemm", "x t b", "y", .integer("transB", 1)),
    ] {
      let network = try sketch.read().network
      #expect(network.topology.layers == layer)
      #expect(network.parameters == transposed + [0, 1])
    }
  }

  @Test("may say limits of Clip as attributes or inputs, or leave the upper one out")
  func clip() throws {
    func layers(_ sketch: ModelSketch) throws -> [LayerSpec] {
      try sketch.read().network.topology.layers
    }
    #expect(
      try layers(vector.node("Clip", "x", "y", .real("min", 0), .real("max", 6)))
        == [.clippedReLU(ceiling: 6)])
    #expect(
      try layers(vector.real("a", 0).real("b", 6).node("Clip", "x a b", "y"))
        == [.clippedReLU(ceiling: 6)])
    #expect(try layers(vector.real("a", 0).node("Clip", "x a", "y")) == [.relu])
    #expect(
      try layers(vector.real("a", 0).real("b", .greatestFiniteMagnitude).node("Clip", "x a b", "y"))
        == [.relu])
  }

  @Test("may pad by itself where that is the same on all sides")
  func automaticPadding() throws {
    let conv = image.reals("w", 1, 2, 5, 5)
    for mode in ["SAME_UPPER", "SAME_LOWER"] {
      let layers = try conv.node("Conv", "x w", "a", .text("auto_pad", mode))
        .node("GlobalAveragePool", "a", "y").read().network.topology.layers
      #expect(
        layers.first
          == .convolution(ConvolutionSpec(filters: 1, kernel: 5, padding: 2, hasBias: false)))
    }
    let valid = try conv.node(
      "Conv", "x w", "a", .text("auto_pad", "VALID"), .integers("pads", [1, 1, 1, 1])
    ).node("GlobalAveragePool", "a", "y").read().network.topology.layers
    #expect(valid.first == .convolution(ConvolutionSpec(filters: 1, kernel: 5, hasBias: false)))
  }

  @Test("pads before a convolution as the convolution itself would")
  func padding() throws {
    let layers = try image.reals("w", 1, 2, 3, 3).integers("p", 0, 0, 2, 2, 0, 0, 2, 2)
      .node("Pad", "x p", "a").node("Conv", "a w", "b").node("GlobalAveragePool", "b", "y")
      .read().network.topology.layers
    #expect(
      layers.first
        == .convolution(ConvolutionSpec(filters: 1, kernel: 3, padding: 2, hasBias: false)))
  }

  @Test("flattens by Flatten and by Reshape, and drops axes of one position without a layer")
  func flatten() throws {
    let last = "w"
    for reshape in [[0, -1], [0, 96], [-1, 96], [1, -1]] as [[Int64]] {
      let sketch = image.reals(last, 96, 1).with(.integers("s", reshape))
        .node("Reshape", "x s", "a").node("MatMul", "a w", "y")
      #expect(
        try sketch.read().network.topology.layers == [.flatten, .dense(outputs: 1, hasBias: false)])
    }
    // x.view(x.size(0), x.size(1) * x.size(2) * x.size(3)), and the same with -1 first.
    var computed = image.reals(last, 96, 1).node("Shape", "x", "s").with(.integers("minus", [-1]))
    for index in 0..<4 {
      computed = computed.with(.integers("i\(index)", [Int64(index)]))
        .node("Gather", "s i\(index)", "g\(index)")
    }
    computed = computed.node("Mul", "g1 g2", "m").node("Mul", "m g3", "f")
      .node("Unsqueeze", "f", "u")
    for batch in ["g0", "minus"] {
      let sketch = computed.node("Concat", "\(batch) u", "l").node("Reshape", "x l", "a")
        .node("MatMul", "a w", "y")
      #expect(
        try sketch.read().network.topology.layers == [.flatten, .dense(outputs: 1, hasBias: false)])
    }
    let pooled = image.node("GlobalAveragePool", "x", "a").reals(last, 2, 1).integers("s", 0, -1)
    #expect(
      try pooled.node("Reshape", "a s", "b").node("MatMul", "b w", "y").read().network.topology
        .layers
        == [.globalAveragePooling, .dense(outputs: 1, hasBias: false)])
    #expect(
      try pooled.node("Flatten", "a", "b").node("MatMul", "b w", "y").read().network.topology.layers
        == [.globalAveragePooling, .flatten, .dense(outputs: 1, hasBias: false)])
  }

  @Test("may have the mean over rows and columns as an operator of its own")
  func mean() throws {
    let flat = image.node(
      "ReduceMean", "x", "y", .integers("axes", [-1, -2]), .integer("keepdims", 0))
    #expect(try flat.read().network.topology.layers == [.globalAveragePooling])
    let kept = image.integers("axes", 2, 3).node("ReduceMean", "x axes", "y")
    #expect(try kept.read().network.topology.layers == [.globalAveragePooling])
  }

  @Test("has residuals in residuals, and branches of nothing")
  func residuals() throws {
    let sketch = vector.node("Relu", "x", "a").node("Add", "a x", "b").node("Relu", "b", "c")
      .node("Add", "x c", "d").node("Add", "d d", "y")
    let inner = LayerSpec.residual(body: [.relu], shortcut: [])
    #expect(
      try sketch.read().network.topology.layers == [
        .residual(body: [inner, .relu], shortcut: []), .residual(body: [], shortcut: []),
      ])
    let network = try sketch.read().network
    let logits = network.logits(
      Tensor(count: 1, shape: network.input, values: [1, -1, 2, -3]))
    // relu(relu(x) + x) + x, twice.
    #expect(logits.values == [6, -2, 12, -6])
  }

  @Test("may have nodes that nothing needs, and tensors that are inputs too")
  func unneeded() throws {
    let sketch = vector.reals("w", 4, 1).node("Einsum", "x", "z").node("MatMul", "x w", "y")
      .changed { $0.graph.input.append(.value("w", [4])) }
    #expect(try sketch.read().network.parameters == [0, 1, 2, 3])
  }

  @Test("of as many nodes as are read, or of the deepest residuals, is kept by a model folder")
  func largest() throws {
    let folder = try TemporaryFolder()
    var chained = vector
    for index in 0..<2_047 {
      let value = index == 0 ? "x" : "b\(index - 1)"
      chained = chained.node("Relu", value, "a\(index)").node(
        "Add", "a\(index) \(value)", "b\(index)")
    }
    let nested = (0..<8).reduce(vector.node("Relu", "x", "a0")) {
      $0.node("Add", "a\($1) x", "b\($1)").node("Relu", "b\($1)", "a\($1 + 1)")
    }
    for (sketch, layers) in [
      (chained.node("Identity", "b2046", "y"), 2_047), (nested.node("Identity", "a8", "y"), 2),
    ] {
      let network = try sketch.read().network
      #expect(network.topology.layers.count == layers)
      try ModelFolder.write(network, to: folder.path)
      #expect(try ModelFolder.read(folder.path) == network)
    }
    let error = #expect(throws: InputError.self) {
      try chained.node("Identity", "b2046", "c").node("Identity", "c", "d")
        .node("Identity", "d", "y").read()
    }
    #expect(error?.message == "has 4097 nodes: at most 4096 are read")
  }

  @Test("whose layers share weights is read, unless it becomes much larger by that")
  func sharedWeights() throws {
    var sketch = vector.reals("w", 4, 4)
    for index in 0..<2 {
      sketch = sketch.node("MatMul", "\(index == 0 ? "x" : "a0") w", "a\(index)")
    }
    let network = try sketch.node("Identity", "a1", "y").read().network
    #expect(network.parameters.count == 32)
    #expect(network.parameters[..<16] == network.parameters[16...])
    sketch = vector.reals("v", 4, 64).reals("w", 64, 64).node("MatMul", "x v", "a0")
    for index in 0..<20 { sketch = sketch.node("MatMul", "a\(index) w", "a\(index + 1)") }
    let error = #expect(throws: InputError.self) {
      try sketch.node("Identity", "a20", "y").read()
    }
    #expect(error?.message.hasPrefix("its layers have 82176 numbers, more than the ") == true)
  }

  @Test("numbers are read in every form that ONNX has for them")
  func forms() throws {
    func tensor(_ kind: ONNXTensor.Kind, _ fill: (inout ONNXTensorProto) -> Void) throws
      -> ONNXTensor
    {
      var proto = ONNXTensorProto()
      proto.dims = [2]
      proto.dataType = kind.rawValue
      fill(&proto)
      return try ONNXTensor(proto, label: "t", file: "a.onnx")
    }
    #expect(try tensor(.float) { $0.floatData = [1, -2] }.reals() == [1, -2])
    #expect(try tensor(.double) { $0.doubleData = [1, -2] }.reals() == [1, -2])
    #expect(try tensor(.float16) { $0.int32Data = [0x3C00, 0xC000] }.reals() == [1, -2])
    #expect(try tensor(.bfloat16) { $0.int32Data = [0x3F80, 0xC000] }.reals() == [1, -2])
    #expect(try tensor(.int8) { $0.int32Data = [-128, 127] }.integers() == [-128, 127])
    #expect(try tensor(.uint8) { $0.int32Data = [0, 255] }.integers() == [0, 255])
    #expect(try tensor(.int64) { $0.int64Data = [-1, .max] }.integers() == [-1, .max])
    #expect(try tensor(.uint32) { $0.uint64Data = [0, 9] }.integers() == [0, 9])
    #expect(
      try tensor(.int16) { $0.rawData.append(contentsOf: [255, 255, 1, 2]) }.integers() == [
        -1, 513,
      ])
    #expect(
      try tensor(.uint32) { $0.rawData.append(contentsOf: [1, 0, 0, 128, 2, 0, 0, 0]) }
        .integers() == [0x8000_0001, 2])
    let beyond = #expect(throws: InputError.self) {
      try tensor(.int8) { $0.int32Data = [0, 128] }.integers()
    }
    #expect(beyond?.description == "a.onnx: error: t: 128 is beyond its kind")
    let large = #expect(throws: InputError.self) {
      try tensor(.uint64) { $0.uint64Data = [0, .max] }.integers()
    }
    #expect(large?.description == "a.onnx: error: t: 18446744073709551615 is beyond 63 bits")
  }

  @Test(
    "that is cut off anywhere or has changed bytes is read or refused, and never traps",
    arguments: ["residuals.onnx", "qdq.onnx", "qonnx.onnx", "stored-integers.onnx"])
  func mutated(name: String) throws {
    let bytes = try Recorded.bytes(name)
    for end in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: InputError.self) {
        try ONNXFile.read(bytes: Array(bytes[..<end]), file: "cut")
      }
    }
    var stream = RandomStream(seed: 2, purpose: .test, index: UInt64(bytes.count))
    var refused = 0
    for _ in 0..<500 {
      var copy = bytes
      for _ in 0..<4 {
        copy[Int(stream.nextWord()) % bytes.count] = UInt8(truncatingIfNeeded: stream.nextWord())
      }
      do {
        _ = try ONNXFile.read(bytes: copy, file: "mutated")
      } catch {
        #expect(error is InputError)
        refused += 1
      }
    }
    #expect(refused > 10)
  }
}
