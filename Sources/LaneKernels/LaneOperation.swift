import CLaneKernels

/// What an instruction does with the words of its operands a, b and c.
public enum LaneOperation: Int32, Hashable, Sendable {
  case copy, inverse
  case and, nand, or, nor, xor, xnor
  /// a ∧ ¬b.
  case andNot
  /// a ∨ ¬b.
  case orNot
  case xor3, majority
  /// c ? b : a.
  case select
}

/// One word operation on blocks: `nets[output] = operation(nets[a], nets[b], nets[c])`.
public typealias LaneInstruction = AXInstruction

extension LaneInstruction {
  public init(_ operation: LaneOperation, a: Int32, b: Int32, c: Int32, output: Int32) {
    self.init(a: a, b: b, c: c, output: output, operation: operation.rawValue)
  }
}
