import Files

/// What waits for its operands while an expression is read.
private enum Pending {
  case unary(SourceExpression.Kind, SourcePlace)
  case binary(SourceExpression.Kind, precedence: Int, SourcePlace)
  case question(SourcePlace)
  case colon(SourcePlace)
  case parenthesis
  /// A concatenation whose operands are the values from `first` on.
  case list(first: Int, SourcePlace)
  case replication(count: Int32, SourcePlace)
}

extension VerilogParser {
  /// An expression, by operator precedence (IEEE 1364-2005, table 5-4) with stacks of its own, so
  /// that nesting takes heap and not call stack.
  mutating func expression() throws -> SourceExpression {
    let first = Int32(module.nodes.count)
    var pending: [Pending] = []
    var values: [Int32] = []
    repeat {
      try prefixes(&pending, values.count)
      let operand = try operand()
      if pending.isEmpty && values.isEmpty && endsOperand {
        return SourceExpression(first: first, root: operand)
      }
      values.append(operand)
    } while try suffixes(&pending, &values)
    return SourceExpression(first: first, root: values[0])
  }

  private var endsOperand: Bool {
    switch token.kind {
    case .symbol(.comma), .symbol(.rightParenthesis), .symbol(.semicolon), .symbol(.equals): true
    default: false
    }
  }

  /// What may stand before an operand.
  private mutating func prefixes(_ pending: inout [Pending], _ valueCount: Int) throws {
    while case .symbol(let symbol) = token.kind {
      let place = token.place
      switch symbol {
      case .leftParenthesis: pending.append(.parenthesis)
      case .leftBrace: pending.append(.list(first: valueCount, place))
      case .tilde: pending.append(.unary(.not, place))
      case .logicalNot: pending.append(.unary(.logicalNot, place))
      case .and: pending.append(.unary(.reduceAnd, place))
      case .nand: pending.append(.unary(.reduceNand, place))
      case .or: pending.append(.unary(.reduceOr, place))
      case .nor: pending.append(.unary(.reduceNor, place))
      case .xor: pending.append(.unary(.reduceXor, place))
      case .xnor: pending.append(.unary(.reduceXnor, place))
      case .plus, .minus: throw notStructural("operator '\(symbol.rawValue)'")
      default: return
      }
      try advance()
    }
  }

  /// What may stand after an operand; whether another operand follows.
  private mutating func suffixes(
    _ pending: inout [Pending], _ values: inout [Int32]
  ) throws -> Bool {
    while case .symbol(let symbol) = token.kind {
      if let (kind, precedence) = Self.binary(symbol) {
        reduce(&pending, &values, downTo: precedence)
        pending.append(.binary(kind, precedence: precedence, token.place))
        try advance()
        return true
      }
      switch symbol {
      case .question:
        reduce(&pending, &values, downTo: 0)
        pending.append(.question(token.place))
        try advance()
        return true
      case .colon:
        reduce(&pending, &values, downTo: 0)
        while case .colon? = pending.last { completeConditional(&pending, &values) }
        guard case .question(let place)? = pending.last else {
          return try finish(&pending, &values)
        }
        pending[pending.count - 1] = .colon(place)
        try advance()
        return true
      case .comma:
        reduceAll(&pending, &values)
        guard case .list? = pending.last else { return try finish(&pending, &values) }
        try advance()
        return true
      case .leftBrace:
        reduceAll(&pending, &values)
        guard case .list(let first, let place)? = pending.last, values.count == first + 1 else {
          throw unexpected("an operator or the end of the expression is needed here")
        }
        pending[pending.count - 1] = .replication(
          count: try replicationCount(values.removeLast()), place)
        pending.append(.list(first: values.count, token.place))
        try advance()
        return true
      case .rightParenthesis:
        reduceAll(&pending, &values)
        guard case .parenthesis? = pending.last else { return try finish(&pending, &values) }
        pending.removeLast()
        try advance()
      case .rightBrace:
        reduceAll(&pending, &values)
        guard case .list(let first, let place)? = pending.last else {
          return try finish(&pending, &values)
        }
        pending.removeLast()
        try advance()
        close(list: first, place, &values)
        if case .replication(let count, let place)? = pending.last {
          try expect(.rightBrace, "to close the replication")
          pending.removeLast()
          values[values.count - 1] = append(
            .init(kind: .replication, a: count, b: values[values.count - 1], place: place))
        }
      case .star, .slash, .percent, .power, .less, .lessOrEqual, .greater,
        .greaterOrEqual, .equal, .notEqual, .caseEqual, .caseNotEqual:
        throw notStructural("operator '\(symbol.rawValue)'")
      default: return try finish(&pending, &values)
      }
    }
    return try finish(&pending, &values)
  }

