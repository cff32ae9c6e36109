import Networks
import Randomness
import TestSupport
import Testing

@testable import Training

@Suite("Loops of training") struct TrainingKernelsTests {
  @Test("every instruction set makes the naive step of Adam, bit for bit, at every length")
  func adam() {
    var stream = RandomStream(seed: 1, purpose: .test)
    func draw(_ count: Int) -> [Float] {
      // Also very small and very large ones.
      (0..<count).map { _ in Float(stream.nextNormal() * (stream.nextUniform() < 0.1 ? 1e-30 : 1)) }
    }
    for count in Array(0...70) + [1000] {
      let (weights, first, gradient) = (draw(count), draw(count), draw(count))
      let second = draw(count).map { $0 * $0 }
      var expected = (weights, first, second)
      NaiveAdam.step(
        weights: &expected.0, first: &expected.1, second: &expected.2, gradient: gradient,
        decay: 0.01, rate: 0.003, epsilon: 1e-8)
      for kernels in TrainingKernels.available {
        var (w, m, v) = (weights, first, second)
        w.withUnsafeMutableBufferPointer { w in
          m.withUnsafeMutableBufferPointer { m in
            v.withUnsafeMutableBufferPointer { v in
              gradient.withUnsafeBufferPointer { g in
                guard let w = w.baseAddress, let m = m.baseAddress, let v = v.baseAddress,
                  let g = g.baseAddress
                else { return }
                kernels.adam(
                  weights: w, first: m, second: v, gradient: g, count: count, decay: 0.01,
                  rate: 0.003, epsilon: 1e-8)
              }
            }
          }
        }
        #expect(w == expected.0 && m == expected.1 && v == expected.2, "\(kernels) \(count)")
      }
    }
  }

  @Test("every instruction set divides every byte by every maximum, correctly rounded")
  func scale() {
    let bytes = (0..<256).map { UInt8($0) } + [1, 2, 3]
    for maximum in 1...255 {
      for kernels in TrainingKernels.available {
        let values = [Float](unsafeUninitializedCapacity: bytes.count) { target, count in
          count = bytes.count
          bytes.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress, let target = target.baseAddress else { return }
            kernels.scale(source, into: target, count: count, maximum: Float(maximum))
          }
        }
        #expect(values == bytes.map { Float($0) / Float(maximum) })
      }
    }
  }
}
