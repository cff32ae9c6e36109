import Files

/// A Boolean function in Liberty's notation, evaluated to a truth table.
///
/// `!` and `'` invert and bind tightest, then `^`, then `*`, `&` or nothing between operands, then
/// `+` or `|`; parentheses group (Liberty User Guide, "function attribute"). An operator-precedence
/// parser with stacks of its own, so that nesting takes heap and not call stack.
struct LibertyFunction {
  /// The pins that the function reads, each once, in the order of first use.
  private(set) var pins: [(name: String, location: SourceLocation)] = []

  private enum Operator: Int {
    case open = 0
    case or, and, xor, not
  }

  private enum Token {
    case pin(Int)
    case constant(Bool)
    case binary(Operator)
    case not, prime, open, close
  }

  private var tokens: [(token: Token, location: SourceLocation)] = []
  private let end: SourceLocation

  /// Splits the text of a function.
  ///
  /// - Parameter start: where the text's first character stands.
  /// - Throws: `InputError` 65 at a character that no function has.
  init(_ text: String, at start: SourceLocation) throws {
    let bytes = Array(text.utf8)
    func place(_ offset: Int) -> SourceLocation {
      SourceLocation(file: start.file, line: start.line, column: start.column + offset)
    }
    end = place(bytes.count)
    var positions: [String: Int] = [:]
    var index = 0
    while index < bytes.count {
      let (byte, begin) = (bytes[index], index)
      index += 1
      switch byte {
      case UInt8(ascii: "!"): tokens.append((.not, place(begin)))
      case UInt8(ascii: "'"): tokens.append((.prime, place(begin)))
      case UInt8(ascii: "("): tokens.append((.open, place(begin)))
      case UInt8(ascii: ")"): tokens.append((.close, place(begin)))
      case UInt8(ascii: "&"), UInt8(ascii: "*"): tokens.append((.binary(.and), place(begin)))
      case UInt8(ascii: "|"), UInt8(ascii: "+"): tokens.append((.binary(.or), place(begin)))
      case UInt8(ascii: "^"): tokens.append((.binary(.xor), place(begin)))
      case _ where byte.isASCIISpace: continue
      case _ where Self.isNameByte(byte):
        while index < bytes.count && Self.isNameByte(bytes[index]) { index += 1 }
        let name = String(decoding: bytes[begin..<index], as: UTF8.self)
        if name == "0" || name == "1" {
          tokens.append((.constant(name == "1"), place(begin)))
        } else {
          if positions[name] == nil {
            positions[name] = pins.count
            pins.append((name, place(begin)))
          }
          tokens.append((.pin(positions[name, default: 0]), place(begin)))
        }
      default:
        throw InputError(
          .badData, at: place(begin),
          "this character is not read in a function: operators are ! ' ^ & * | + and parentheses")
      }
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || "_[]$.".utf8.contains(byte)
  }

  /// The truth table over given input positions.
  ///
  /// - Parameters:
  ///   - positions: for each of `pins` its bit in the pattern, in 0..<count.
  ///   - count: how many inputs the table has, at most six.
  /// - Throws: `InputError` 65 where operand and operator do not alternate or a parenthesis has no
  ///   partner.
  func truthTable(positions: [Int], count: Int) throws -> UInt64 {
    precondition(count <= 6 && positions.count == pins.count)
    var values = ValueStack()
    var needsOperand = true
    for (token, location) in tokens {
      // Two operands with nothing between them are ANDed.
      let beginsOperand =
        switch token {
        case .pin, .constant, .not, .open: true
        case .binary, .prime, .close: false
        }
      if beginsOperand && !needsOperand {
        values.push(.and)
        needsOperand = true
      }
      guard beginsOperand || !needsOperand else {
        throw InputError(.badData, at: location, "a pin is missing in the function before this")
      }
      switch token {
      case .pin(let pin): values.operand(TruthTable.ones[positions[pin]])
      case .constant(let value): values.operand(value ? ~0 : 0)
      case .not: values.operators.append(.not)
      case .open: values.operators.append(.open)
      case .binary(let operation): values.push(operation)
      case .prime: values.invertTop()
      case .close:
        guard values.close() else {
          throw InputError(.badData, at: location, "a parenthesis closes here that was not opened")
        }
      }
      switch token {
      case .pin, .constant, .prime, .close: needsOperand = false
      case .not, .open, .binary: needsOperand = true
      }
    }
    guard !needsOperand else {
      throw InputError(.badData, at: end, "the function ends where a pin is needed")
    }
    guard let value = values.finish() else {
      throw InputError(.badData, at: end, "a parenthesis of the function is not closed")
    }
    return TruthTable(value, variables: count).bits
  }

  /// Operands and operators that wait for each other.
  private struct ValueStack {
    var values: [UInt64] = []
    var operators: [Operator] = []

    mutating func operand(_ value: UInt64) { values.append(value) }

    /// Applies what binds as tightly, then waits with this operator.
    mutating func push(_ operation: Operator) {
      apply(downTo: operation)
      operators.append(operation)
    }

    /// A prime inverts the operand before it, and only that.
    mutating func invertTop() {
      if let value = values.popLast() { values.append(~value) }
    }

    mutating func close() -> Bool {
      apply(downTo: .or)
      return operators.popLast() == .open
    }

    mutating func finish() -> UInt64? {
      apply(downTo: .or)
      return operators.isEmpty ? values.last : nil
    }

    private mutating func apply(downTo lowest: Operator) {
      while let top = operators.last, top != .open, top.rawValue >= lowest.rawValue {
        operators.removeLast()
        guard let right = values.popLast() else { return }
        if top == .not {
          values.append(~right)
          continue
        }
        guard let left = values.popLast() else { return }
        switch top {
        case .or: values.append(left | right)
        case .and: values.append(left & right)
        case .xor: values.append(left ^ right)
        case .not, .open: return
        }
      }
    }
  }
}
