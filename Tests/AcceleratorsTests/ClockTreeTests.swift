import Files
import Foundation
import Quantities
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("The clock's way to the flip-flops")
struct ClockTreeTests {
  /// Transitions of inverters and NAND2 on `ntc16x16`, five gated registers and three valid bits an
  /// element, a bank of 32 vectors of 16 columns: in 100 cycles, of 500 bits and 40 registers that
  /// were clocked, two sums that were written.
  static var byHand: (inverters: Double, nands: Double) {
    let inputs: Double = 256 * 13 + 32
    let always: Double = inputs / 3 + 256 * 5 + 16
    let clocked: Double = 500 / 3 + 40
    let written: Double = 2 * (4 + 12)
    return (200 * always + 2 * clocked + 2 * written, 2 * (40 + 2 * 4))
  }

  @Test("gates, inverters and their transitions by hand")
  func transitions() throws {
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    let tree = ClockTree(of: spec)
    // 32 vectors' gates, 8, 2 and 1 before them, in each column.
    #expect(tree.gates == 256 * 5 + 16 * 43)
    #expect(tree.gatesOfElement == 5 && abs(tree.invertersOfElement - 77 / 3.0) < 1e-12)
    #expect(abs(tree.treeInverters - (256 * 77 + 16 * (2 + 32 * 24)) / 3.0) < 1e-9)
    #expect(abs(tree.inverterAreas - (tree.treeInverters + 6 * 1968)) < 1e-9)
    var counts = AccessCounts()
    counts.clockedCycles = 100
    counts.registerBitClocks = 256 * 3 * 100 + 500
    counts.gatedClocks = 40
    counts.bankBitsWritten = 2 * 24
    let (inverters, nands) = tree.transitions(of: counts)
    #expect(abs(inverters / Self.byHand.inverters - 1) < 1e-12)
    #expect(abs(nands / Self.byHand.nands - 1) < 1e-12)
  }

  @Test("a column's bank of one vector has one gate and no decoder")
  func smallBank() throws {
    var fields = AcceleratorSpec.Overrides()
    fields.bankVectors = 1
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml")
    ).overriding(fields)
    let tree = ClockTree(of: spec)
    #expect(tree.gates == 256 * 5 + 16)
    var write = AccessCounts()
    write.bankBitsWritten = 24
    // One gate's AND; its bits get no edge here.
    #expect(tree.transitions(of: write) == (2, 2))
  }

  @Test(
    "a tree that is built level by level has a third of its inputs in inverters, its root aside")
  func levels() {
    for power in 1...6 {
      let inputs = Int(pow(4.0, Double(power)))
      var (all, level) = (0, inputs)
      while level > 1 {
        level /= 4
        all += level
      }
      #expect(3 * all == inputs - 1)
    }
  }

  @Test("wires of H in H, drawn down to the elements", arguments: [1, 2, 4, 8, 16, 64, 128])
  func wires(side: Int) {
    // The three bars of an H over a square of so many elements a side, and its four squares'.
    func length(_ side: Double) -> Double {
      side == 1 ? 0 : 3 * side / 2 + 4 * length(side / 2)
    }
    let spec = AcceleratorSpec(
      name: "test", rows: side, columns: side, dataflow: .weightStationary,
      accumulator: AccumulatorSpec(width: 24, overflow: .wrap), bankVectors: 8,
      weightBufferWords: 4096, activationBufferWords: 4096, guardBand: 1, nominalSupply: Voltage(1))
    let found = ClockTree(of: spec).wireLength(side: 3)
    #expect(abs(found - 3 * length(Double(side))) < 1e-9)
  }
}
