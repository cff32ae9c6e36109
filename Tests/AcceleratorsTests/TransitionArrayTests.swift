import Accelerators
import ErrorTables
import Foundation
import Randomness
import Testing

@Suite("Products by operand transition")
struct TransitionArrayTests {
  /// Tables of arbitrary words: what counts here is which word is taken.
  ///
  /// - Parameter settles: whether products are exact whose moving word does not change, as a circuit's.
  private func table(_ seed: UInt64, settles: Bool) -> TransitionTable {
    var stream = RandomStream(seed: seed, purpose: .test)
    // A length that is no power of two, so that the repeated words differ from row to row.
    let words = Data((0..<131_101).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) })
    var data = Data(capacity: 2 << 24)
    while data.count < 2 << 24 { data.append(words.prefix((2 << 24) - data.count)) }
    for held in 0..<256 where settles {
      for moving in 0..<256 {
        let place = 2 * (held << 16 | moving << 8 | moving)
        data[place] = UInt8((held * moving) & 255)
        data[place + 1] = UInt8((held * moving) >> 8)
      }
    }
    return TransitionTable(stationaryWidth: 8, movingWidth: 8, words: data)
  }

  @Test(
    "the register-level array and the element streams take the same words, over folds and tiles, whether words that repeat have settled or not",
    arguments: [true, false])
  func registerLevel(settles: Bool) {
    let tables = DieTables(
      tables: [1, 2, 3].map { table($0, settles: settles) },
      settled: .exact(widthA: 8, widthB: 8))
    let errors = DieErrors(tables)
    #expect(errors.mayErrOnRepeats != settles)
    var stream = RandomStream(seed: 4, purpose: .test)
    for trial in 0..<60 {
      let spec = WeightStationaryArrayTests.spec(
        rows: Int.random(in: 1...7, using: &stream),
        columns: Int.random(in: 1...7, using: &stream),
        bank: Int.random(in: 1...6, using: &stream), width: trial % 2 == 0 ? 32 : 20,
        overflow: trial % 3 == 0 ? .saturate : .wrap)
      let shape = MatrixShape(
        m: Int.random(in: 1...14, using: &stream), k: Int.random(in: 1...20, using: &stream),
        n: Int.random(in: 1...18, using: &stream))
      // Some repeat from vector to vector.
      let activations = WeightStationaryArrayTests.random(shape.m * shape.k, &stream).map {
        $0 & (trial % 4 == 0 ? 255 : 1)
      }
      let weights = WeightStationaryArrayTests.random(shape.k * shape.n, &stream)
      let elements = ElementTables(
        dies: tables,
        dieOfElement: ElementTables.dies(
          elements: spec.processingElements, variants: 3, chipSeed: UInt64(trial)))
      let registers = WeightStationaryArray(spec: spec, elements: elements).multiply(
        activations: activations, weights: weights, shape: shape)
      let array = TransitionArray(
        spec: spec, dies: errors, dieOfElement: elements.dieOfElement)
      let streams = array.multiply(activations: activations, weights: weights, shape: shape)
      #expect(registers.sums == streams.accumulators, "\(spec) \(shape)")
      #expect(
        array.accumulators(activations: activations, weights: weights, shape: shape)
          == streams.accumulators)
      #expect(streams.errors.transitions == shape.m * shape.k * shape.n)
    }
  }

  @Test("held words of which one transition is captured wrong are found, and no others")
  func errors() {
    var stream = RandomStream(seed: 14, purpose: .test)
    let settled = ProductTable.exact(widthA: 8, widthB: 8)
    var words = [UInt16](repeating: 0, count: 1 << 24)
    for place in words.indices {
      words[place] = UInt16(truncatingIfNeeded: (place >> 16) * (place & 255))
    }
    let held: Set<UInt8> = [0, 1, 77, 254]
    // In an order of their own: a set's would be another in each run.
    for word in held.sorted() {
      let place = Int(word) << 16 | Int.random(in: 0..<1 << 16, using: &stream)
      words[place] ^= 1 << UInt16.random(in: 0..<16, using: &stream)
    }
    let table = TransitionTable(
      stationaryWidth: 8, movingWidth: 8,
      words: words.withUnsafeBytes { Data($0) })
    let dies = DieTables(tables: [nil, table], settled: settled)
    let errors = DieErrors(dies)
    for word in UInt8.min...UInt8.max {
      #expect(!errors.canErr(die: 0, held: word))
      #expect(errors.canErr(die: 1, held: word) == held.contains(word))
    }
    // Weights of these words meet their wrong transition now and then.
    let spec = WeightStationaryArrayTests.spec(
      rows: 4, columns: 4, bank: 32, width: 32, overflow: .wrap)
    let shape = MatrixShape(m: 4_000, k: 6, n: 5)
    let activations = WeightStationaryArrayTests.random(shape.m * shape.k, &stream)
    let candidates: [UInt8] = [0, 1, 77, 254, 3, 128]
    let weights = (0..<shape.k * shape.n).map { _ in candidates.randomElement(using: &stream) ?? 0 }
    let elements = ElementTables(
      dies: dies,
      dieOfElement: ElementTables.dies(
        elements: spec.processingElements, variants: 2, chipSeed: 5))
    let looked = TransitionArray(
      spec: spec, dies: errors, dieOfElement: elements.dieOfElement
    ).multiply(
      activations: activations, weights: weights, shape: shape)
    #expect(
      looked.accumulators
        == WeightStationaryArray(spec: spec, elements: elements).multiply(
          activations: activations, weights: weights, shape: shape
        ).sums)
    #expect(looked.errors.errors > 0)
  }

  @Test("each element draws its die evenly, and by the chip's seed")
  func dies() {
    let dies = ElementTables.dies(elements: 4096, variants: 4, chipSeed: 7)
    for die in 0..<4 {
      // Four standard deviations of a binomial count.
      #expect(abs(dies.count { $0 == die } - 1024) < 111)
    }
    #expect(dies == ElementTables.dies(elements: 4096, variants: 4, chipSeed: 7))
    #expect(dies != ElementTables.dies(elements: 4096, variants: 4, chipSeed: 8))
  }
}
