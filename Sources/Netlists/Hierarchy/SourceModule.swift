/// What a module of a source text says, before names are resolved: a Verilog module or a BLIF
/// model.
struct SourceModule {
  enum Direction { case input, output, wire }

  /// A net or vector `[left:right] name`; scalars have no range.
  struct Signal {
    let name: NameID
    var direction: Direction
    var range: SourceRange?
    var isSigned: Bool
    let place: SourcePlace

    var width: Int { range?.width ?? 1 }
  }

  /// A pin with the expression at it, which is nil where the pin is left open. Ordered connections
  /// name no pin.
  struct Connection {
    let pin: NameID?
    let expression: SourceExpression?
    let place: SourcePlace
  }

  struct Assignment {
    let target: SourceExpression
    let source: SourceExpression
    let place: SourcePlace
  }

  struct Instance {
    let cell: NameID
    let name: NameID
    let place: SourcePlace
    /// A range of `SourceModule.connections`.
    let connections: Range<Int>
  }

  /// `and g (y, a, b);` and its kin: one or more outputs, then inputs.
  struct Primitive {
    enum Kind: Equatable {
      case gate(PrimitiveCells.Function)
      case buffer, inverter
    }
    let kind: Kind
    let name: NameID?
    let place: SourcePlace
    let connections: Range<Int>
  }

  /// `.names`: a single-output cover over input signals.
  struct Cover {
    let inputs: [NameID]
    let output: NameID
    /// For each row and input 0, 1 or 2 (any), row by row.
    let rows: [UInt8]
    /// Whether the rows list where the output is 1, or where it is 0.
    let isOnSet: Bool
    let rowCount: Int
    let place: SourcePlace
  }

  enum Item {
    case assignment(Assignment)
    case instance(Instance)
    case primitive(Primitive)
    case cover(Cover)
  }

  let name: NameID
  let place: SourcePlace
  /// The ports in the order of the header.
  var ports: [(name: NameID, place: SourcePlace)] = []
  /// For inputs that are listed as outputs as well, as BLIF allows, the positions in `ports` where
  /// they are outputs.
  var passedThrough: [NameID: Int] = [:]
  var signals: [Signal] = []
  /// Positions in `signals`.
  var signalPositions: [NameID: Int] = [:]
  var items: [Item] = []
  var connections: [Connection] = []
  var nodes: [SourceExpression.Node] = []
  /// The bits of the constants, least significant first.
  var constants: [Bool] = []
  /// The operands of the concatenations.
  var lists: [Int32] = []
}

/// `[left:right]`; a bit select has left = right. Bounds are at most 2^31 − 1.
struct SourceRange: Equatable {
  let left: Int
  let right: Int

  var width: Int { abs(left - right) + 1 }

  /// The offset of a bit from the least significant one (`right`), or nil if it is outside.
  func offset(of index: Int) -> Int? {
    let offset = left >= right ? index - right : right - index
    return (0..<width).contains(offset) ? offset : nil
  }

  /// The index of the bit that lies an offset from the least significant one.
  func index(at offset: Int) -> Int { left >= right ? right + offset : right - offset }

  var shown: String { left == right ? "[\(left)]" : "[\(left):\(right)]" }
}

/// The modules of a source text.
struct SourceDesign {
  let file: String
  /// The length of the text.
  let byteCount: Int
  var names: NameTable
  var modules: [SourceModule] = []
  /// Positions in `modules`.
  var positions: [NameID: Int] = [:]
  /// What a module is called in messages: `module` or `.model`.
  let moduleWord: String
  /// Whether ports are single bits, `a[0]`, that the netlist joins to vectors.
  var joinsBits = false
  /// What was taken for granted when the text was read, for `Netlist.notes`.
  var notes: [String] = []
}
