import Files

/// What a Verilog module says, before its names are resolved.
struct VerilogModule {
  enum Direction: Equatable { case input, output, wire }

  /// A net or vector `[left:right] name`; scalars have no range.
  struct Signal {
    var direction: Direction
    var range: VerilogRange?
    let location: SourceLocation
  }

  /// A part of an expression: constants, or a name with an optional bit or part select.
  enum Operand {
    case constant([Bool])
    case reference(name: String, select: VerilogRange?)
  }

  /// Operands joined by a concatenation, most significant first; a lone operand is a concatenation
  /// of one.
  struct Expression {
    var operands: [(operand: Operand, location: SourceLocation)]
    let location: SourceLocation
  }

  struct Assignment {
    let target: Expression
    let source: Expression
    let location: SourceLocation
  }

  struct Instance {
    let cell: String
    let name: String
    let location: SourceLocation
    /// The expression is nil for a port that is left open.
    var connections: [(pin: String, expression: Expression?, location: SourceLocation)]
  }

  let name: String
  let location: SourceLocation
  /// The ports in the order of the header.
  var ports: [(name: String, location: SourceLocation)] = []
  var signals: [String: Signal] = [:]
  var assignments: [Assignment] = []
  var instances: [Instance] = []
}

/// `[left:right]`; a bit select has left = right. Bounds are at most 2^31 − 1.
struct VerilogRange: Equatable {
  let left: Int
  let right: Int

  var width: Int { abs(left - right) + 1 }

  /// The offset of a bit from the least significant one (`right`), or nil if it is outside.
  func offset(of index: Int) -> Int? {
    let offset = left >= right ? index - right : right - index
    return (0..<width).contains(offset) ? offset : nil
  }

  var shown: String { left == right ? "[\(left)]" : "[\(left):\(right)]" }
}
