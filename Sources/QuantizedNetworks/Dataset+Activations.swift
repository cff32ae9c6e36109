import Datasets
import Networks

extension Dataset {
  /// The features as 8-bit activations with zero point 0, where 255 stands for the feature maximum:
  /// a value v becomes v·255 / `featureMaximum`, rounded half away from zero.
  public var activations: [UInt8] {
    let table = (0...featureMaximum).map { (value: Int) -> UInt8 in
      UInt8((2 * 255 * value + featureMaximum) / (2 * featureMaximum))
    }
    return features.map { table[Int($0)] }
  }
}

extension FloatMatrix {
  /// Rows of 8-bit activations as the real numbers that they stand for: a / 255, in 0 … 1.
  public init(activations: [UInt8], columns: Int) {
    self.init(
      rows: activations.count / columns, columns: columns,
      values: activations.map { Float($0) / 255 })
  }
}
