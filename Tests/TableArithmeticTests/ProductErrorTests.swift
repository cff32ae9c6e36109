import ErrorTables
import Randomness
import TestSupport
import Testing

@testable import TableArithmetic

@Suite("Errors of products, keyed by their position")
struct ProductErrorTests {
  static let distribution = ProductErrorDistribution(
    probability: 0.01, masks: [0x1, 0x18, 0x400, 0x8000, 0xC001], weights: [5, 1, 3, 0.5, 8])
  static let bitProbabilities = [
    0.001, 0, 0.02, 0.3, 0.004, 0.004, 0, 0.1, 0.6, 0.01, 0, 0.0003, 0.002, 0.05, 0.001, 0.2,
  ]
  static let key = ProductErrorKey(seed: 77, purpose: .test, index: 3, layer: 2)

  @Test("masks come with the probabilities stated, at every place of an image")
  func masks() {
    let masks = drawn(.masks(MaskErrors(Self.distribution)), images: 50_000, n: 13)
    let expected = [0.99] + Self.distribution.conditionals.map { $0 * 0.01 }
    let counts = ([0] + Self.distribution.masks).map { mask in masks.count { $0 == mask } }
    #expect(counts.reduce(0, +) == masks.count)
    #expect(
      abs(
        ChiSquared.deviations(
          counts: counts, expected: expected.map { $0 * Double(masks.count) })) < 4)
    let places = (0..<13).map { place in
      stride(from: place, to: masks.count, by: 13).count { masks[$0] != 0 }
    }
    #expect(
      abs(
        ChiSquared.deviations(
          counts: places, expected: [Double](repeating: 0.01 * 50_000, count: 13))) < 4)
  }

  @Test("a draw for every product gives the same masks, bias and variance")
  func masksAgainstNaive() {
    var random = RandomStream(seed: 5, purpose: .test)
    let naive = NaiveProductErrors.masks(
      probability: 0.01, masks: [0x1, 0x18, 0x400, 0x8000, 0xC001], weights: [5, 1, 3, 0.5, 8],
      products: 200_000, uniform: { random.nextUniform() })
    let masks = drawn(.masks(MaskErrors(Self.distribution)), images: 200_000, n: 1)
    expectAlike(masks, naive)
  }

  @Test(
    "a draw for every bit gives the same masks, bias and variance",
    arguments: [
      bitProbabilities, [1e-3, 1e-3, 1e-3, 1e-3], [0.5], [1, 0.25, 0, 1], [0, 0, 0.01],
      [Double](repeating: 0.004, count: 16),
    ])
  func bitsAgainstNaive(probabilities: [Double]) {
    var random = RandomStream(seed: 6, purpose: .test)
    let naive = NaiveProductErrors.bits(
      probabilities: probabilities, products: 200_000, uniform: { random.nextUniform() })
    let errors = BitErrors(probabilities: probabilities)
    let masks = drawn(.bits(errors), images: 200_000, n: 1)
    expectAlike(masks, naive)
    for (bit, probability) in probabilities.enumerated() {
      let count = Double(masks.count { $0 >> UInt32(bit) & 1 == 1 })
      let deviation = (2e5 * probability * (1 - probability)).squareRoot()
      #expect(abs(count - 2e5 * probability) <= 4.5 * deviation)
    }
    let right = probabilities.reduce(1.0) { $0 * (1 - $1) }
    #expect(abs(errors.probability - (1 - right)) < 1e-15)
  }

  static let differences = DifferenceErrors(
    probability: 0.01, differences: [40_000, -300, 1, -65_535], counts: [5, 30, 60, 5],
    outputBits: 16)

  @Test("differences come with the probabilities stated, and leave products within 16 bits")
  func differencesDrawn() {
    // Of products 0, 500 and 65,535: what each difference makes of them.
    for (product, changes) in [
      (0, [40_000: 5, 1: 60]), (500, [40_000: 5, -300: 30, 1: 60, -500: 5]),
      (65_535, [-300: 30, -65_535: 5]),
    ] as [(UInt32, [Int: Double])] {
      let table = ProductTable(
        widthA: 8, widthB: 8, products: [UInt32](repeating: product, count: 65_536))
      let images = 400_000
      let sums = TableMatrixMultiplication(table: table).multiply(
        activations: [UInt8](repeating: 0, count: images), weights: [0], m: images, k: 1, n: 1,
        accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
        errors: .differences(Self.differences), key: Self.key)
      let seen = sums.map { Int($0) - Int(product) }
      let expected = changes.mapValues { 0.01 * $0 / 100 * Double(images) }
      let keys = changes.keys.sorted()
      #expect(Set(seen).subtracting([0]) == Set(keys))
      #expect(
        abs(
          ChiSquared.deviations(
            counts: [seen.count { $0 == 0 }] + keys.map { key in seen.count { $0 == key } },
            expected: [Double(images) - expected.values.reduce(0, +)]
              + keys.map { expected[$0] ?? 0 })) < 4)
    }
  }

  @Test("a narrow multiplier's product stays within its own bits")
  func narrowDifferences() {
    let errors = DifferenceErrors(
      probability: 0.2, differences: [128, -200], counts: [1, 1], outputBits: 8)
    for (product, captured) in [(225, [225, 255, 25]), (0, [0, 128]), (150, [150, 255, 0])] {
      let table = ProductTable(
        widthA: 8, widthB: 8, products: [UInt32](repeating: UInt32(product), count: 65_536))
      let sums = TableMatrixMultiplication(table: table).multiply(
        activations: [UInt8](repeating: 3, count: 5000), weights: [7], m: 5000, k: 1, n: 1,
        accumulator: AccumulatorSpec(width: 32, overflow: .wrap), errors: .differences(errors),
        key: Self.key)
      #expect(Set(sums) == Set(captured.map(Int32.init)))
    }
  }

  @Test("a product of matrices with differences equals the naive triple loop with them")
  func differencesEqualNaive() {
    for shape in 0..<8 {
      var random = RandomStream(seed: 22, purpose: .test, index: UInt64(shape))
      let (m, k, n) = (
        1 + Int(random.next() % 90), 1 + Int(random.next() % 60), 1 + Int(random.next() % 20)
      )
      let operands = Operands(m: m, k: k, n: n, seed: UInt64(shape))
      let table =
        shape == 0
        ? Self.exact
        : ProductTable(
          widthA: 8, widthB: 8, products: (0..<65_536).map { _ in random.nextWord() & 0xFFFF })
      let drawn = Self.keyed(Self.differences.table, 0.01, upTo: m * k * n)
      let naive = NaiveTableProduct(table: table.products, accumulatorWidth: 24, saturates: true)
        .multiply(
          activations: operands.activations, weights: operands.weights, m: m, k: k, n: n,
          capture: { operation, product in
            let changed = Int(product) + Int(Int32(bitPattern: drawn[operation] ?? 0))
            return UInt32(min(max(changed, 0), 65_535))
          })
      let product = TableMatrixMultiplication(table: table).multiply(
        activations: operands.activations, weights: operands.weights, m: m, k: k, n: n,
        accumulator: AccumulatorSpec(width: 24, overflow: .saturate),
        errors: .differences(Self.differences), key: Self.key)
      #expect(product == naive)
    }
  }

  @Test(
    "an image's errors do not depend on the images that share its call", arguments: [1, 40, 300])
  func tiles(n: Int) {
    // From many images a segment to several segments an image.
    let (images, k) = (n == 300 ? 7 : 60, 70)
    let operands = Operands(m: images, k: k, n: n, seed: 9)
    let arithmetic = TableMatrixMultiplication(table: Self.exact)
    for model in Self.models {
      func sums(_ range: Range<Int>) -> [Int32] {
        arithmetic.multiply(
          activations: Array(operands.activations[range.lowerBound * k..<range.upperBound * k]),
          weights: operands.weights, m: range.count, k: k, n: n,
          accumulator: AccumulatorSpec(width: 32, overflow: .wrap), errors: model,
          key: Self.key, firstImage: range.lowerBound)
      }
      let whole = sums(0..<images)
      let cuts = [0, 1, 3, 4, 6, images]
      let tiles = zip(cuts, cuts.dropFirst()).map { sums($0..<$1) }
      #expect(tiles.flatMap { $0 } == whole)
      #expect(
        whole
          != arithmetic.multiply(
            activations: operands.activations, weights: operands.weights, m: images, k: k, n: n,
            accumulator: AccumulatorSpec(width: 32, overflow: .wrap)))
    }
  }

  @Test("the product equals the naive triple loop with the errors that the keying defines")
  func equalsNaive() {
    for shape in 0..<12 {
      var random = RandomStream(seed: 21, purpose: .test, index: UInt64(shape))
      let (m, k, n) = (
        1 + Int(random.next() % 50), 1 + Int(random.next() % 60), 1 + Int(random.next() % 20)
      )
      let first = Int(random.next() % 40)
      let operands = Operands(m: m, k: k, n: n, seed: UInt64(shape))
      let table = ProductTable(
        widthA: 8, widthB: 8, products: (0..<65_536).map { _ in random.nextWord() & 0xFFFF })
      let errors = MaskErrors(Self.distribution)
      let masks = Self.keyed(
        errors.table, errors.distribution.probability, upTo: (first + m) * k * n)
      let naive = NaiveTableProduct(table: table.products, accumulatorWidth: 20, saturates: false)
        .multiply(
          activations: operands.activations, weights: operands.weights, m: m, k: k, n: n,
          capture: { $1 ^ (masks[first * k * n + $0] ?? 0) })
      let product = TableMatrixMultiplication(table: table).multiply(
        activations: operands.activations, weights: operands.weights, m: m, k: k, n: n,
        accumulator: AccumulatorSpec(width: 20, overflow: .wrap), errors: .masks(errors),
        key: Self.key, firstImage: first)
      #expect(product == naive)
    }
  }

  @Test("without probability every model is the clean product, bit for bit")
  func impossible() {
    let operands = Operands(m: 30, k: 64, n: 32, seed: 4)
    let arithmetic = TableMatrixMultiplication(table: Self.exact)
    let accumulator = AccumulatorSpec(width: 24, overflow: .saturate)
    let clean = arithmetic.multiply(
      activations: operands.activations, weights: operands.weights, m: 30, k: 64, n: 32,
      accumulator: accumulator)
    let never = ProductErrorDistribution(probability: 0, masks: [1], weights: [1])
    let models: [ProductErrorModel] = [
      .none, .maskRun(never), .masks(MaskErrors(.none)), .masks(MaskErrors(never)),
      .bits(BitErrors(probabilities: [Double](repeating: 0, count: 16))),
      .differences(
        DifferenceErrors(probability: 0, differences: [], counts: [], outputBits: 16)),
    ]
    for model in models {
      #expect(
        arithmetic.multiply(
          activations: operands.activations, weights: operands.weights, m: 30, k: 64, n: 32,
          accumulator: accumulator, errors: model, key: Self.key) == clean)
    }
  }

  @Test("other chips, layers and seeds have other errors")
  func keys() {
    let keys = [
      Self.key, ProductErrorKey(seed: 78, purpose: .test, index: 3, layer: 2),
      ProductErrorKey(seed: 77, purpose: .timingErrors, index: 3, layer: 2),
      ProductErrorKey(seed: 77, purpose: .test, index: 4, layer: 2),
      ProductErrorKey(seed: 77, purpose: .test, index: 3, layer: 3),
    ]
    let draws = keys.map {
      drawn(.masks(MaskErrors(Self.distribution)), images: 4000, n: 1, key: $0)
    }
    #expect(Set(draws).count == keys.count)
  }

  // MARK: -

  static let exact = ProductTable.exact(widthA: 8, widthB: 8)
  static let models: [ProductErrorModel] = [
    .masks(MaskErrors(distribution)), .bits(BitErrors(probabilities: bitProbabilities)),
    .differences(differences),
  ]

  /// The masks themselves: those of products that are all 0, each alone in its sum.
  private func drawn(
    _ model: ProductErrorModel, images: Int, n: Int, key: ProductErrorKey = key
  ) -> [UInt32] {
    let zeros = ProductTable(
      widthA: 8, widthB: 8, products: [UInt32](repeating: 0, count: 65_536))
    return TableMatrixMultiplication(table: zeros).multiply(
      activations: [UInt8](repeating: 0, count: images),
      weights: [UInt8](repeating: 0, count: n), m: images, k: 1, n: n,
      accumulator: AccumulatorSpec(width: 32, overflow: .wrap), errors: model, key: key
    ).map { UInt32(bitPattern: $0) }
  }

  /// The masks or differences of all operations before a limit, by the words of each segment's stream.
  static func keyed(
    _ table: AliasTable?, _ probability: Double, upTo limit: Int
  ) -> [Int: UInt32] {
    var masks: [Int: UInt32] = [:]
    for segment in 0...limit / 16_384 {
      var stream = RandomStream(
        seed: key.seed, purpose: key.purpose, lane: 2,
        index: 3 << 32 | UInt64(segment))
      var position = 0
      while true {
        position += stream.nextGeometric(probability: probability)
        guard position < 16_384, let table else { break }
        masks[segment * 16_384 + position] = table.outcome(stream.next())
        position += 1
      }
    }
    return masks
  }

  private func expectAlike(_ masks: [UInt32], _ naive: [UInt32]) {
    let distinct = Set(masks).union(naive).sorted()
    let histograms = [masks, naive].map { masks in
      var counts: [UInt32: Int] = [:]
      for mask in masks { counts[mask, default: 0] += 1 }
      return distinct.map { counts[$0] ?? 0 }
    }
    #expect(abs(ChiSquared.deviations(histograms[0], histograms[1])) < 4)
    // Bias and mean square of the change of a product of 0x5A5A.
    let changes = [masks, naive].map { masks in
      masks.map { Double(Int(0x5A5A ^ $0) - 0x5A5A) }
    }
    let samples = Double(masks.count)
    for power in [1, 2] {
      let moments = changes.map { values in
        values.map { power == 1 ? $0 : $0 * $0 }
      }
      let means = moments.map { $0.reduce(0, +) / samples }
      let variances = zip(moments, means).map { values, mean in
        values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / samples
      }
      let deviation = ((variances[0] + variances[1]) / samples).squareRoot()
      #expect(abs(means[0] - means[1]) < 4 * deviation)
    }
  }
}

/// Random operands of a product.
private struct Operands {
  let activations: [UInt8]
  let weights: [UInt8]

  init(m: Int, k: Int, n: Int, seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: .test, index: 99)
    activations = (0..<m * k).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
    weights = (0..<k * n).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
  }
}
