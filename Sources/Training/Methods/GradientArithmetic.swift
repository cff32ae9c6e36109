/// Sums of gradients and parameters, element by element: loops without checks, since they run over every
/// parameter in every step.
extension [Float] {
  /// - Precondition: as many numbers.
  mutating func add(_ other: [Float]) {
    precondition(other.count == count, "gradients of other networks")
    withUnsafeMutableBufferPointer { sum in
      other.withUnsafeBufferPointer { other in
        for index in 0..<sum.count { sum[index] += other[index] }
      }
    }
  }

  /// Adds the rounded products with a factor: no fused multiplication, whose bits would differ.
  ///
  /// - Precondition: as many numbers.
  mutating func add(_ other: [Float], times factor: Float) {
    precondition(other.count == count, "gradients of other networks")
    withUnsafeMutableBufferPointer { sum in
      other.withUnsafeBufferPointer { other in
        for index in 0..<sum.count { sum[index] += factor * other[index] }
      }
    }
  }

  /// - Precondition: as many numbers.
  mutating func setMean(of first: [Float], and second: [Float]) {
    precondition(first.count == count && second.count == count, "gradients of other networks")
    withUnsafeMutableBufferPointer { mean in
      first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in
          for index in 0..<mean.count { mean[index] = (first[index] + second[index]) / 2 }
        }
      }
    }
  }
}
