import ErrorTables
import Foundation
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

/// An array of any dataflow, a product for it, and words that it multiplies.
private struct ArrayCase {
  let spec: AcceleratorSpec
  let shape: MatrixShape
  let activations: [UInt8]
  let weights: [UInt8]

  init(_ dataflow: Dataflow, trial: Int, encoding: OperandEncoding, _ stream: inout RandomStream) {
    let bits = encoding == .offset && trial % 2 == 0 ? (8, 8) : (2 + trial % 7, 2 + trial % 5)
    // Now and then more columns than a vector of the kernels has lanes, or whole vectors of them and
    // streams so long that all elements work at once.
    let isFull = trial % 10 == 0
    let columns = trial % 5 == 0 ? 15...40 : 1...9
    let extents = isFull ? (m: 45...70, k: 45...70, n: 45...70) : (m: 1...30, k: 1...25, n: 1...50)
    spec = AcceleratorSpec(
      name: "test", rows: Int.random(in: 1...9, using: &stream),
      columns: isFull ? 16 + trial % 20 / 10 * 16 : Int.random(in: columns, using: &stream),
      dataflow: dataflow, encoding: encoding,
      operandWidth: bits.0, weightWidth: bits.1,
      // Behind the product register in every second array.
      pipelineRegisters: trial % 2 == 0 ? 0 : 1 + trial % 3,
      accumulator: AccumulatorSpec(
        width: [8, 12, 17, 24, 31, 32][trial % 6], overflow: trial % 4 < 2 ? .wrap : .saturate),
      bankVectors: isFull ? 64 : Int.random(in: 1...7, using: &stream), weightBufferWords: 8192,
      activationBufferWords: 8192, guardBand: 1.1, nominalSupply: Voltage(1))
    shape = MatrixShape(
      m: Int.random(in: extents.m, using: &stream), k: Int.random(in: extents.k, using: &stream),
      n: Int.random(in: extents.n, using: &stream))
    activations = Self.words(shape.m * shape.k, bits.0, &stream)
    weights = Self.words(shape.k * shape.n, bits.1, &stream)
  }

  private static func words(_ count: Int, _ bits: Int, _ stream: inout RandomStream) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) & UInt8((1 << bits) - 1) }
  }

  func simulate(
    _ capture: ArrayCapture, _ instructions: ArrayInstructions = .best
  ) -> (sums: [Int32], counts: AccessCounts) {
    RegisterLevelArray(spec: spec, capture: capture, instructions: instructions).multiply(
      activations: activations, weights: weights, shape: shape)
  }

  /// - Parameter product: element, previous moving operand, activation, weight.
  func naive(
    _ product: @escaping (Int, UInt8, UInt8, UInt8) -> Int
  ) -> (sums: [Int], counts: NaiveArray.Counts) {
    let isWeight = spec.dataflow == .weightStationary
    let isOutput = spec.dataflow == .outputStationary
    let array = NaiveArray(
      rows: spec.rows, columns: spec.columns, bankVectors: spec.bankVectors,
      accumulatorWidth: spec.accumulator.width, saturates: spec.accumulator.overflow == .saturate,
      heldBits: isWeight ? spec.weightWidth : spec.operandWidth,
      movingBits: isWeight ? spec.operandWidth : spec.weightWidth,
      pipeline: spec.pipelineRegisters
    ) { element, previous, moving, held in
      isWeight || isOutput
        ? product(element, previous, moving, held) : product(element, previous, held, moving)
    }
    let (m, k, n) = (shape.m, shape.k, shape.n)
    if isOutput {
      return array.outputStationary(
        activations: activations, weights: weights, m: m, k: k, n: n
      ) { element, previous, current in product(element, previous.0, current.0, current.1) }
    }
    if isWeight {
      return array.stationary(held: weights, moving: activations, vectors: m, depth: k, outputs: n)
    }
    let (sums, counts) = array.stationary(
      held: Self.transposed(activations, m, k), moving: Self.transposed(weights, k, n),
      vectors: n, depth: k, outputs: m)
    return (Self.transposed(sums, n, m), counts)
  }

  private static func transposed<Word>(_ words: [Word], _ rows: Int, _ columns: Int) -> [Word] {
    (0..<columns).flatMap { column in (0..<rows).map { words[$0 * columns + column] } }
  }

  /// Counts of the register level against the naive array's, bit for bit.
  func expectEqual(
    _ found: (sums: [Int32], counts: AccessCounts), _ expected: (sums: [Int], NaiveArray.Counts)
  ) {
    #expect(found.sums.map(Int.init) == expected.sums, "\(spec) \(shape)")
    let width = spec.accumulator.width
    let naive = expected.1
    #expect(found.counts.cycles == naive.cycles, "\(spec) \(shape)")
    #expect(found.counts.multiplications == naive.products)
    #expect(found.counts.weightChanges == naive.heldChanges)
    #expect(found.counts.bankBitsRead == width * naive.bankReads)
    #expect(found.counts.bankBitsWritten == width * naive.bankWrites)
    #expect(found.counts.registerBitClocks == naive.bitClocks, "\(spec) \(shape)")
    #expect(found.counts.registerBitToggles == naive.bitToggles, "\(spec) \(shape)")
    var closed = AnalyticalModel(spec: spec).arrayCounts(shape)
    closed.registerBitToggles = found.counts.registerBitToggles
    #expect(found.counts == closed, "\(spec) \(shape)")
  }
}

