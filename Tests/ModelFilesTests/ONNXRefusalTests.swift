import Files
import Testing

@testable import ModelFiles

/// A model that is wrong, and what is said of it after the file's name.
struct ONNXRefusal: CustomTestStringConvertible {
  let what: String
  let sketch: ModelSketch
  let message: String
  var testDescription: String { what }

  init(_ what: String, _ sketch: ModelSketch, _ message: String) {
    self.what = what
    self.sketch = sketch
    self.message = "a.onnx: error: " + message
  }
}

@Suite("An ONNX model that is not supported")
struct ONNXRefusalTests {
  static let image = ModelSketch(input: [2, 6, 8])
  static let vector = ModelSketch(input: [4])
  static let convolution = image.reals("w", 3, 2, 3, 3)
  static let dense = vector.reals("w", 1, 4)

  static let operators: [ONNXRefusal] = [
    ONNXRefusal(
      "an unknown operator", image.node("Einsum", "x", "y"),
      "node 'n0' (Einsum): the operator is not supported here; Documentation/FileFormats.md lists those "
        + "that are"),
    ONNXRefusal(
      "an operator of another domain", image.node("Conv", "x", "y", domain: "com.example"),
      "node 'n0' (com.example.Conv): the operator is not supported here; Documentation/FileFormats.md "
        + "lists those that are"),
    ONNXRefusal(
      "a concatenation", image.node("Relu", "x", "a").node("Concat", "x a", "y"),
      "node 'n1' (Concat): the operator is not supported here; Documentation/FileFormats.md lists those "
        + "that are"),
    ONNXRefusal(
      "an unknown attribute", vector.node("Clip", "x", "y", .integer("mix", 1)),
      "node 'n0' (Clip): attribute 'mix' is not read"),
    ONNXRefusal(
      "an attribute of another kind", image.node("MaxPool", "x", "y", .integer("kernel_shape", 2)),
      "node 'n0' (MaxPool): attribute 'kernel_shape' is of another kind"),
    ONNXRefusal(
      "an attribute twice",
      image.node("MaxPool", "x", "y", .integer("ceil_mode", 0), .integer("ceil_mode", 0)),
      "node 'n0' (MaxPool): attribute 'ceil_mode' is there twice"),
    ONNXRefusal(
      "unequal padding", convolution.node("Conv", "x w", "y", .integers("pads", [0, 0, 1, 1])),
      "node 'n0' (Conv): 'pads' is [0, 0, 1, 1]: four equal numbers from 0 to 1024 are supported; pad the "
        + "same on each side"),
    ONNXRefusal(
      "unequal strides", convolution.node("Conv", "x w", "y", .integers("strides", [1, 2])),
      "node 'n0' (Conv): 'strides' is [1, 2]: two equal numbers from 1 to 1024 are supported"),
    ONNXRefusal(
      "a stride that would overflow",
      convolution.node("Conv", "x w", "y", .integers("strides", [1 << 62, 1 << 62])),
      "node 'n0' (Conv): 'strides' is [4611686018427387904, 4611686018427387904]: two equal numbers from 1 "
        + "to 1024 are supported"),
    ONNXRefusal(
      "automatic padding on one side",
      convolution.node(
        "Conv", "x w", "y", .text("auto_pad", "SAME_UPPER"), .integers("strides", [2, 2])),
      "node 'n0' (Conv): 'auto_pad' pads 1 rows and 1 columns here: the same on each side is supported"
    ),
    ONNXRefusal(
      "filters that are not square", image.reals("w", 3, 2, 1, 3).node("Conv", "x w", "y"),
      "node 'n0' (Conv): its weights have the shape [3, 2, 1, 3]: filters, channels, and as many rows as "
        + "columns are needed"),
    ONNXRefusal(
      "filters of other channels", image.reals("w", 3, 4, 1, 1).node("Conv", "x w", "y"),
      "node 'n0' (Conv): its weights are for 4 channels, and 2 reach it"),
    ONNXRefusal(
      "groups that do not divide the filters",
      image.reals("w", 3, 1, 1, 1).node("Conv", "x w", "y", .integer("group", 2)),
      "node 'n0' (Conv): 2 groups do not divide 2 channels and 3 filters"),
    ONNXRefusal(
      "no groups",
      convolution.node("Conv", "x w", "y", .integer("group", 0)),
      "node 'n0' (Conv): filters, kernel or groups are outside their range"),
    ONNXRefusal(
      "a filter larger than the image", image.reals("w", 3, 2, 7, 7).node("Conv", "x w", "y"),
      "node 'n0' (Conv): a window of 7 is larger than 6 rows"),
    ONNXRefusal(
      "filters that are computed",
      image.node("Relu", "x", "w").node("Conv", "x w", "y"),
      "node 'n1' (Conv): the operator is not supported here; Documentation/FileFormats.md lists those "
        + "that are"),
    ONNXRefusal(
      "a convolution of a vector", vector.reals("w", 1, 4, 1, 1).node("Conv", "x w", "y"),
      "node 'n0' (Conv): reads images, and its input has only features"),
    ONNXRefusal(
      "a bias of another length",
      convolution.reals("b", 2).node("Conv", "x w b", "y"),
      "node 'n0' (Conv): its bias has the shape [2]: a number for each of 3 outputs is needed"),
    ONNXRefusal(
      "pooling rounded up",
      image.node(
        "MaxPool", "x", "y", .integers("kernel_shape", [2, 2]), .integer("ceil_mode", 1)),
      "node 'n0' (MaxPool): 'ceil_mode' is 1, and only 0 is supported"),
    ONNXRefusal(
      "pooling without a window", image.node("AveragePool", "x", "y"),
      "node 'n0' (AveragePool): 'kernel_shape' is missing"),
    ONNXRefusal(
      "padding as large as the window",
      image.node(
        "MaxPool", "x", "y", .integers("kernel_shape", [2, 2]), .integers("pads", [2, 2, 2, 2])),
      "node 'n0' (MaxPool): a padding of 2 leaves windows of 2 without a feature"),
    ONNXRefusal(
      "zeros before a maximum",
      image.integers("p", 0, 0, 1, 1, 0, 0, 1, 1).node("Pad", "x p", "a")
        .node("MaxPool", "a", "y", .integers("kernel_shape", [2, 2])),
      "node 'n0' (Pad): padding is supported only before Conv and AveragePool, with zeros"),
    ONNXRefusal(
      "zeros before nothing", image.integers("p", 0, 0, 1, 1, 0, 0, 1, 1).node("Pad", "x p", "y"),
      "node 'n0' (Pad): padding is supported only before Conv and AveragePool, with zeros"),
    ONNXRefusal(
      "a matrix for other inputs", vector.reals("w", 5, 1).node("MatMul", "x w", "y"),
      "node 'n0' (MatMul): its weights are for 5 inputs and 1 outputs, and 4 inputs reach it; at most 65536 "
        + "outputs are read"),
    ONNXRefusal(
      "a matrix of an image", image.reals("w", 8, 1).node("MatMul", "x w", "y"),
      "node 'n0' (MatMul): reads a vector of features, and its input has rows and columns: flatten it "
        + "before"),
    ONNXRefusal(
      "a product with a factor",
      dense.node("Gemm", "x w", "y", .integer("transB", 1), .real("alpha", 2)),
      "node 'n0' (Gemm): factors alpha and beta other than 1 are not supported"),
    ONNXRefusal(
      "a transposed input", dense.node("Gemm", "x w", "y", .integer("transA", 1)),
      "node 'n0' (Gemm): 'transA' is 1, and only 0 is supported"),
    ONNXRefusal(
      "a bias that is no vector",
      dense.reals("b", 1, 2).node("Gemm", "x w b", "y", .integer("transB", 1)),
      "node 'n0' (Gemm): its bias has the shape [1, 2]: a number for each of 1 outputs is needed"),
    ONNXRefusal(
      "an addition after no layer", vector.reals("b", 4).node("Add", "x b", "y"),
      "node 'n0' (Add): the addition of a constant is supported only as the bias of a layer before it"
    ),
    ONNXRefusal(
      "branches of different shapes",
      image.reals("w", 2, 2, 3, 3).node("Conv", "x w", "a").node("Add", "a x", "y"),
      "node 'n1' (Add): adds 2×4×6 and 2×6×8 features, which are not the same"),
    ONNXRefusal(
      "a layer in two branches",
      vector.node("Relu", "x", "a").node("Add", "x a", "b").node("Add", "b a", "y"),
      "node 'n0' (Relu): stands in more than one branch, which no residual does"),
    ONNXRefusal(
      "nested residuals",
      (0..<10).reduce(vector.node("Relu", "x", "a0")) {
        $0.node("Add", "a\($1) x", "b\($1)").node("Relu", "b\($1)", "a\($1 + 1)")
      }.node("Identity", "a10", "y"),
      "node 'n3' (Add): more than 8 residuals stand within one another"),
    ONNXRefusal(
      "a lower limit", vector.real("a", -1).real("b", 1).node("Clip", "x a b", "y"),
      "node 'n0' (Clip): only a lower limit of 0 is supported"),
    ONNXRefusal(
      "an upper limit below the lower",
      vector.real("a", 0).real("b", -1).node("Clip", "x a b", "y"),
      "node 'n0' (Clip): an upper limit of -1.0 is outside 1e-6 … 1e6"),
    ONNXRefusal(
      "flattening that mixes examples", image.node("Flatten", "x", "y", .integer("axis", 0)),
      "node 'n0' (Flatten): 'axis' is 0: examples stay apart only with 1"),
    ONNXRefusal(
      "a shape that is no vector", image.integers("s", 0, 8, 12).node("Reshape", "x s", "y"),
      "node 'n0' (Reshape): gives the shape [0, 8, 12]: only a batch of vectors of 96 features is "
        + "supported"),
    ONNXRefusal(
      "a shape that mixes examples", image.integers("s", -1, 48).node("Reshape", "x s", "y"),
      "node 'n0' (Reshape): gives the shape [-1, 48]: only a batch of vectors of 96 features is "
        + "supported"),
    ONNXRefusal(
      "lengths of another value",
      image.node("Relu", "x", "a").node("Shape", "x", "s").node("Reshape", "a s", "y"),
      "node 'n2' (Reshape): its lengths must be constants, or made of those of what it reshapes"),
    ONNXRefusal(
      "lengths that are computed without end",
      (0..<70).reduce(image.node("Shape", "x", "s0")) {
        $0.node("Identity", "s\($1)", "s\($1 + 1)")
      }.node("Reshape", "x s70", "y"),
      "node 'n71' (Reshape): its lengths must be constants, or made of those of what it reshapes"),
    ONNXRefusal(
      "a mean over channels", image.node("ReduceMean", "x", "y", .integers("axes", [1, 2, 3])),
      "node 'n0' (ReduceMean): only the mean over rows and columns is supported"),
    ONNXRefusal(
      "a softmax in the middle", vector.node("Softmax", "x", "a").node("Relu", "a", "y"),
      "node 'n0' (Softmax): is supported only over the classes, at the end of a network"),
    ONNXRefusal(
      "normalization for other channels",
      image.reals("c", 3).node("BatchNormalization", "x c c c c", "y"),
      "node 'n0' (BatchNormalization): input 1 has the shape [3] where 2 channels reach it"),
    ONNXRefusal(
      "normalization by the batch",
      image.reals("c", 2).node(
        "BatchNormalization", "x c c c c", "y", .integer("training_mode", 1)),
      "node 'n0' (BatchNormalization): 'training_mode' is 1, and only 0 is supported"),
    ONNXRefusal(
      "a variance below 0",
      image.reals("c", 2).with(.reals("v", [2], [1, -1])).node(
        "BatchNormalization", "x c c c v", "a"
      )
      .node("GlobalAveragePool", "a", "y"),
      "node 'n0' (BatchNormalization): the variance of channel 1 is -1.0"),
    ONNXRefusal(
      "more than 256 classes", vector.reals("w", 4, 257).node("MatMul", "x w", "y"),
      "node 'n0' (MatMul): dense: a network ends with a vector of 1 to 256 logits, this one with 257"
    ),
    ONNXRefusal(
      "integers that flow on",
      vector.real("s", 1).node("QuantizeLinear", "x s", "a").node("Relu", "a", "y"),
      "node 'n0' (QuantizeLinear): integers that flow on are not supported: DequantizeLinear must follow"
    ),
    ONNXRefusal(
      "a scale of 0",
      vector.real("s", 0).node("QuantizeLinear", "x s", "a").node("DequantizeLinear", "a s", "y"),
      "node 'n0' (QuantizeLinear): scales must be positive and finite"),
    ONNXRefusal(
      "another scale back",
      vector.real("s", 1).real("t", 2).node("QuantizeLinear", "x s", "a")
        .node("DequantizeLinear", "a t", "y"),
      "node 'n1' (DequantizeLinear): must follow QuantizeLinear with the same scale and zero point"),
    ONNXRefusal(
      "one bit",
      vector.real("s", 1).real("z", 0)
        .node("Quant", "x s z s", "y", domain: "qonnx.custom_op.general"),
      "node 'n0' (qonnx.custom_op.general.Quant): one whole number of bits from 2 to 32 is needed"),
  ]

