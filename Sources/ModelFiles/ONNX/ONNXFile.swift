import Files
import Networks
import SwiftProtobuf

/// A network that was read from a file of other tools.
public struct ImportedModel: Sendable {
  public let network: Network
  /// How the file says that its numbers are quantized.
  public let hints: QuantizationHints
  /// What was left out, one line each.
  public let notes: [String]
}

/// ONNX model files (onnx.ai): a graph of operators and its weights, as a protocol buffer.
///
/// FileFormats.md lists the operators that are read and written.
public enum ONNXFile {
  /// The most bytes of a file: what a protocol buffer may have.
  public static let maximumBytes = Int(Int32.max)
  /// Versions of ONNX's operators that are read; what changed between them is told apart.
  static let operatorVersions = 7...23

  /// The network of a file.
  ///
  /// - Throws: `InputError` 66 if it is missing; 65 if it is no ONNX file, and with the node's name for
  ///   an operator or setting that is not supported.
  public static func read(contentsOf path: String) throws -> ImportedModel {
    try read(bytes: InputFile.bytes(of: path, limit: maximumBytes), file: path)
  }

  /// The network of a file's bytes; `file` is the name for messages.
  public static func read(bytes: [UInt8], file: String) throws -> ImportedModel {
    func refusal(_ message: String) -> InputError {
      InputError(.badData, at: SourceLocation(file: file), message)
    }
    try ONNXWire.check(bytes, file: file)
    let model: ONNXModelProto
    do {
      var options = BinaryDecodingOptions()
      options.discardUnknownFields = true
      model = try ONNXModelProto(serializedBytes: bytes, options: options)
    } catch {
      throw refusal("is no ONNX file: \(error)")
    }
    guard model.hasGraph else { throw refusal("is no ONNX file: it has no graph") }
    // No entry is the first version.
    let version = model.opsetImport.first { ["", "ai.onnx"].contains($0.domain) }?.version ?? 1
    guard let version = Int(exactly: version), operatorVersions.contains(version) else {
      throw refusal(
        "its operators are of version \(version): versions \(operatorVersions.lowerBound) to "
          + "\(operatorVersions.upperBound) are read; export it with opset 13")
    }
    let graph = try ONNXGraph(model.graph, file: file)
    var builder = ONNXBuilder(graph: graph, version: version, size: bytes.count)
    return try builder.model()
  }
}