@Suite("Arrays of three dataflows")
struct DataflowTests {
  @Test(
    "60 random shapes each, on all sets of instructions: sums, cycles and every bit of the naive array, counts of the closed form",
    arguments: Dataflow.allCases, OperandEncoding.allCases)
  func randomShapes(dataflow: Dataflow, encoding: OperandEncoding) throws {
    var stream = RandomStream(seed: 11, purpose: .test)
    for trial in 0..<60 {
      let item = ArrayCase(dataflow, trial: trial, encoding: encoding, &stream)
      let instructions = ArrayInstructions.allCases[trial / 2 % 3]
      if encoding == .offset && trial % 2 == 0 {
        let table = ProductTable(
          widthA: 8, widthB: 8, products: (0..<65_536).map { _ in stream.nextWord() & 0xFFFF })
        item.expectEqual(
          item.simulate(.settled(table), instructions),
          item.naive { _, _, activation, weight in Int(table[Int(activation), Int(weight)]) })
      } else {
        let multiplier = EncodedMultiplier.exact(
          encoding, activationBits: item.spec.operandWidth, weightBits: item.spec.weightWidth)
        item.expectEqual(
          item.simulate(.encoded(multiplier), instructions),
          item.naive { _, _, activation, weight in
            Int(encoding.integer(activation, bits: item.spec.operandWidth))
              * Int(encoding.integer(weight, bits: item.spec.weightWidth))
          })
      }
    }
  }

