import LaneKernels
import Netlists

/// The gates of a netlist as a straight line of word operations, from their truth tables.
///
/// Functions of up to two inputs, three-input parity and majority are one operation each; others
/// are split by Shannon's expansion into selections, whose parts live in slots after the nets.
struct CompiledGates: Sendable {
  private(set) var instructions: [LaneInstruction] = []
  /// For each gate of the netlist its instructions.
  private(set) var gateRanges: [Range<Int>] = []
  /// The nets and the scratch slots after them.
  private(set) var slotCount: Int
  private let netCount: Int

  init(_ netlist: Netlist) {
    netCount = netlist.netCount
    slotCount = netCount
    instructions.reserveCapacity(netlist.gates.count)
    for gate in netlist.gates {
      // Scratch slots are free again after each gate.
      var nextScratch = netCount
      let first = instructions.count
      defer { gateRanges.append(first..<instructions.count) }
      let inputs = gate.inputs.map(\.index)
      let value = compile(
        gate.truthTable, inputs, into: gate.output.index, nextScratch: &nextScratch)
      if value != gate.output.index { emit(.copy, value, into: gate.output.index) }
    }
  }

  /// Emits a function of slots; the result is in the returned slot, which is `target` or, for
  /// constants and plain inputs, a slot that has the value already.
  private mutating func compile(
    _ table: UInt64, _ slots: [Int32], into target: Int32?, nextScratch: inout Int
  ) -> Int32 {
    // What is one operation depends on all of its inputs.
    let isReduced = Self.operation(table, inputs: slots.count) != nil
    let (table, slots) = isReduced ? (table, slots) : Self.reduced(table, slots)
    if slots.isEmpty {
      return table & 1 == 0 ? Netlist.constantZero.index : Netlist.constantOne.index
    }
    if slots.count == 1 && table == 0b10 { return slots[0] }
    func result() -> Int32 {
      if let target { return target }
      defer { nextScratch += 1 }
      return Int32(nextScratch)
    }
    if let operation = Self.operation(table, inputs: slots.count) {
      let output = result()
      slotCount = max(slotCount, nextScratch)
      let swapped = operation.swapped && slots.count == 2
      let a = swapped ? slots[1] : slots[0]
      let b = slots.count < 2 ? 0 : swapped ? slots[0] : slots[1]
      instructions.append(
        LaneInstruction(
          operation.operation, a: a, b: b, c: slots.count < 3 ? 0 : slots[2],
          output: output))
      return output
    }
    // f = c ? f(c = 1) : f(c = 0) for the last input c.
    let half = UInt64(1) << UInt64(slots.count - 1)
    let rest = Array(slots.dropLast())
    let low = compile(table & (1 << half - 1), rest, into: nil, nextScratch: &nextScratch)
    let high = compile(table >> half, rest, into: nil, nextScratch: &nextScratch)
    let output = result()
    slotCount = max(slotCount, nextScratch)
    instructions.append(
      LaneInstruction(
        .select, a: low, b: high, c: slots[slots.count - 1], output: output))
    return output
  }

  private mutating func emit(
    _ operation: LaneOperation, _ a: Int32, into output: Int32
  ) {
    instructions.append(LaneInstruction(operation, a: a, b: 0, c: 0, output: output))
  }

  /// The function without the inputs that it does not depend on.
  private static func reduced(_ table: UInt64, _ slots: [Int32]) -> (UInt64, [Int32]) {
    let function = TruthTable(table, variables: slots.count)
    let support = function.support
    return (function.reduced(to: support).bits, support.map { slots[$0] })
  }

  /// The one operation that computes a function of all of its inputs, if there is one; `swapped`
  /// says that it takes its two inputs in reverse.
  private static func operation(
    _ table: UInt64, inputs: Int
  ) -> (operation: LaneOperation, swapped: Bool)? {
    switch (inputs, table) {
    case (1, 0b01): (.inverse, false)
    case (2, 0b1000): (.and, false)
    case (2, 0b0111): (.nand, false)
    case (2, 0b1110): (.or, false)
    case (2, 0b0001): (.nor, false)
    case (2, 0b0110): (.xor, false)
    case (2, 0b1001): (.xnor, false)
    case (2, 0b0010): (.andNot, false)
    case (2, 0b0100): (.andNot, true)
    case (2, 0b1011): (.orNot, false)
    case (2, 0b1101): (.orNot, true)
    case (3, 0b1001_0110): (.xor3, false)
    case (3, 0b1110_1000): (.majority, false)
    default: nil
    }
  }
}
