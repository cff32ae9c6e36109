import ErrorTables
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

/// An array of any dataflow, a product for it, and words that it multiplies.
struct ArrayCase<Word: ArrayWord> {
  let spec: AcceleratorSpec
  let shape: MatrixShape
  let activations: [Word]
  let weights: [Word]

  init(_ dataflow: Dataflow, trial: Int, encoding: OperandEncoding, _ stream: inout RandomStream) {
    let isWide = Word.self != UInt8.self
    let bits: (Int, Int) =
      if isWide {
        trial % 3 == 0 ? (16, 16) : trial % 3 == 1 ? (9 + trial % 8, 2 + trial % 15) : (5, 12)
      } else {
        encoding == .offset && trial % 2 == 0 ? (8, 8) : (2 + trial % 7, 2 + trial % 5)
      }
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
        width: (isWide ? [8, 33, 17, 40, 48, 32] : [8, 12, 17, 24, 31, 32])[trial % 6],
        overflow: trial % 4 < 2 ? .wrap : .saturate),
      bankVectors: isFull ? 64 : Int.random(in: 1...7, using: &stream), weightBufferWords: 8192,
      activationBufferWords: 8192, guardBand: 1.1, nominalSupply: Voltage(1))
    shape = MatrixShape(
      m: Int.random(in: extents.m, using: &stream), k: Int.random(in: extents.k, using: &stream),
      n: Int.random(in: extents.n, using: &stream))
    activations = Self.words(shape.m * shape.k, bits.0, &stream)
    weights = Self.words(shape.k * shape.n, bits.1, &stream)
  }

  private static func words(_ count: Int, _ bits: Int, _ stream: inout RandomStream) -> [Word] {
    (0..<count).map { _ in
      Word(truncatingIfNeeded: stream.nextWord()) & Word(truncatingIfNeeded: 1 << bits - 1)
    }
  }

  func simulate(
    _ capture: ArrayCapture, _ instructions: ArrayInstructions = .best
  ) -> (sums: [Word.Sum], counts: AccessCounts) {
    RegisterLevelArray(spec: spec, capture: capture, instructions: instructions).multiply(
      activations: activations, weights: weights, shape: shape)
  }

  /// - Parameter product: element, previous moving operand, activation, weight.
  func naive(
    _ product: @escaping (Int, Word, Word, Word) -> Int
  ) -> (sums: [Int], counts: NaiveCounts) {
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

  private static func transposed<Element>(
    _ words: [Element], _ rows: Int, _ columns: Int
  ) -> [Element] {
    (0..<columns).flatMap { column in (0..<rows).map { words[$0 * columns + column] } }
  }

  /// Counts of the register level against the naive array's, bit for bit.
  func expectEqual(
    _ found: (sums: [Word.Sum], counts: AccessCounts), _ expected: (sums: [Int], NaiveCounts)
  ) {
    #expect(found.sums.map { Int($0) } == expected.sums, "\(spec) \(shape)")
    let width = spec.accumulator.width
    let naive = expected.1
    #expect(found.counts.cycles == naive.cycles, "\(spec) \(shape)")
    #expect(found.counts.multiplications == naive.products)
    #expect(found.counts.heldLoads == naive.heldLoads)
    #expect(found.counts.weightChanges == naive.heldChanges, "\(spec) \(shape)")
    #expect(found.counts.bankBitsRead == width * naive.bankReads)
    #expect(found.counts.bankBitsWritten == width * naive.bankWrites)
    #expect(found.counts.registerBitClocks == naive.bitClocks, "\(spec) \(shape)")
    #expect(found.counts.registerBitToggles == naive.bitToggles, "\(spec) \(shape)")
    #expect(found.counts.linkBitToggles == naive.linkToggles, "\(spec) \(shape)")
    #expect(found.counts.gatedClocks == naive.gatedClocks, "\(spec) \(shape)")
    #expect(found.counts.gatedInverters == naive.gatedInverters, "\(spec) \(shape)")
    var closed = AnalyticalModel(spec: spec).arrayCounts(shape)
    closed.toggles = found.counts.toggles
    #expect(found.counts == closed, "\(spec) \(shape)")
  }
}
