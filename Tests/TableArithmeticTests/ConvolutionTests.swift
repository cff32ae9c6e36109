import ErrorTables
import Randomness
import TestSupport
import Testing

@testable import TableArithmetic

@Suite("Convolution through a table")
struct ConvolutionTests {
  @Test("equals the naive seven loops: strides, paddings, dilations, groups", arguments: 0..<24)
  func equalsNaive(number: Int) {
    var random = RandomStream(seed: 51, purpose: .test, index: UInt64(number))
    let (naive, shape) = Self.shapes(number, &random)
    let images = number % 4 + (number < 4 ? 0 : 1)
    let padding = UInt8(truncatingIfNeeded: random.nextWord())
    let activations = KernelTests.bytes(images * shape.inputCount, &random)
    let weights = KernelTests.bytes(shape.weightCount, &random)
    let table = number.isMultiple(of: 3) ? SampleTables.exact : SampleTables.random
    let expected = naive.sums(
      table: table.products, activations: activations, weights: weights, images: images,
      padding: padding)
    #expect(expected.count == images * shape.outputCount)
    for (name, arithmetic) in SampleTables.multiplications(table) {
      let sums = arithmetic.convolutionSums(
        activations: activations, weights: weights, images: images, shape: shape, padding: padding)
      #expect(sums == expected, "\(name), \(shape)")
    }
  }

  @Test(
    "equals the naive loops where blocks of vectors begin and end within padded images",
    arguments: [
      (rows: 61, columns: 47, kernel: 5, stride: 1, dilation: 1, padding: 2),
      (rows: 90, columns: 13, kernel: 3, stride: 2, dilation: 3, padding: 4),
      (rows: 5, columns: 700, kernel: 2, stride: 1, dilation: 2, padding: 33),
      (rows: 6, columns: 6, kernel: 3, stride: 1, dilation: 1, padding: 1),
    ])
  func blocks(
    _ size: (rows: Int, columns: Int, kernel: Int, stride: Int, dilation: Int, padding: Int)
  ) {
    var random = RandomStream(seed: 56, purpose: .test, index: UInt64(size.rows))
    let images = 4 + 6000 / (size.rows * size.columns)
    var naive = NaiveTableConvolution(
      channels: 2, rows: size.rows, columns: size.columns, filters: 3, kernelRows: size.kernel,
      kernelColumns: size.kernel)
    // Rows may be further apart; padded planes have columns side by side.
    naive.strideRows = size.stride
    (naive.dilationRows, naive.dilationColumns) = (size.dilation, 1)
    (naive.top, naive.left) = (size.padding, size.padding)
    (naive.bottom, naive.right) = (size.padding, size.padding)
    let shape = ConvolutionShape(
      channels: 2, input: .init(rows: size.rows, columns: size.columns), filters: 3,
      kernel: .init(square: size.kernel), stride: .init(rows: size.stride, columns: 1),
      padding: .init(all: size.padding), dilation: .init(rows: size.dilation, columns: 1))
    let activations = KernelTests.bytes(images * shape.inputCount, &random)
    let weights = KernelTests.bytes(shape.weightCount, &random)
    for table in [SampleTables.exact, SampleTables.random] {
      let expected = naive.sums(
        table: table.products, activations: activations, weights: weights, images: images,
        padding: 77)
      for (name, arithmetic) in SampleTables.multiplications(table) {
        let sums = arithmetic.convolutionSums(
          activations: activations, weights: weights, images: images, shape: shape, padding: 77)
        #expect(sums == expected, "\(name)")
      }
    }
  }

