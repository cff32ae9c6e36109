import Files
import Foundation
import Quantities
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("The clock's way to the flip-flops")
struct ClockTreeTests {
  /// Transitions on `ntc16x16` in 100 cycles, 40 edges behind gates with 120 inverters, two sums written.
  ///
  /// Five gated registers and three valid bits an element: 256·13 + 32 inputs have 840 + 210 + 53 + 14 + 4
  /// inverters before the gates. A write moves four ANDs, 4 + 4 + 2 latches behind three of them, 2 + 2
  /// inverters before the eight inputs of four gates, and 8 before 24 bits.
  static var byHand: (inverters: Double, nands: Double) {
    let always: Double = 1121 + 256 * 5 + 16
    let path: Double = 4 + 10 + 4 + 8
    return (200 * always + 2 * 160 + 4 * path, 2 * (40 + 2 * 4))
  }

  static var counts: AccessCounts {
    var counts = AccessCounts()
    counts.clockedCycles = 100
    (counts.gatedClocks, counts.gatedInverters) = (40, 120)
    counts.bankBitsWritten = 2 * 24
    return counts
  }

  @Test("gates, inverters and their transitions by hand")
  func transitions() throws {
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    let tree = ClockTree(of: spec)
    // 32 vectors' gates, 8, 2 and 1 before them, in each column.
    #expect(tree.gates == 256 * 5 + 16 * 43 && tree.gatesOfElement == 5)
    // Behind gates of 8, 8, 8, 16 and 24 bits.
    #expect(abs(tree.invertersOfElement - (2 + 2 + 2 + 4 + 8 + 1121 / 256.0)) < 1e-12)
    #expect(tree.treeInverters == 1121 + 256 * 18 + 16 * (8 * 2 + 2 * 2 + 32 * 8))
    #expect(tree.inverterAreas == tree.treeInverters + 6 * 1968)
    let (inverters, nands) = tree.transitions(of: Self.counts)
    #expect(inverters == Self.byHand.inverters && nands == Self.byHand.nands)
  }

