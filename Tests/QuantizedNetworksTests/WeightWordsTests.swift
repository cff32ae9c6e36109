import Networks
import Randomness
import Testing

@testable import QuantizedNetworks

@Suite("Words of the weight buffer") struct WeightWordsTests {
  @Test("every instruction set finds the nearest integers one by one, at every length")
  func integers() {
    var random = RandomStream(seed: 6, purpose: .test)
    let quantizations = [
      AffineQuantization(covering: -1.5...1.5, scheme: .symmetric, encoding: .offset, bits: 8),
      AffineQuantization(covering: -0.3...2, scheme: .offset, encoding: .offset, bits: 5),
      AffineQuantization(
        covering: -1...1, scheme: .symmetric, encoding: .twosComplement, bits: 8),
      AffineQuantization(scale: 0.5, zeroPoint: 0, minimum: -7, maximum: 7),
    ]
    for quantization in quantizations {
      // Halves of steps, what lies outside, both zeros, and numbers like a layer's.
      let halves = (-300...300).map { Float(Double($0) / 2 * quantization.scale) }
      let edges: [Float] = [0, -0.0, 1e30, -1e30, .leastNonzeroMagnitude, -.leastNormalMagnitude]
      let numbers = halves + edges + (0..<1000).map { _ in Float(random.nextNormal()) }
      for count in Array(0...40) + [numbers.count] {
        let expected = numbers.prefix(count).map { quantization.integer(Double($0)) }
        for kernels in TrainingKernels.available {
          var sum: Int32 = 0
          let integers = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            initialized = count
            numbers.withUnsafeBufferPointer { numbers in
              guard let source = numbers.baseAddress, let target = target.baseAddress else {
                return
              }
              sum = kernels.quantize(
                source, into: target, count: count, scale: quantization.scale,
                zero: quantization.zeroPoint, limits: quantization.minimum...quantization.maximum)
            }
          }
          #expect(integers == expected.map { UInt8(truncatingIfNeeded: $0) }, "\(kernels) \(count)")
          #expect(sum == expected.reduce(0) { $0 + $1 - quantization.zeroPoint })
        }
      }
    }
  }

  @Test(
    "each word is that of its weight's integer, group after group, a column a filter",
    arguments: OperandEncoding.allCases, [1, 3, 14])
  func words(encoding: OperandEncoding, groups: Int) {
    var random = RandomStream(seed: 7, purpose: .test)
    for (outputs, inputs, bits) in [(1, 9, 8), (5, 17, 8), (9, 8, 4), (70, 25, 3)] {
      let filters = groups * outputs
      let weights = (0..<filters * inputs).map { _ in Float(random.nextNormal()) }
      let spec = QuantizationSpec(
        encoding: encoding, weightBits: bits, weightGranularity: .channel)
      let quantizations = AffineQuantization.ofWeights(weights, filters: filters, spec: spec)
      let layer = WeightWords(
        weights: weights, quantizations: quantizations,
        convolution: ConvolutionSpec(filters: filters, kernel: 1, groups: groups), inputs: inputs,
        spec: spec, work: ChunkedWork(threads: 2))
      var sums = [Int64](repeating: 0, count: filters)
      for filter in 0..<filters {
        for index in 0..<inputs {
          let integer = quantizations[filter].integer(Double(weights[filter * inputs + index]))
          let (group, column) = filter.quotientAndRemainder(dividingBy: outputs)
          #expect(
            layer.words[(group * inputs + index) * outputs + column]
              == encoding.word(integer, bits: bits))
          sums[filter] += Int64(integer - quantizations[filter].zeroPoint)
        }
      }
      #expect(layer.sums == sums)
    }
  }
}
