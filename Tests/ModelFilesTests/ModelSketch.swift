import Foundation

@testable import ModelFiles

/// A small ONNX model, made node by node.
struct ModelSketch {
  var model = ONNXModelProto()

  /// A model of one input of these lengths after the batch.
  init(input: [Int], version: Int64 = 13) {
    model.graph.name = "sketch"
    model.graph.input = [.value("x", input)]
    model.graph.output = [.value("y", [1])]
    var operators = ONNXOperatorSetIdProto()
    operators.version = version
    model.opsetImport = [operators]
  }

  /// Adds a node; names of values are separated by spaces, `-` is one that is left out.
  func node(
    _ operation: String, _ inputs: String, _ outputs: String, domain: String = "",
    _ attributes: ONNXAttributeProto...
  ) -> ModelSketch {
    var sketch = self
    var node = ONNXNodeProto()
    func names(_ text: String) -> [String] {
      text.split(separator: " ").map { $0 == "-" ? "" : String($0) }
    }
    node.input = names(inputs)
    node.output = names(outputs)
    node.name = "n\(sketch.model.graph.node.count)"
    node.opType = operation
    node.domain = domain
    node.attribute = attributes
    sketch.model.graph.node.append(node)
    return sketch
  }

  /// Adds real numbers: 0, 1, 2 …
  func reals(_ name: String, _ shape: Int...) -> ModelSketch {
    let count = shape.reduce(1, *)
    return with(.reals(name, shape, (0..<count).map { Float($0) }[...]))
  }

  func real(_ name: String, _ value: Float) -> ModelSketch { with(.reals(name, [], [value])) }

  func integers(_ name: String, _ values: Int64...) -> ModelSketch {
    with(.integers(name, values))
  }

  func with(_ tensor: ONNXTensorProto) -> ModelSketch {
    var sketch = self
    sketch.model.graph.initializer.append(tensor)
    return sketch
  }

  func changed(_ change: (inout ONNXModelProto) -> Void) -> ModelSketch {
    var sketch = self
    change(&sketch.model)
    return sketch
  }

  func read() throws -> ImportedModel {
    try ONNXFile.read(bytes: model.serializedBytes(), file: "a.onnx")
  }
}

extension ONNXAttributeProto {
  static func text(_ name: String, _ value: String) -> Self {
    var attribute = Self()
    (attribute.name, attribute.type, attribute.s) = (name, .string, Data(value.utf8))
    return attribute
  }
}
