import ErrorTables
import Foundation
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("Arrays of three dataflows")
struct DataflowTests {
  @Test(
    "60 random shapes each, on all sets of instructions: sums, cycles and every bit of the naive array, counts of the closed form",
    arguments: Dataflow.allCases, OperandEncoding.allCases)
  func randomShapes(dataflow: Dataflow, encoding: OperandEncoding) throws {
    var stream = RandomStream(seed: 11, purpose: .test)
    for trial in 0..<60 {
      let item = ArrayCase<UInt8>(dataflow, trial: trial, encoding: encoding, &stream)
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
      let item = ArrayCase<UInt8>(dataflow, trial: 2 * trial, encoding: .offset, &stream)
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
      let item = ArrayCase<UInt8>(.outputStationary, trial: 2 * trial, encoding: .offset, &stream)
      let (shape, spec) = (item.shape, item.spec)
      let naive = NaiveArray<UInt8>(
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
    ).multiply(activations: [7] as [UInt8], weights: [9], shape: MatrixShape(m: 1, k: 1, n: 1))
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
      ).multiply(activations: [7] as [UInt8], weights: [9], shape: MatrixShape(m: 1, k: 1, n: 1))
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
