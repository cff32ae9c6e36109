extension RandomVerilog {
  /// An expression of any width.
  ///
  /// - Parameter sized: whether it may not hold constants without a width.
  mutating func expression(_ depth: Int, sized: Bool = false) -> String {
    guard depth > 0 else { return leaf(sized) }
    switch random(0...15) {
    case 0, 1: return "~\(operand(depth, sized))"
    case 2:
      return
        "\(pick(["&", "|", "^", "~&", "~|", "~^", "^~", "!"])) (\(expression(depth - 1, sized: sized)))"
    case 3, 4, 5, 6, 7:
      let symbol = pick(["&", "|", "^", "~^", "^~", "&", "|", "^", "+", "-"])
      let operands = [operand(depth, sized), operand(depth, sized)]
      guard "+-".contains(symbol) else { return operands.joined(separator: " \(symbol) ") }
      // A sum binds more tightly than a shift, which is by a constant.
      return operands.map { $0.contains("<<") || $0.contains(">>") ? "(\($0))" : $0 }
        .joined(separator: " \(symbol) ")
    case 8:
      return "\(operand(depth, sized)) \(pick(["&&", "||"])) \(operand(depth, sized))"
    case 9, 10:
      let condition = operand(depth, sized)
      return "\(condition) ? \(operand(depth, sized)) : \(operand(depth, sized))"
    case 11:
      let parts = (0..<random(1...3)).map { _ in expression(depth - 1, sized: true) }
      return "{\(parts.joined(separator: ", "))}"
    case 12: return "{\(random(1...3)){\(expression(depth - 1, sized: true))}}"
    case 13:
      let symbol = pick(["<<", ">>", "<<<", ">>>"])
      return "(\(expression(depth - 1, sized: sized))) \(symbol) \(random(0...5))"
    default: return leaf(sized)
    }
  }

  /// With parentheses or without: what binds to what is then the language's choice.
  private mutating func operand(_ depth: Int, _ sized: Bool) -> String {
    let inner = expression(depth - 1, sized: sized)
    let isUnary = inner.first.map { "&|^~!".contains($0) } ?? false
    return isUnary || random(0...1) == 0 ? "(\(inner))" : inner
  }

  private mutating func leaf(_ sized: Bool) -> String {
    switch random(0...9) {
    case 0:
      let width = random(1...5)
      let value = random(0...(1 << width - 1))
      let sign = random(0...1) == 0 ? "s" : ""
      switch random(0...2) {
      case 0: return "\(width)'\(sign)b\(String(value, radix: 2))"
      case 1: return "\(width)'\(sign)h\(String(value, radix: 16))"
      default: return "\(width)'\(sign)d\(value)"
      }
    case 1 where !sized: return pick(["0", "1", "'b1", "'h2a", "5", "'sd3"])
    case 2, 3, 4: return select()
    default: return pick(signals).name
    }
  }

  private mutating func select() -> String {
    let signal = pick(signals)
    let low = random(0...signal.width - 1)
    return signal.part(low, random(low...min(low + 3, signal.width - 1)))
  }

  /// An expression of a given width of its own.
  mutating func exact(_ width: Int) -> String {
    switch random(0...7) {
    case 0: return "~(\(exact(width)))"
    case 1: return "\(exact(width)) \(pick(["&", "|", "^"])) \(exact(width))"
    case 2 where width == 1: return "^(\(expression(1)))"
    default: break
    }
    var parts: [String] = []
    var missing = width
    while missing > 0 {
      let signal = pick(signals)
      if random(0...5) == 0 {
        parts.append("1'b\(random(0...1))")
        missing -= 1
      } else if signal.width <= missing {
        parts.append(signal.name)
        missing -= signal.width
      } else {
        let low = random(0...signal.width - missing)
        parts.append(signal.part(low, low + missing - 1))
        missing = 0
      }
    }
    return parts.count == 1 ? parts[0] : "{\(parts.joined(separator: ", "))}"
  }
}