  private static func binary(_ symbol: VerilogSymbol) -> (SourceExpression.Kind, Int)? {
    switch symbol {
    case .plus: (.add, 7)
    case .minus: (.subtract, 7)
    case .shiftLeft, .arithmeticShiftLeft: (.shiftLeft, 6)
    case .shiftRight: (.shiftRight, 6)
    case .arithmeticShiftRight: (.arithmeticShiftRight, 6)
    case .and: (.and, 5)
    case .xor: (.xor, 4)
    case .xnor: (.xnor, 4)
    case .or: (.or, 3)
    case .logicalAnd: (.logicalAnd, 2)
    case .logicalOr: (.logicalOr, 1)
    default: nil
    }
  }

  // MARK: - Applying what waits

  private mutating func append(_ node: SourceExpression.Node) -> Int32 {
    module.nodes.append(node)
    return Int32(module.nodes.count - 1)
  }

  /// Applies unary operators, and binary ones that bind at least as tightly.
  private mutating func reduce(
    _ pending: inout [Pending], _ values: inout [Int32], downTo precedence: Int
  ) {
    while let last = pending.last {
      switch last {
      case .unary(let kind, let place):
        values.append(append(.init(kind: kind, a: values.removeLast(), place: place)))
      case .binary(let kind, let waiting, let place) where waiting >= precedence:
        let right = values.removeLast()
        values.append(
          append(.init(kind: kind, a: values.removeLast(), b: right, place: place)))
      default: return
      }
      pending.removeLast()
    }
  }

  private mutating func completeConditional(
    _ pending: inout [Pending], _ values: inout [Int32]
  ) {
    guard case .colon(let place)? = pending.popLast() else { return }
    let third = values.removeLast()
    let second = values.removeLast()
    values.append(
      append(
        .init(kind: .conditional, a: values.removeLast(), b: second, c: third, place: place)))
  }

  private mutating func reduceAll(_ pending: inout [Pending], _ values: inout [Int32]) {
    reduce(&pending, &values, downTo: 0)
    while case .colon? = pending.last {
      completeConditional(&pending, &values)
      reduce(&pending, &values, downTo: 0)
    }
  }

  private mutating func close(list first: Int, _ place: SourcePlace, _ values: inout [Int32]) {
    let operands = values[first...]
    let start = Int32(module.lists.count)
    module.lists += operands
    let count = Int32(operands.count)
    values.removeSubrange(first...)
    values.append(append(.init(kind: .concatenation, a: start, b: count, place: place)))
  }

  /// Ends the expression; false.
  private mutating func finish(
    _ pending: inout [Pending], _ values: inout [Int32]
  ) throws -> Bool {
    reduceAll(&pending, &values)
    switch pending.last {
    case nil: return false
    case .question?: throw unexpected("':' is needed in the conditional expression")
    case .parenthesis?: throw unexpected("')' is needed to close the parenthesis")
    case .replication?, .list?: throw unexpected("'}' is needed to close the concatenation")
    case .unary?, .binary?, .colon?: throw unexpected("the expression is not complete")
    }
  }
}
