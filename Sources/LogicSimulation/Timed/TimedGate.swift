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
    /// Where an operand comes from.
    enum Source: Sendable {
      /// Input k of the gate.
      case input(Int)
      /// The result of an inner operation.
      case inner(Int)
      /// A constant net.
      case constant(Int)
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