  @Test("is refused with the name of its node", arguments: operators)
  func refused(_ refusal: ONNXRefusal) {
    let error = #expect(throws: InputError.self) { try refusal.sketch.read() }
    #expect(error?.description == refusal.message)
    #expect(error?.status == .badData)
  }

  static let relu = vector.node("Relu", "x", "y")

  static let models: [ONNXRefusal] = [
    ONNXRefusal(
      "no graph", relu.changed { $0.clearGraph() }, "is no ONNX file: it has no graph"),
    ONNXRefusal(
      "operators of the first version", relu.changed { $0.opsetImport = [] },
      "its operators are of version 1: versions 7 to 23 are read; export it with opset 13"),
    ONNXRefusal(
      "operators of the future", relu.changed { $0.opsetImport[0].version = 1000 },
      "its operators are of version 1000: versions 7 to 23 are read; export it with opset 13"),
    ONNXRefusal(
      "two inputs", relu.changed { $0.graph.input.append(.value("z", [1])) },
      "has 2 inputs and 1 outputs: networks of one input and one output are read"),
    ONNXRefusal(
      "an input of three dimensions", ModelSketch(input: [2, 3]).node("Relu", "x", "y"),
      "its input 'x' must have the dimensions batch and features, or batch, channels, rows and columns, "
        + "all but the batch of known length"),
    ONNXRefusal(
      "an input of unknown length",
      relu.changed { $0.graph.input[0].type.tensorType.shape.dim[1].dimParam = "n" },
      "its input 'x' must have the dimensions batch and features, or batch, channels, rows and columns, "
        + "all but the batch of known length"),
    ONNXRefusal(
      "an input of too many features",
      ModelSketch(input: [65_536, 65_536, 65_536])
        .node("Relu", "x", "y"),
      "its input 'x' must have the dimensions batch and features, or batch, channels, rows and columns, "
        + "all but the batch of known length"),
    ONNXRefusal(
      "an output that is not there", vector.node("Relu", "x", "z"),
      "its output 'y' does not depend on its input"),
    ONNXRefusal(
      "a value from nowhere", vector.node("Relu", "z", "y"),
      "node 'n0' (Relu): reads 'z', which nothing before it gives"),
    ONNXRefusal(
      "a circle", vector.node("Add", "x b", "a").node("Relu", "a", "b").node("Relu", "b", "y"),
      "node 'n0' (Add): reads 'b', which nothing before it gives"),
    ONNXRefusal(
      "a value of two nodes", relu.node("Relu", "x", "y"),
      "node 'n1' (Relu): gives 'y', which something before it gives already"),
    ONNXRefusal(
      "a tensor twice", relu.reals("w", 1).reals("w", 1), "tensor 'w' is there twice"),
    ONNXRefusal(
      "weights in another file",
      relu.reals("w", 1).changed { $0.graph.initializer[0].dataLocation = .external },
      "tensor 'w': its numbers stand in another file, which is not read: save the model with its weights "
        + "inside"),
    ONNXRefusal(
      "texts", relu.reals("w", 1).changed { $0.graph.initializer[0].dataType = 8 },
      "tensor 'w': elements of ONNX's kind 8 are not read"),
    ONNXRefusal(
      "a shape that overflows",
      relu.reals("w", 1).changed { $0.graph.initializer[0].dims = [1 << 32, 1 << 32] },
      "tensor 'w': has more than 268435456 elements, or a negative length"),
    ONNXRefusal(
      "a negative length", relu.reals("w", 1).changed { $0.graph.initializer[0].dims = [-1] },
      "tensor 'w': has more than 268435456 elements, or a negative length"),
    ONNXRefusal(
      "too many dimensions",
      relu.reals("w", 1).changed { $0.graph.initializer[0].dims = [1, 1, 1, 1, 1, 1, 1, 1, 1] },
      "tensor 'w': has 9 dimensions: at most 8 are read"),
    ONNXRefusal(
      "more elements than numbers",
      relu.reals("w", 1).changed { $0.graph.initializer[0].dims = [1 << 28] },
      "tensor 'w': has 1 numbers where its shape has 268435456"),
    ONNXRefusal(
      "half a number",
      relu.reals("w", 1).changed { $0.graph.initializer[0].rawData.removeLast() },
      "tensor 'w': its raw data are no whole number of elements"),
    ONNXRefusal(
      "a weight that is not finite",
      dense.changed {
        $0.graph.initializer[0] = .reals("w", [1, 4], [0, .nan, 0, 0])
      }.node("Gemm", "x w", "y", .integer("transB", 1)),
      "tensor 'w': element 1 is nan: finite numbers are needed"),
    ONNXRefusal(
      "weights that are integers",
      vector.integers("w", 1, 2, 3, 4).changed { $0.graph.initializer[0].dims = [1, 4] }
        .node("Gemm", "x w", "y", .integer("transB", 1)),
      "tensor 'w': holds integers where real numbers are needed"),
  ]