  private static func spec(
    _ rows: Int, _ columns: Int, _ dataflow: Dataflow = .weightStationary, bankVectors: Int = 8
  ) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: rows, columns: columns, dataflow: dataflow, operandWidth: 5,
      weightWidth: 11, pipelineRegisters: 2,
      accumulator: AccumulatorSpec(width: 27, overflow: .wrap), bankVectors: bankVectors,
      weightBufferWords: 4096, activationBufferWords: 4096, guardBand: 1,
      nominalSupply: Voltage(1))
  }

  /// A tree's inverters, drawn: fours of inputs, each with an inverter that is an input of the next level,
  /// until what drives the tree drives four.
  private static func drawn(_ inputs: Int) -> Int {
    var (level, all) = (Array(0..<inputs), 0)
    while level.count > 4 {
      level = stride(from: 0, to: level.count, by: 4).map { $0 }
      all += level.count
    }
    return all
  }

  @Test("as a decoder and trees that are drawn, gate by gate", arguments: Dataflow.allCases)
  func drawnTree(dataflow: Dataflow) {
    for vectors in [1, 2, 3, 4, 5, 15, 16, 17, 32, 100, 1024, 1025] {
      let spec = Self.spec(3, 2, dataflow, bankVectors: vectors)
      // Each gate's inputs, from the vectors' up to the column's.
      var levels = [[Int](repeating: 0, count: vectors)]
      while let last = levels.last, last.count > 1 {
        levels.append(
          stride(from: 0, to: last.count, by: 4).map { min(4, last.count - $0) })
      }
      let decoder = levels.flatMap { $0 }
      var (latches, between) = (0, 0)
      for vector in 0..<vectors {
        for (height, level) in levels.enumerated().dropFirst() {
          let behind = level[vector >> (2 * height)]
          latches += behind
          between += Self.drawn(2 * behind)
        }
      }
      let operands =
        switch dataflow {
        case .weightStationary: [11, 11, 5]
        case .inputStationary: [5, 5, 11]
        case .outputStationary: [16]
        }
      let gated = operands + [16, 16, 16, 27]
      let valid = dataflow == .outputStationary ? 4 : 5
      let tree = ClockTree(of: spec)
      #expect(tree.gates == 6 * gated.count + 2 * decoder.count)
      let root = Self.drawn(6 * (2 * gated.count + valid) + 4)
      let behindGates = gated.reduce(0) { $0 + Self.drawn($1) }
      let bank = decoder.reduce(0) { $0 + Self.drawn(2 * $1) } + vectors * Self.drawn(27)
      #expect(tree.treeInverters == root + 6 * behindGates + 2 * bank)
      // Every vector written once, in no time.
      var counts = AccessCounts()
      counts.bankBitsWritten = vectors * 27
      let (inverters, nands) = tree.transitions(of: counts)
      let path = vectors * (levels.count + Self.drawn(27)) + latches + between
      #expect(abs(inverters - Double(2 * path)) < 1e-6 * Double(path))
      #expect(nands == Double(2 * vectors * levels.count))
      // A cycle in which nothing is clocked.
      counts = AccessCounts()
      counts.clockedCycles = 1
      let still = tree.transitions(of: counts)
      #expect(still == (Double(2 * (root + 6 * gated.count + 2)), 0))
    }
  }

  @Test("counts that 64 bits just hold do not overflow")
  func large() {
    var counts = AccessCounts()
    counts.clockedCycles = Int.max / (4096 * 4096)
    (counts.gatedClocks, counts.gatedInverters) = (Int.max, Int.max)
    counts.bankBitsWritten = Int.max
    let (inverters, nands) = ClockTree(of: Self.spec(4096, 4096)).transitions(of: counts)
    #expect(inverters > 1e19 && nands > 1e19 && inverters.isFinite)
  }

  @Test("a square's wires are those of H in H, drawn down to the elements")
  func squares() {
    // The three bars of an H over a square of so many elements a side, and its four squares'.
    func length(_ side: Double) -> Double {
      side == 1 ? 0 : 3 * side / 2 + 4 * length(side / 2)
    }
    for side in [1, 2, 4, 8, 16, 64, 128] {
      let found = ClockTree(of: Self.spec(side, side)).wireLength(side: 3)
      #expect(abs(found - 3 * length(Double(side))) < 1e-9)
      let root = Double(side)
      #expect(abs(found - 3 * 1.5 * root * (root - 1)) < 1e-9)
    }
  }

  @Test("wires of any array, drawn from middle to middle")
  func rectangles() {
    /// From the middle of a rectangle of elements to the middles of its halves, and within these.
    func length(_ x: Range<Int>, _ y: Range<Int>) -> Double {
      if x.count == 1, y.count == 1 { return 0 }
      func middle(_ range: Range<Int>) -> Double {
        Double(range.lowerBound + range.upperBound) / 2
      }
      if x.count >= y.count {
        let cut = x.lowerBound + x.count / 2
        return [x.lowerBound..<cut, cut..<x.upperBound].reduce(0) {
          $0 + abs(middle($1) - middle(x)) + length($1, y)
        }
      }
      let cut = y.lowerBound + y.count / 2
      return [y.lowerBound..<cut, cut..<y.upperBound].reduce(0) {
        $0 + abs(middle($1) - middle(y)) + length(x, $1)
      }
    }
    for (rows, columns) in [(1, 1), (1, 2), (2, 1), (3, 5), (1, 40), (12, 7), (33, 64)] {
      let found = ClockTree(of: Self.spec(rows, columns)).wireLength(side: 2)
      #expect(abs(found - 2 * length(0..<rows, 0..<columns)) < 1e-9, "\(rows) \(columns)")
    }
  }
}