  @Test("with a kernel of one activation is the product of matrices, with and without errors")
  func onePoint() {
    var random = RandomStream(seed: 52, purpose: .test)
    let (images, k, n) = (37, 23, 11)
    let shape = ConvolutionShape(
      channels: k, input: .init(square: 1), filters: n, kernel: .init(square: 1))
    let activations = KernelTests.bytes(images * k, &random)
    let weights = KernelTests.bytes(k * n, &random)
    let accumulator = AccumulatorSpec(width: 20, overflow: .saturate)
    let arithmetic = TableMatrixMultiplication(table: SampleTables.random)
    #expect(
      arithmetic.convolve(
        activations: activations, weights: weights, images: images, shape: shape, padding: 0,
        accumulator: accumulator)
        == arithmetic.multiply(
          activations: activations, weights: weights, m: images, k: k, n: n,
          accumulator: accumulator))
    let models = ProductErrorTests.models + [.maskRun(ProductErrorTests.distribution)]
    for errors in models {
      #expect(
        arithmetic.convolve(
          activations: activations, weights: weights, images: images, shape: shape, padding: 0,
          accumulator: accumulator, errors: errors, key: ProductErrorTests.key)
          == arithmetic.multiply(
            activations: activations, weights: weights, m: images, k: k, n: n,
            accumulator: accumulator, errors: errors, key: ProductErrorTests.key))
    }
  }

  @Test("equals the naive seven loops with the errors that the keying defines", arguments: 0..<8)
  func errorsEqualNaive(number: Int) {
    var random = RandomStream(seed: 53, purpose: .test, index: UInt64(number))
    let (naive, shape) = Self.shapes(number, &random)
    let (images, first) = (2, number % 3)
    let activations = KernelTests.bytes(images * shape.inputCount, &random)
    let weights = KernelTests.bytes(shape.weightCount, &random)
    let perImage = shape.positionCount * shape.patchCount * shape.filters
    let errors = MaskErrors(ProductErrorTests.distribution)
    let masks = ProductErrorTests.keyed(
      errors.table, errors.distribution.probability, upTo: (first + images) * perImage)
    let expected = naive.sums(
      table: SampleTables.random.products, activations: activations, weights: weights,
      images: images, padding: 9, capture: { $1 ^ (masks[first * perImage + $0] ?? 0) })
    let results = TableMatrixMultiplication(table: SampleTables.random).convolve(
      activations: activations, weights: weights, images: images, shape: shape, padding: 9,
      accumulator: AccumulatorSpec(width: 32, overflow: .wrap), errors: .masks(errors),
      key: ProductErrorTests.key, firstImage: first)
    #expect(results == expected.map { Int32(bitPattern: $0) }, "\(shape)")
  }

  @Test("has an image's errors depend on the image alone, in every model")
  func tiles() {
    var random = RandomStream(seed: 54, purpose: .test)
    let shape = ConvolutionShape(
      channels: 4, input: .init(rows: 9, columns: 7), filters: 6, kernel: .init(square: 3),
      padding: .init(all: 1), groups: 2)
    let images = 5
    let activations = KernelTests.bytes(images * shape.inputCount, &random)
    let weights = KernelTests.bytes(shape.weightCount, &random)
    let arithmetic = TableMatrixMultiplication(table: SampleTables.exact)
    let clean = arithmetic.convolve(
      activations: activations, weights: weights, images: images, shape: shape, padding: 0,
      accumulator: AccumulatorSpec(width: 32, overflow: .wrap))
    for errors in ProductErrorTests.models {
      func results(_ range: Range<Int>) -> [Int32] {
        arithmetic.convolve(
          activations: Array(
            activations[
              range.lowerBound * shape.inputCount..<range.upperBound * shape.inputCount]),
          weights: weights, images: range.count, shape: shape, padding: 0,
          accumulator: AccumulatorSpec(width: 32, overflow: .wrap), errors: errors,
          key: ProductErrorTests.key, firstImage: range.lowerBound)
      }
      let whole = results(0..<images)
      #expect(whole == results(0..<2) + results(2..<3) + results(3..<images))
      #expect(whole != clean)
    }
  }

  @Test("has the output sizes that strides, paddings and dilations leave")
  func sizes() {
    let plain = ConvolutionShape(
      channels: 3, input: .init(rows: 32, columns: 30), filters: 8, kernel: .init(square: 3))
    #expect(plain.output == .init(rows: 30, columns: 28))
    #expect(plain.patchCount == 27 && plain.weightCount == 216 && plain.outputCount == 6720)
    let spread = ConvolutionShape(
      channels: 4, input: .init(square: 11), filters: 8, kernel: .init(rows: 3, columns: 2),
      stride: .init(rows: 2, columns: 3), padding: .init(top: 1, left: 2, bottom: 0, right: 1),
      dilation: .init(rows: 2, columns: 4), groups: 4)
    // Rows: (11 + 1 − 4 − 1) / 2 + 1; columns: (11 + 3 − 4 − 1) / 3 + 1.
    #expect(spread.output == .init(rows: 4, columns: 4))
    #expect(spread.patchCount == 6 && spread.filtersPerGroup == 2)
  }

  /// The same random convolution for both; depthwise for every fourth number.
  static func shapes(
    _ number: Int, _ random: inout RandomStream
  ) -> (NaiveTableConvolution, ConvolutionShape) {
    func pick(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(random.next() % UInt64(range.count))
    }
    let groups = number % 4 == 3 ? pick(2...5) : number % 4 == 2 ? 2 : 1
    let isDepthwise = number % 4 == 3
    var naive = NaiveTableConvolution(
      channels: isDepthwise ? groups : groups * pick(1...3), rows: pick(5...12),
      columns: pick(5...12), filters: groups * pick(1...(isDepthwise ? 2 : 20)),
      kernelRows: pick(1...4), kernelColumns: pick(1...4))
    naive.groups = groups
    (naive.strideRows, naive.strideColumns) = (pick(1...3), pick(1...3))
    (naive.dilationRows, naive.dilationColumns) = (pick(1...2), pick(1...2))
    (naive.top, naive.left) = (pick(0...3), pick(0...3))
    (naive.bottom, naive.right) = (pick(2...5), pick(2...5))
    let shape = ConvolutionShape(
      channels: naive.channels, input: .init(rows: naive.rows, columns: naive.columns),
      filters: naive.filters,
      kernel: .init(rows: naive.kernelRows, columns: naive.kernelColumns),
      stride: .init(rows: naive.strideRows, columns: naive.strideColumns),
      padding: .init(
        top: naive.top, left: naive.left, bottom: naive.bottom, right: naive.right),
      dilation: .init(rows: naive.dilationRows, columns: naive.dilationColumns), groups: groups)
    return (naive, shape)
  }
}
