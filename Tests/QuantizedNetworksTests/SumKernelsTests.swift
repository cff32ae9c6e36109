import Networks
import Randomness
import Testing

@testable import QuantizedNetworks

@Suite("Loops over a layer's sums") struct SumKernelsTests {
  /// The ends of the range, what is near them and 0, and numbers of every size.
  private static func numbers(_ count: Int, _ random: inout RandomStream) -> [Int32] {
    let edges: [Int32] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
    return (0..<count).map { index in
      let word = Int32(truncatingIfNeeded: random.nextWord())
      return index % 5 == 0 ? edges[index / 5 % edges.count] : word >> Int32(random.next() % 31)
    }
  }

  @Test("every instruction set takes zero points out as 64-bit arithmetic does, at every length")
  func correction() {
    var random = RandomStream(seed: 21, purpose: .test)
    let constants: [(constant: Int32, zero: Int32)] = [
      (0, 0), (12_345, 128), (-(1 << 30), 255), (1 << 30, -128), (7, 1),
    ]
    for count in Array(0...40) + [1000] {
      let (accumulators, wide) = (Self.numbers(count, &random), Self.numbers(count, &random))
      // Sums of at most 16,384 words.
      let patches = wide.map { $0 >> 9 }
      for (constant, zero) in constants {
        for hasPatches in [false, true] {
          let expected = accumulators.indices.map {
            Int32(
              clamping: Int64(accumulators[$0]) + Int64(constant)
                - (hasPatches ? Int64(zero) * Int64(patches[$0]) : 0))
          }
          for kernels in TrainingKernels.available {
            let sums = [Int32](unsafeUninitializedCapacity: count) { target, initialized in
              initialized = count
              accumulators.withUnsafeBufferPointer { accumulators in
                patches.withUnsafeBufferPointer { patches in
                  guard let source = accumulators.baseAddress, let target = target.baseAddress
                  else { return }
                  kernels.correct(
                    source, patchSums: hasPatches ? patches.baseAddress : nil, into: target,
                    count: count, constant: constant, zero: zero)
                }
              }
            }
            #expect(sums == expected, "\(kernels) \(count) \(constant) \(zero)")
          }
        }
      }
    }
  }

  @Test("every instruction set requantizes sums as each by itself, at every length")
  func requantization() {
    var random = RandomStream(seed: 22, purpose: .test)
    let factors = [1, 0.5, 0.0123, 1e-7, 3.7, 1e-300, 1e300].map { Requantization(factor: $0) }
    let targets: [(zero: Int32, limits: ClosedRange<Int32>)] = [
      (0, 0...255), (128, 1...255), (37, 37...200), (0, -128...127), (0, -7...7),
    ]
    for count in Array(0...40) + [1000] {
      let sums = Self.numbers(count, &random)
      for requantization in factors {
        for (zero, limits) in targets {
          let expected = sums.map { sum in
            UInt8(
              truncatingIfNeeded: min(
                Int64(limits.upperBound),
                max(Int64(limits.lowerBound), Int64(zero) + requantization.scaled(sum))))
          }
          for kernels in TrainingKernels.available {
            let words = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
              initialized = count
              sums.withUnsafeBufferPointer { sums in
                guard let source = sums.baseAddress, let target = target.baseAddress else {
                  return
                }
                kernels.requantize(
                  source, into: target, count: count, multiplier: requantization.multiplier,
                  shift: requantization.shift, zero: zero, limits: limits)
              }
            }
            #expect(words == expected, "\(kernels) \(count) \(requantization) \(zero)")
          }
        }
      }
    }
  }
}
