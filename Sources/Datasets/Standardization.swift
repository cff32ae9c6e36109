/// Mean and standard deviation of each feature, fitted on a training split, to train on features of
/// mean 0 and deviation 1.
///
/// Features count as parts of `featureMaximum`. Sums are exact integers, so the order of work does
/// not matter. The hardware keeps its 8-bit activations: (v/M − μ)/σ is linear in v, so μ and σ fold
/// into the first layer's weights and bias.
public struct Standardization: Sendable, Hashable {
  public let mean: [Double]
  /// Of the whole population; 1 for a feature that never changes.
  public let deviation: [Double]

  /// - Precondition: at least one example.
  public init(fittedOn training: Dataset) {
    precondition(training.count > 0, "nothing to fit on")
    let columns = training.featureCount
    var sums = [Int](repeating: 0, count: columns)
    var squares = [Int](repeating: 0, count: columns)
    training.features.withUnsafeBufferPointer { features in
      for row in 0..<training.count {
        for column in 0..<columns {
          let value = Int(features[row * columns + column])
          sums[column] += value
          squares[column] += value * value
        }
      }
    }
    let (count, most) = (Int128(training.count), Double(training.featureMaximum))
    mean = sums.map { Double($0) / (Double(count) * most) }
    deviation = zip(sums, squares).map { sum, square in
      let variance = count * Int128(square) - Int128(sum) * Int128(sum)
      return variance == 0 ? 1 : Double(variance).squareRoot() / (Double(count) * most)
    }
  }

  /// What makes a standardized feature of a whole one: v·slope + offset, one of each a feature.
  public func line(featureMaximum: Int) -> (slopes: [Float], offsets: [Float]) {
    (
      deviation.map { Float(1 / (Double(featureMaximum) * $0)) },
      zip(mean, deviation).map { Float(-$0 / $1) }
    )
  }
}
