import Files
import Networks
import QuantizedNetworks

extension Network {
  /// The network without batch normalization and dropout, as integers need it.
  ///
  /// - Parameter place: of the network, for messages.
  /// - Throws: `InputError` 65 at a batch normalization that no layer can take.
  func folded(at place: SourceLocation?) throws -> Network {
    do {
      return try foldingBatchNormalization()
    } catch {
      throw InputError(
        .badData, at: place,
        "layers.\(error.path.joined(separator: ".")), \(error.layer): \(error.reason)")
    }
  }
}

extension IntegerNetwork {
  /// What a body gives; its `QuantizationError` as an `InputError` 65.
  static func quantizing<Result>(
    at place: SourceLocation?, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as QuantizationError {
      throw InputError(.badData, at: place, "\(error.layer): \(error.reason)")
    }
  }
}
