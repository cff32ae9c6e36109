import Datasets
import Networks

extension IntegerNetwork {
  /// The features of a dataset as words of the input's quantization, a feature v being the real
  /// number v/`featureMaximum`.
  public func words(of data: Dataset) -> [UInt8] {
    let table = wordTable(featureMaximum: data.featureMaximum)
    return data.features.map { table[Int($0)] }
  }

  /// The word of each value of a feature, of 0 … `featureMaximum`.
  public func wordTable(featureMaximum: Int) -> [UInt8] {
    words(of: (0...featureMaximum).map { Float($0) / Float(featureMaximum) })
  }
}

extension Dataset {
  /// Some examples in real numbers, a feature v as v/`featureMaximum`.
  ///
  /// - Precondition: as many features as the shape has.
  public func tensor(_ range: Range<Int>, shape: FeatureShape) -> Tensor {
    let maximum = Float(featureMaximum)
    return Tensor(
      count: range.count, shape: shape,
      values: features[range.lowerBound * featureCount..<range.upperBound * featureCount].map {
        Float($0) / maximum
      })
  }
}

extension Calibration {
  /// Runs the first examples of a dataset.
  ///
  /// - Parameters:
  ///   - examples: at most so many.
  ///   - rule: that ranges will be chosen by.
  /// - Throws: `QuantizationError` at a layer whose outputs are not finite.
  public init(
    of network: Network, on data: Dataset, examples: Int, rule: RangeRule,
    work: ChunkedWork = .serial
  ) throws {
    let count = min(examples, data.count)
    // Few where layers are wide.
    let batch = max(1, min(256, (1 << 26) / network.topology.featureTotal))
    try self.init(of: network, rule: rule, work: work) { body in
      for begin in stride(from: 0, to: count, by: batch) {
        body(data.tensor(begin..<min(begin + batch, count), shape: network.input))
      }
    }
  }
}