  @Test(
    "late products are those of each element's own die and previous operand, over folds and tiles",
    arguments: [Dataflow.weightStationary, .inputStationary])
  func transitions(dataflow: Dataflow) {
    var stream = RandomStream(seed: 12, purpose: .test)
    let tables = (0..<2).map { _ in
      let words = Data((0..<131_101).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) })
      var data = Data(capacity: 2 << 24)
      while data.count < 2 << 24 { data.append(words.prefix((2 << 24) - data.count)) }
      return TransitionTable(stationaryWidth: 8, movingWidth: 8, words: data)
    }
    let dies = DieTables(tables: tables + [nil], settled: .exact(widthA: 8, widthB: 8))
    for trial in 0..<20 {
      let item = ArrayCase(dataflow, trial: 2 * trial, encoding: .offset, &stream)
      let elements = ElementTables(
        dies: dies,
        dieOfElement: ElementTables.dies(
          elements: item.spec.processingElements, variants: 3, chipSeed: UInt64(trial)))
      item.expectEqual(
        item.simulate(.transition(elements)),
        item.naive { element, previous, activation, weight in
          let isWeight = dataflow == .weightStationary
          guard let table = elements.table(ofElement: element) else {
            return Int(activation) * Int(weight)
          }
          let (held, moving) = isWeight ? (weight, activation) : (activation, weight)
          return Int(table[Int(held), Int(previous), Int(moving)])
        })
    }
  }

  /// A product that no settled multiplier gives: all that it is told, mixed.
  private struct MixedPairs: PairCapture {
    func product(element: Int, previous: OperandPair, current: OperandPair) -> UInt16 {
      let mix = [previous.activation, previous.weight, current.activation, current.weight]
        .reduce(UInt32(element)) { $0 &* 40_503 &+ UInt32($1) }
      return UInt16(truncatingIfNeeded: mix ^ mix >> 16)
    }
  }

  @Test("output stationary, a late product is told both operands before and now, over all folds")
  func pairs() {
    var stream = RandomStream(seed: 13, purpose: .test)
    for trial in 0..<30 {
      let item = ArrayCase(.outputStationary, trial: 2 * trial, encoding: .offset, &stream)
      let (shape, spec) = (item.shape, item.spec)
      let naive = NaiveArray(
        rows: spec.rows, columns: spec.columns, bankVectors: spec.bankVectors,
        accumulatorWidth: spec.accumulator.width,
        saturates: spec.accumulator.overflow == .saturate, heldBits: 8, movingBits: 8
      ) { _, _, _, _ in 0 }
      item.expectEqual(
        item.simulate(.pairs(MixedPairs()), ArrayInstructions.allCases[trial % 3]),
        naive.outputStationary(
          activations: item.activations, weights: item.weights, m: shape.m, k: shape.k,
          n: shape.n
        ) { element, previous, current in
          Int(
            MixedPairs().product(
              element: element,
              previous: OperandPair(activation: previous.0, weight: previous.1),
              current: OperandPair(activation: current.0, weight: current.1)))
        })
    }
  }

  @Test("one output-stationary element: operands, product, sum, drain, flip-flop by flip-flop")
  func oneElement() {
    let spec = AcceleratorSpec(
      name: "one", rows: 1, columns: 1, dataflow: .outputStationary,
      accumulator: AccumulatorSpec(width: 24, overflow: .wrap), bankVectors: 1,
      weightBufferWords: 1, activationBufferWords: 1, guardBand: 1, nominalSupply: Voltage(1))
    let (sums, counts) = OutputStationaryArray(
      spec: spec, capture: .settled(.exact(widthA: 8, widthB: 8))
    ).multiply(activations: [7], weights: [9], shape: MatrixShape(m: 1, k: 1, n: 1))
    #expect(sums == [63])
    // Operands, product, sum, and the cycle in which the bank takes it.
    #expect(counts.cycles == 4)
    // 8 + 8 + 16 + 24 flip-flops get an edge, the sum's 24 another when it leaves, the bank's 24, and
    // two valid bits in each of four cycles.
    #expect(counts.registerBitClocks == 56 + 24 + 24 + 8)
    // 3 + 2 + 6 + 6 of them are set, the sum's 6 cleared, the bank's 6 set; valid bits rise and fall.
    #expect(counts.registerBitToggles == 17 + 6 + 6 + 4)
  }

  @Test(
    "two pipeline registers: two cycles more, and their flip-flops, one by one",
    arguments: Dataflow.allCases)
  func pipeline(dataflow: Dataflow) {
    func run(_ registers: Int) -> AccessCounts {
      let spec = AcceleratorSpec(
        name: "one", rows: 1, columns: 1, dataflow: dataflow, pipelineRegisters: registers,
        accumulator: AccumulatorSpec(width: 24, overflow: .wrap), bankVectors: 1,
        weightBufferWords: 1, activationBufferWords: 1, guardBand: 1, nominalSupply: Voltage(1))
      let (sums, counts) = RegisterLevelArray(
        spec: spec, capture: .settled(.exact(widthA: 8, widthB: 8))
      ).multiply(activations: [7], weights: [9], shape: MatrixShape(m: 1, k: 1, n: 1))
      #expect(sums == [63])
      return counts
    }
    let (none, two) = (run(0), run(2))
    #expect(two.cycles == none.cycles + 2)
    // Valid bits of the element before are clocked two cycles longer, its two new ones in all cycles.
    let validBits = dataflow == .outputStationary ? 2 : 3
    #expect(
      two.registerBitClocks - none.registerBitClocks == 2 * 16 + 2 * validBits + 2 * two.cycles)
    // 63 has six ones; each new valid bit rises and falls.
    #expect(two.registerBitToggles - none.registerBitToggles == 2 * 6 + 2 * 2)
  }
}
