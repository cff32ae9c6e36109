import LaneKernels
import Netlists

extension TimedSimulator {
  /// A gate as schedules are built from it.
  struct TimedGate: Sendable {
    /// The truth table, repeated to 64 bits.
    let table: UInt64
    /// Its inputs among all gates'.
    let inputs: Range<Int>
    let output: Int
    /// Its operations among all.
    let operations: Range<Int>
    /// Which entries of `outputBits` are the output bits that it drives.
    let outputBits: Range<Int>

    var inputCount: Int { inputs.count }
  }

  /// An input of a gate.
  struct GateInput: Sendable {
    let net: Int32
    /// Which inputs of the gate are the same net, itself among them, as bits.
    let same: UInt8
  }

  /// One word operation of a gate.
  struct GateOperation: Sendable {
    /// Where an operand comes from, in 16 bits: a schedule is built from thousands of them.
    struct Source: Sendable {
      /// Of the gate's inputs 0 to 5; of inner results from 8 on; of constant nets below 0.
      private let code: Int16

      /// Input k of the gate.
      static func input(_ k: Int) -> Source { Source(code: Int16(k)) }
      /// The result of an inner operation.
      static func inner(_ number: Int) -> Source { Source(code: Int16(8 + number)) }
      /// A constant net, 0 or 1.
      static func constant(_ net: Int) -> Source { Source(code: Int16(-1 - net)) }

      @inline(__always)
      var input: Int? { (0..<8).contains(code) ? Int(code) : nil }
      @inline(__always)
      var inner: Int? { code >= 8 ? Int(code) - 8 : nil }
      @inline(__always)
      var constant: Int { -1 - Int(code) }
    }

    let operation: LaneInstruction
    let a: Source
    let b: Source
    let c: Source
    /// Which inner result it gives; nil: the gate's output.
    let inner: Int?

    /// - Parameter slots: those of compiled gates: nets, and inner results after them.
    init(_ operation: LaneInstruction, of gate: Gate, netCount: Int) {
      func source(_ slot: Int32) -> Source {
        if Int(slot) >= netCount { return .inner(Int(slot) - netCount) }
        guard let k = gate.inputs.firstIndex(where: { $0.index == slot }) else {
          return .constant(Int(slot))
        }
        return .input(k)
      }
      self.operation = operation
      (a, b, c) = (source(operation.a), source(operation.b), source(operation.c))
      inner = operation.output == gate.output.index ? nil : Int(operation.output) - netCount
    }
  }

  /// A truth table of fewer inputs, repeated to 64 bits.
  static func repeated(_ table: UInt64, inputs: Int) -> UInt64 {
    var result = table
    for input in inputs..<6 { result |= result << (1 << UInt64(input)) }
    return result
  }
}
