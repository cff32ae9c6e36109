import Files
import Networks
import SwiftProtobuf

extension ONNXFile {
  /// A network as an ONNX model of 32-bit floats: input `input`, output `logits`, the batch's length
  /// open, and each layer's node and numbers under the names that they have in a model folder. The same
  /// network gives the same bytes.
  ///
  /// Operators are of version 13; of version 21 where a group normalization needs it. The logit scale
  /// is no part of the logits, and is not written.
  ///
  /// - Throws: `InputError` 65 if a layer with windows reads what a dense layer gives: vectors have no
  ///   rows and columns in ONNX.
  public static func bytes(of network: Network) throws -> [UInt8] {
    var writer = ONNXWriter(network)
    let model = try writer.model()
    do {
      return try model.serializedBytes()
    } catch {
      throw InputError(.internalError, "an ONNX model could not be encoded: \(error)")
    }
  }

  /// Writes a network as `bytes(of:)` gives it: all of it or nothing.
  ///
  /// - Throws: as `bytes(of:)`; `InputError` 73 if the file cannot be made, 74 if it cannot be written
  ///   to its end.
  public static func write(_ network: Network, to path: String) throws {
    try OutputFile.write(bytes(of: network), to: path)
  }
}
