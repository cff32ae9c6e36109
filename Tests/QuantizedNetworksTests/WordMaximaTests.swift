import ErrorTables
import Networks
import Randomness
import TableArithmetic
import Testing

@testable import QuantizedNetworks

@Suite("The largest words of windows") struct WordMaximaTests {
  @Test("are those of the windows one by one, of equal words the first", arguments: 2...40)
  func windows(columns: Int) throws {
    var random = RandomStream(seed: 31, purpose: .test, index: UInt64(columns))
    let spec = PoolingSpec(kernel: 2)
    let codec = WordCodec(encoding: .offset, bits: 8)
    for rows in [2, 5, 8] {
      let source = FeatureShape(channels: 3, rows: rows, columns: columns)
      let target = try spec.output(for: source)
      // All words, and few of them, so that many are equal.
      for most in [256, 2] as [UInt64] {
        let words = (0..<4 * source.count).map { _ in UInt8(255 - random.next() % most) }
        var expected: (words: [UInt8], positions: [Int32]) = ([], [])
        for plane in 0..<4 * source.channels {
          for row in 0..<target.rows {
            for column in 0..<target.columns {
              let corner = 2 * row * columns + 2 * column
              var best = corner
              for place in [corner + 1, corner + columns, corner + columns + 1]
              where words[plane * source.positions + place]
                > words[plane * source.positions + best]
              {
                best = place
              }
              expected.words.append(words[plane * source.positions + best])
              expected.positions.append(Int32(best))
            }
          }
        }
        let maxima = try #require(
          WordMaxima(spec, codec: codec, source: source, target: target))
        #expect(maxima.words(of: words, count: 4) == expected.words)
        #expect(maxima.positions(in: words, count: 4) == expected.positions)
      }
    }
  }

  @Test("are not of windows or words of another kind")
  func others() throws {
    let source = FeatureShape(channels: 1, rows: 8, columns: 8)
    let codec = WordCodec(encoding: .offset, bits: 8)
    for spec in [
      PoolingSpec(kernel: 3), PoolingSpec(kernel: 2, stride: 1), PoolingSpec(kernel: 2, padding: 1),
    ] {
      let target = try spec.output(for: source)
      #expect(WordMaxima(spec, codec: codec, source: source, target: target) == nil)
    }
    let spec = PoolingSpec(kernel: 2)
    let target = try spec.output(for: source)
    for (encoding, bits) in [
      (.offset, 7), (.twosComplement, 8), (.signMagnitude, 8),
    ] as [(OperandEncoding, Int)] {
      let codec = WordCodec(encoding: encoding, bits: bits)
      #expect(WordMaxima(spec, codec: codec, source: source, target: target) == nil)
    }
  }

  @Test(
    "pass the gradient of a convolution as the chain rule over words as read says",
    arguments: [18, 6])
  func gradient(columns: Int) throws {
    let input = FeatureShape(channels: 2, rows: 9, columns: columns)
    let (count, filters, classes) = (3, 4, 3)
    let topology = try NetworkTopology(
      name: "pooled", input: input,
      layers: [
        .convolution(ConvolutionSpec(filters: filters, kernel: 3, padding: 1)), .relu,
        .maxPooling(PoolingSpec(kernel: 2)), .flatten, .dense(outputs: classes, hasBias: true),
      ])
    let (network, inputs) = SampleNetworks.random(topology, count: count, seed: 33)
    // A range below what the data reach, so that some sums are clamped from above.
    let integers = try SampleNetworks.quantized(
      network, inputs, QuantizationSpec(activationRange: .clipping(0.7)))
    var random = RandomStream(seed: 34, purpose: .test)
    let hardware = InferenceHardware(
      weightFaults: MemoryFaultMap.freshMasks(
        words: integers.weightWords(), probability: 0.02, stream: &random))
    let inference = IntegerInference(
      integers, multiplier: .exact(.offset), hardware: hardware)
    let words = integers.words(of: inputs.values)
    let trace = inference.trace(words, count: count)
    let output = (0..<count * classes).map { _ in Float(random.nextNormal()) }
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    StraightThrough(network, inference: inference, inputs: words, count: count).backward(
      Tensor(count: count, shape: FeatureShape(channels: classes), values: output),
      into: &gradient)

    let (convolution, dense) = (integers.linears[0], integers.linears[1])
    let requantizations = try #require(convolution.requantizations)
    let (rows, width) = (convolution.output.rows, convolution.output.columns)
    let scale = integers.input.quantization.scale
    let zero = integers.input.quantization.zeroPoint
    let ceiling = Int64(255 - integers.slots[1].quantization.zeroPoint)
    var expected = [Double](repeating: 0, count: convolution.weights.count)
    var passed = 0
    for image in 0..<count {
      for filter in 0..<filters {
        let plane = (image * filters + filter) * rows * width
        for (row, column) in (0..<rows / 2).flatMap({ row in
          (0..<width / 2).map { (row, $0) }
        }) {
          let place = (filter * (rows / 2) + row) * (width / 2) + column
          let upper = (0..<classes).reduce(0.0) { sum, label in
            let word = Int(inference.weights[1][place * classes + label])
            return sum
              + Double(word - Int(dense.weightZeroPoints[label])) * dense.weightScales[label]
              * Double(output[image * classes + label])
          }
          let corner = plane + 2 * row * width + 2 * column
          var best = corner
          for other in [corner + 1, corner + width, corner + width + 1]
          where trace.slots[1][other] > trace.slots[1][best] { best = other }
          let sum = trace.sums[0][best]
          guard sum > 0, requantizations[filter].scaled(sum) <= ceiling else { continue }
          passed += 1
          let (line, position) = ((best - plane) / width, (best - plane) % width)
          for tap in 0..<input.channels * 9 {
            let (down, right) = (line + tap / 3 % 3 - 1, position + tap % 3 - 1)
            guard (0..<rows).contains(down), (0..<width).contains(right) else { continue }
            let source =
              ((image * input.channels + tap / 9) * rows + down) * width + right
            expected[filter * input.channels * 9 + tap] +=
              upper * scale * Double(Int32(trace.inputs[0][source]) - zero)
          }
        }
      }
    }
    #expect(passed > 0 && passed < count * filters * (rows / 2) * (width / 2))
    for (value, reference) in zip(gradient, expected) {
      #expect(abs(Double(value) - reference) < 1e-3)
    }
  }
}