  @Test("is refused where its file is wrong", arguments: models)
  func wrong(_ refusal: ONNXRefusal) {
    let error = #expect(throws: InputError.self) { try refusal.sketch.read() }
    #expect(error?.description == refusal.message)
  }

  @Test("is refused before it is decoded where its encoding is wrong or would take much memory")
  func encoding() throws {
    func message(_ bytes: [UInt8]) -> String? {
      #expect(throws: InputError.self) {
        try ONNXFile.read(bytes: bytes, file: "a.onnx")
      }?.description
    }
    #expect(message([]) == "a.onnx: error: is no ONNX file: it has no graph")
    #expect(
      message([0x3A, 5, 0])
        == "a.onnx: error: at byte 0: a field of 5 bytes does not fit in the 1 that "
        + "follow: is the file cut off?")
    #expect(
      message([0x08]) == "a.onnx: error: at byte 1: a number does not end: is the file cut off?")
    #expect(
      message([0x08] + [UInt8](repeating: 255, count: 11))
        == "a.onnx: error: at byte 1: is no ONNX file: a number has more than ten bytes")
    #expect(message([0x0B]) == "a.onnx: error: at byte 0: is no ONNX file: a field's kind is wrong")
    #expect(
      message(Array("PK".utf8))
        == "a.onnx: error: at byte 1: a number does not end: is the file cut off?"
        || message([0]) == "a.onnx: error: at byte 0: is no ONNX file: a field's number is wrong")
    // A graph of a million empty nodes, two bytes each.
    let nodes = [[UInt8]](repeating: [0x0A, 0], count: 1 << 20).flatMap { $0 }
    let length = nodes.count
    let head: [UInt8] = [
      0x3A, UInt8(length & 127) | 128, UInt8(length >> 7 & 127) | 128,
      UInt8(length >> 14 & 127) | 128,
      UInt8(length >> 21),
    ]
    #expect(message(head + nodes)?.hasSuffix("more than 1048576 fields") == true)
  }
}
