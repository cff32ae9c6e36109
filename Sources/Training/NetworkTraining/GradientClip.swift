/// Limits the Euclidean norm of a whole gradient. Source: Pascanu, Mikolov, Bengio, *On the
/// difficulty of training recurrent neural networks*, ICML 2013, algorithm 1.
enum GradientClip {
  /// The Euclidean norm, in double precision, added up in one order.
  static func norm(of gradient: [Float]) -> Double {
    gradient.withUnsafeBytes { bytes in
      let lanes = MemoryLayout<SIMD8<Float>>.size
      var sums = SIMD8<Double>.zero
      var offset = 0
      while offset + lanes <= bytes.count {
        let values = SIMD8<Double>(
          bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self))
        sums += values * values
        offset += lanes
      }
      var sum = sums.sum()
      for index in offset / MemoryLayout<Float>.size..<gradient.count {
        sum += Double(gradient[index]) * Double(gradient[index])
      }
      return sum.squareRoot()
    }
  }

  /// Scales a gradient by limit/(norm + 10⁻⁶) where that is below 1, as PyTorch's
  /// `clip_grad_norm_` does.
  ///
  /// - Parameter limit: positive.
  static func apply(_ limit: Double, to gradient: inout [Float]) {
    let scale = limit / (norm(of: gradient) + 1e-6)
    guard scale < 1 else { return }
    let factor = Float(scale)
    gradient.withUnsafeMutableBufferPointer { gradient in
      for index in gradient.indices { gradient[index] *= factor }
    }
  }
}
