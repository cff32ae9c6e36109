import ErrorTables
import QuantizedNetworks
import Randomness
import TableArithmetic
import Testing

@Suite("Encodings of operands") struct EncodingTests {
  @Test(
    "every integer has a word of its own that gives it back",
    arguments: OperandEncoding.allCases, Array(OperandEncoding.bits))
  func roundTrip(encoding: OperandEncoding, bits: Int) {
    let integers = encoding.integers(bits: bits)
    let words = integers.map { encoding.word($0, bits: bits) }
    #expect(Set(words).count == words.count)
    #expect(words.allSatisfy { Int($0) < 1 << bits })
    #expect(words.map { encoding.integer($0, bits: bits) } == Array(integers))
    // Bits above the word's are not part of it.
    #expect(
      words.allSatisfy {
        encoding.integer($0 | UInt8(truncatingIfNeeded: 0xFF << bits), bits: bits)
          == encoding.integer($0, bits: bits)
      })
  }

  @Test(
    "a multiplier is exact where the product of each pair of words is that of their integers",
    arguments: OperandEncoding.allCases)
  func exactness(encoding: OperandEncoding) throws {
    let width = encoding == .signMagnitude ? 4 : 5
    let table =
      encoding == .twosComplement
      ? ProductTable.exactSigned(width: 8) : .exact(widthA: 8, widthB: 8)
    /// Of 5-bit words, with one bit of one product inverted.
    func multiplier(_ activation: Int, _ weight: Int) throws -> EncodedMultiplier {
      var products = table.products
      products[weight << 8 | activation] ^= 1
      return try EncodedMultiplier(
        table: ProductTable(widthA: 8, widthB: 8, products: products),
        signs: encoding == .twosComplement ? .signed : .unsigned, encoding: encoding,
        activationBits: 5, weightBits: 5)
    }
    let last = 1 << width - 1
    var pairs = [(0, 0), (1, 3), (0, last), (last, last), (8, 8), (32, 3), (3, 32), (64, 64)]
    // Negative operands, in eight bits.
    if encoding == .twosComplement { pairs = pairs.filter { $0 < 16 && $1 < 16 } + [(0xF0, 0xFF)] }
    for (activation, weight) in pairs {
      let made = try multiplier(activation, weight)
      let words = encoding.integers(bits: 5).map { encoding.word($0, bits: 5) }
      let isExact = words.allSatisfy { weight in
        words.allSatisfy { made.error($0, weight) == 0 }
      }
      #expect(made.isExact == isExact, "\(activation) × \(weight)")
      // An operand that no word has does not count.
      let isReached = activation <= last && weight <= last || activation == 0xF0
      #expect(isExact == !isReached, "\(activation) × \(weight)")
    }
    #expect(EncodedMultiplier.exact(encoding, activationBits: 4, weightBits: 7).isExact)
  }

  @Test("exact multipliers multiply the integers of all words", arguments: OperandEncoding.allCases)
  func exactProducts(encoding: OperandEncoding) {
    for (activationBits, weightBits) in [(8, 8), (4, 8), (5, 3)] {
      let multiplier = EncodedMultiplier.exact(
        encoding, activationBits: activationBits, weightBits: weightBits)
      for activation in UInt8(0)...255 {
        for weight in UInt8(0)...255 {
          let exact =
            encoding.integer(activation, bits: activationBits)
            * encoding.integer(weight, bits: weightBits)
          if multiplier.product(activation, weight) != exact {
            Issue.record("\(encoding) \(activation) × \(weight)")
            return
          }
        }
      }
    }
  }

  @Test("narrow multipliers serve narrow words, and no wider ones")
  func narrow() throws {
    let narrow = ProductTable.exact(widthA: 4, widthB: 4)
    let four = try EncodedMultiplier(
      table: narrow, signs: .unsigned, encoding: .offset, activationBits: 4, weightBits: 4)
    #expect(four.product(15, 15) == 225)
    // One bit of a sign-magnitude word is its sign.
    let five = try EncodedMultiplier(
      table: narrow, signs: .unsigned, encoding: .signMagnitude, activationBits: 5, weightBits: 5)
    #expect(five.product(0b11111, 0b01111) == -225)
    #expect(throws: EncodedMultiplier.Mismatch.self) {
      try EncodedMultiplier(
        table: narrow, signs: .unsigned, encoding: .offset, activationBits: 5, weightBits: 4)
    }
    #expect(throws: EncodedMultiplier.Mismatch.self) {
      try EncodedMultiplier(
        table: narrow, signs: .signed, encoding: .offset, activationBits: 4,
        weightBits: 4)
    }
    #expect(throws: EncodedMultiplier.Mismatch.self) {
      try EncodedMultiplier(
        table: narrow, signs: .unsigned, encoding: .twosComplement, activationBits: 4,
        weightBits: 4)
    }
  }

  @Test(
    "accumulators wrap or saturate after each addition of a signed product",
    arguments: OperandEncoding.allCases, [8, 12, 20, 32])
  func accumulators(encoding: OperandEncoding, width: Int) {
    var random = RandomStream(seed: UInt64(width), purpose: .test)
    let multiplier = EncodedMultiplier.exact(encoding)
    let (m, k, n) = (7, 40, 5)
    let activations = (0..<m * k).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let weights = (0..<k * n).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for overflow in AccumulatorOverflow.allCases {
      let accumulator = AccumulatorSpec(width: width, overflow: overflow)
      var overflowed: [Int] = []
      var other = 0
      let sums = multiplier.accumulators(
        activations: activations, weights: weights, images: m,
        shape: ConvolutionShape(
          channels: k, input: ConvolutionShape.Size(square: 1), filters: n,
          kernel: ConvolutionShape.Size(square: 1)), padding: 0, accumulator: accumulator,
        errors: .none, key: ProductErrorKey(seed: 0, purpose: .test, index: 0, layer: 0),
        overflowed: { overflowed.append($0) })
      let (low, high) = (-(1 << (width - 1)), 1 << (width - 1) - 1)
      for row in 0..<m {
        for column in 0..<n {
          var (sum, exact) = (0, 0)
          for step in 0..<k {
            let product = Int(
              multiplier.product(activations[row * k + step], weights[step * n + column]))
            exact += product
            sum += product
            switch overflow {
            case .saturate: sum = min(high, max(low, sum))
            case .wrap:
              while sum > high || sum < low { sum += sum > high ? -(1 << width) : 1 << width }
            }
          }
          #expect(Int(sums[row * n + column]) == sum)
          other += sum == exact ? 0 : 1
        }
      }
      #expect(overflowed == [other])
      if width <= 12 { #expect(other > 0) }
      if width == 32 { #expect(other == 0) }
    }
  }

  @Test(
    "an error inverts bits of the captured word, or adds to it within the register",
    arguments: OperandEncoding.allCases, [(activation: 8, weight: 8), (5, 5), (7, 4)])
  func errors(encoding: OperandEncoding, bits: (activation: Int, weight: Int)) {
    let shape = ConvolutionShape(
      channels: 3, input: ConvolutionShape.Size(rows: 5, columns: 4), filters: 4,
      kernel: ConvolutionShape.Size(square: 2), padding: ConvolutionShape.Padding(all: 1))
    let multiplier = EncodedMultiplier.exact(
      encoding, activationBits: bits.activation, weightBits: bits.weight)
    let productBits = bits.activation + bits.weight
    var random = RandomStream(seed: 3, purpose: .test)
    let images = 6
    func words(_ count: Int, _ bits: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) >> UInt8(8 - bits) }
    }
    let activations = words(images * shape.inputCount, bits.activation)
    let weights = words(shape.weightCount, bits.weight)
    // The register's highest bit, a number's sign where there are some.
    let mask = 1 << (productBits - 1) | 4
    let difference = 1 << (productBits - 2)
    let range =
      encoding == .offset
      ? 0...1 << productBits - 1 : -(1 << (productBits - 1))...1 << (productBits - 1) - 1
    let models: [(ProductErrorModel, (Int) -> Int)] = [
      (
        .masks(
          MaskErrors(
            ProductErrorDistribution(probability: 1, masks: [UInt32(mask)], weights: [1]))),
        { product in
          let word = (product ^ mask) & (1 << productBits - 1)
          return word > range.upperBound ? word - 1 << productBits : word
        }
      ),
      (
        .differences(
          DifferenceErrors(
            probability: 1, differences: [Int32(difference)], counts: [1], outputBits: productBits)),
        { min($0 + difference, range.upperBound) }
      ),
      (
        .differences(
          DifferenceErrors(
            probability: 1, differences: [Int32(-3 * difference)], counts: [1],
            outputBits: productBits)),
        { max($0 - 3 * difference, range.lowerBound) }
      ),
    ]
    let key = ProductErrorKey(seed: 1, purpose: .timingErrors, index: 2, layer: 1)
    // Every product errs, so that the place of each is known.
    for (errors, captured) in models {
      let sums = multiplier.accumulators(
        activations: activations, weights: weights, images: images, shape: shape, padding: 0,
        accumulator: AccumulatorSpec(width: 32, overflow: .wrap), errors: errors, key: key)
      for (place, sum) in sums.enumerated() {
        let (plane, position) = place.quotientAndRemainder(dividingBy: shape.positionCount)
        let (image, filter) = plane.quotientAndRemainder(dividingBy: shape.filters)
        let expected = (0..<shape.patchCount).reduce(0) { total, step in
          let index = shape.activationIndex(
            vector: image * shape.positionCount + position, step: step, group: 0)
          let a = encoding.integer(index.map { activations[$0] } ?? 0, bits: bits.activation)
          let w = encoding.integer(weights[step * shape.filters + filter], bits: bits.weight)
          return total + captured(Int(a) * Int(w))
        }
        #expect(Int(sum) == expected)
      }
    }
  }
}
