import Files
import Foundation

/// A node of a model's graph, with its attributes by name.
struct ONNXNode {
  let operation: String
  /// Empty for ONNX's own operators.
  let domain: String
  /// Names of values; empty where one is left out.
  let inputs: [String]
  let outputs: [String]
  /// For messages: `node 'conv1' (Conv)`.
  let label: String
  private let attributes: [String: ONNXAttributeProto]
  private let file: String

  /// - Throws: `InputError` 65 if an attribute is there twice.
  init(_ proto: ONNXNodeProto, index: Int, file: String) throws {
    operation = proto.opType
    domain = proto.domain == "ai.onnx" ? "" : proto.domain
    inputs = proto.input
    outputs = proto.output
    let name = proto.name.isEmpty ? "\(index)" : "'\(proto.name)'"
    label = "node \(name) (\(domain.isEmpty ? "" : domain + ".")\(proto.opType))"
    self.file = file
    var attributes: [String: ONNXAttributeProto] = [:]
    for attribute in proto.attribute {
      guard attributes.updateValue(attribute, forKey: attribute.name) == nil else {
        throw InputError(
          .badData, at: SourceLocation(file: file),
          "\(label): attribute '\(attribute.name)' is there twice")
      }
    }
    self.attributes = attributes
  }

  func refusal(_ message: String) -> InputError {
    InputError(.badData, at: SourceLocation(file: file), "\(label): \(message)")
  }

  /// - Throws: `InputError` 65 if there is an attribute that is not among those that are understood.
  func checkAttributes(_ known: String...) throws {
    if let other = attributes.keys.filter({ !known.contains($0) }).min() {
      throw refusal("attribute '\(other)' is not read")
    }
  }

  private func attribute(
    _ name: String, _ type: ONNXAttributeProto.AttributeType
  ) throws -> ONNXAttributeProto? {
    guard let attribute = attributes[name] else { return nil }
    // Files of the first versions leave the kind out.
    guard attribute.type == type || attribute.type == .undefined else {
      throw refusal("attribute '\(name)' is of another kind")
    }
    return attribute
  }

  func integer(_ name: String) throws -> Int? {
    try attribute(name, .int).map { Int($0.i) }
  }

  /// An attribute that must have a value, which is its default too.
  func requires(_ name: String, _ value: Int) throws {
    if let actual = try integer(name), actual != value {
      throw refusal("'\(name)' is \(actual), and only \(value) is supported")
    }
  }

  func real(_ name: String) throws -> Float? {
    guard let value = try attribute(name, .float)?.f else { return nil }
    guard value.isFinite else { throw refusal("'\(name)' is \(value)") }
    return value
  }

  func text(_ name: String) throws -> String? {
    try attribute(name, .string).map { String(decoding: $0.s, as: UTF8.self) }
  }

  func integers(_ name: String) throws -> [Int]? {
    try attribute(name, .ints).map { $0.ints.map(Int.init) }
  }

  func reals(_ name: String) throws -> [Float]? { try attribute(name, .floats)?.floats }

  func tensor(_ name: String) throws -> ONNXTensorProto? { try attribute(name, .tensor)?.t }

  func has(_ name: String) -> Bool { attributes[name] != nil }

  /// The name of an input, or nil if it is left out.
  func input(_ index: Int) -> String? {
    inputs.indices.contains(index) && !inputs[index].isEmpty ? inputs[index] : nil
  }
}
