import CLaneKernels

/// What an instruction does with the words of its operands a, b and c.
public enum LaneOperation: Int32, Hashable, Sendable, CaseIterable {
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

extension LaneOperation {
  /// The operation on one vector of lanes.
  @inline(__always)
  func value(
    _ a: LaneKernels.Words, _ b: LaneKernels.Words, _ c: LaneKernels.Words
  ) -> LaneKernels.Words {
    switch self {
    case .copy: a
    case .inverse: ~a
    case .and: a & b
    case .nand: ~(a & b)
    case .or: a | b
    case .nor: ~(a | b)
    case .xor: a ^ b
    case .xnor: ~(a ^ b)
    case .andNot: a & ~b
    case .orNot: a | ~b
    case .xor3: a ^ b ^ c
    case .majority: (a & b) | (c & (a ^ b))
    case .select: a ^ (c & (a ^ b))
    }
  }
}
