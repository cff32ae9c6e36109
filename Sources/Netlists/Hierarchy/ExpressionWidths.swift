import Files

/// The width and the sign of each node of an expression (IEEE 1364-2005, 5.4 and 5.5).
///
/// Operands of bitwise operators, of `+` and `-`, of a conditional and of a shift's left side are extended to the
/// widest of them and of the assignment's target, with their sign if all of them are signed. What
/// stands in concatenations, reductions and logical operators has the width of its own.
struct ExpressionWidths {
  /// The first node's position: node n has the element n − first.
  let first: Int
  /// The width that a node has by itself.
  private(set) var own: [Int]
  /// The width that it is extended to, and whether by its sign.
  private(set) var final: [Int]
  private(set) var isSigned: [Bool]
  private var isUnsized: [Bool]

  /// The widths of an expression by itself.
  ///
  /// - Throws: `InputError` 65 at a signal that is not declared, a select that does not fit, a
  ///   vector that is too wide or a concatenated constant without a width.
  init(_ expression: SourceExpression, _ module: SourceModule, _ design: SourceDesign) throws {
    first = expression.nodes.lowerBound
    let count = expression.nodes.count
    own = Array(repeating: 1, count: count)
    isSigned = Array(repeating: false, count: count)
    isUnsized = Array(repeating: false, count: count)
    final = []
    for index in expression.nodes {
      let node = module.nodes[index]
      switch node.kind {
      case .name:
        let name = NameID(index: node.a)
        let signal = module.signals[try design.signal(name, in: module, at: node.place)]
        set(index, signal.width, isSigned: signal.isSigned)
      case .bit, .part:
        let name = NameID(index: node.a)
        let signal = module.signals[try design.signal(name, in: module, at: node.place)]
        let select = SourceRange(left: Int(node.b), right: Int(node.c))
        set(index, try design.offsets(of: signal, select, at: node.place).count)
      case .constant: set(index, Int(node.b))
      case .signedConstant: set(index, Int(node.b), isSigned: true)
      case .unsizedConstant: set(index, Int(node.b), isUnsized: true)
      case .unsizedSignedConstant: set(index, Int(node.b), isSigned: true, isUnsized: true)
      case .not: set(index, width(node.a), isSigned: signed(node.a), isUnsized: unsized(node.a))
      case .shiftLeft, .shiftRight, .arithmeticShiftRight:
        set(index, width(node.a), isSigned: signed(node.a), isUnsized: unsized(node.a))
      case .and, .or, .xor, .xnor, .add, .subtract: set(index, joining: node.a, node.b)
      case .conditional: set(index, joining: node.b, node.c)
      case .reduceAnd, .reduceNand, .reduceOr, .reduceNor, .reduceXor, .reduceXnor, .logicalNot,
        .logicalAnd, .logicalOr:
        set(index, 1)
      case .concatenation:
        let operands = module.lists[Int(node.a)..<Int(node.a + node.b)]
        for operand in operands where unsized(operand) {
          throw design.error(
            "a constant in a concatenation needs a width, as in 1'b0",
            at: module.nodes[Int(operand)].place)
        }
        set(index, operands.reduce(0) { $0 + width($1) })
      case .replication:
        guard !unsized(node.b) else {
          throw design.error(
            "a constant in a replication needs a width, as in 1'b0", at: node.place)
        }
        set(index, width(node.b) * Int(node.a))
      }
      guard width(Int32(index)) <= VerilogReader.maximumWidth else {
        throw design.error(
          "an expression of more than \(VerilogReader.maximumWidth) bits is too wide",
          at: node.place)
      }
    }
    final = own
  }

  /// Extends the expression to at least a width, and its operands with it.
  mutating func extend(to width: Int, _ expression: SourceExpression, _ module: SourceModule) {
    let root = Int(expression.root) - first
    final[root] = max(final[root], width)
    // Operands stand before what reads them.
    for index in expression.nodes.reversed() {
      let node = module.nodes[index]
      switch node.kind {
      case .not, .shiftLeft, .shiftRight, .arithmeticShiftRight: pass(from: index, to: node.a)
      case .and, .or, .xor, .xnor, .add, .subtract:
        pass(from: index, to: node.a)
        pass(from: index, to: node.b)
      case .conditional:
        pass(from: index, to: node.b)
        pass(from: index, to: node.c)
      case .name, .bit, .part, .constant, .signedConstant, .unsizedConstant,
        .unsizedSignedConstant, .reduceAnd, .reduceNand, .reduceOr, .reduceNor, .reduceXor,
        .reduceXnor, .logicalNot, .logicalAnd, .logicalOr, .concatenation, .replication:
        continue
      }
    }
  }

  private mutating func pass(from parent: Int, to operand: Int32) {
    final[Int(operand) - first] = final[parent - first]
    isSigned[Int(operand) - first] = isSigned[parent - first]
  }

  /// The element of a node.
  func position(of node: Int32) -> Int { Int(node) - first }

  private func width(_ node: Int32) -> Int { own[Int(node) - first] }
  private func signed(_ node: Int32) -> Bool { isSigned[Int(node) - first] }
  private func unsized(_ node: Int32) -> Bool { isUnsized[Int(node) - first] }

  private mutating func set(
    _ node: Int, _ width: Int, isSigned signed: Bool = false, isUnsized unsized: Bool = false
  ) {
    own[node - first] = width
    isSigned[node - first] = signed
    isUnsized[node - first] = unsized
  }

  private mutating func set(_ node: Int, joining left: Int32, _ right: Int32) {
    set(
      node, max(width(left), width(right)), isSigned: signed(left) && signed(right),
      isUnsized: unsized(left) || unsized(right))
  }
}
