import Datasets
import Files
import Networks

extension NetworkTopology {
  /// Refuses a dataset that the network cannot read or name the classes of.
  ///
  /// A vector is read by any examples of as many features, in their order. An image of C × R × S is
  /// read by examples of R × S where C is 1, of C × R × S, or of one length of as many features.
  ///
  /// - Parameter file: of the dataset, for the message.
  /// - Throws: `InputError` 65 with both shapes, or both numbers of classes.
  public func check(_ data: Dataset, file: String) throws {
    let lengths = [input.channels, input.rows, input.columns]
    let isImage =
      data.featureShape == lengths || [1] + data.featureShape == lengths
      || data.featureShape.count == 1
    guard data.featureCount == input.count, input.isVector || isImage else {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "has examples of \(data.featureShape.map(String.init).joined(separator: "×")) features, "
          + "but topology \(name) reads \(input)")
    }
    guard data.classCount <= classCount else {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "has label \(data.classCount - 1), but topology \(name) has \(classCount) classes, 0 to "
          + "\(classCount - 1)")
    }
  }
}
