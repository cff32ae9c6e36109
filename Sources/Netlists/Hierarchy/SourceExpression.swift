/// An expression of a source module: a range of the module's nodes, operands before what reads
/// them, so that widths and nets are computed in one pass each, without recursion.
struct SourceExpression {
  let first: Int32
  let root: Int32

  var nodes: ClosedRange<Int> { Int(first)...Int(root) }

  enum Kind: UInt8 {
    /// `a` is the name of a signal.
    case name
    /// A bit `b` or a part `b:c` of the signal with the name `a`.
    case bit, part
    /// `b` bits of the module's constants from `a` on. An unsized one has 32 bits or more.
    case constant, signedConstant, unsizedConstant, unsizedSignedConstant
    /// Bit by bit, on operands of equal width.
    case not, and, or, xor, xnor
    /// Numbers of equal width, modulo 2^width.
    case add, subtract
    /// All bits of one operand joined to one.
    case reduceAnd, reduceNand, reduceOr, reduceNor, reduceXor, reduceXnor
    case logicalNot, logicalAnd, logicalOr
    /// `b` must be a constant.
    case shiftLeft, shiftRight, arithmeticShiftRight
    /// `a ? b : c`.
    case conditional
    /// The `b` nodes that the module's lists name from `a` on, most significant first.
    case concatenation
    /// The node `b`, `a` times.
    case replication

    var isConstant: Bool {
      switch self {
      case .constant, .signedConstant, .unsizedConstant, .unsizedSignedConstant: true
      default: false
      }
    }

    var isUnsized: Bool { self == .unsizedConstant || self == .unsizedSignedConstant }

    /// Whether the node is a net, a part of one or a list: what can be driven.
    var isTarget: Bool {
      switch self {
      case .name, .bit, .part, .concatenation: true
      default: false
      }
    }
  }

  /// The meaning of `a`, `b` and `c` depends on the kind; operands are positions in the nodes.
  struct Node {
    let kind: Kind
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    let place: SourcePlace
  }
}
