/// A punctuation mark or an operator of Verilog.
enum VerilogSymbol: String {
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case leftBrace = "{"
  case rightBrace = "}"
  case comma = ","
  case semicolon = ";"
  case colon = ":"
  case period = "."
  case equals = "="
  case hash = "#"
  case question = "?"
  case at = "@"
  case dollar = "$"
  case tilde = "~"
  case and = "&"
  case nand = "~&"
  case or = "|"
  case nor = "~|"
  case xor = "^"
  case xnor = "~^"
  case logicalNot = "!"
  case logicalAnd = "&&"
  case logicalOr = "||"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  case arithmeticShiftLeft = "<<<"
  case arithmeticShiftRight = ">>>"
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case percent = "%"
  case power = "**"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="
  case caseEqual = "==="
  case caseNotEqual = "!=="
  case other = "?other"

  /// How many bytes of the text the longest symbol at its beginning has, and the symbol.
  ///
  /// - Parameter next: the bytes after the first, 0 where the text ends.
  static func match(
    _ first: UInt8, _ second: UInt8, _ third: UInt8
  ) -> (symbol: VerilogSymbol, length: Int) {
    switch (UnicodeScalar(first), UnicodeScalar(second), UnicodeScalar(third)) {
    case ("(", _, _): (.leftParenthesis, 1)
    case (")", _, _): (.rightParenthesis, 1)
    case ("[", _, _): (.leftBracket, 1)
    case ("]", _, _): (.rightBracket, 1)
    case ("{", _, _): (.leftBrace, 1)
    case ("}", _, _): (.rightBrace, 1)
    case (",", _, _): (.comma, 1)
    case (";", _, _): (.semicolon, 1)
    case (":", _, _): (.colon, 1)
    case (".", _, _): (.period, 1)
    case ("#", _, _): (.hash, 1)
    case ("?", _, _): (.question, 1)
    case ("@", _, _): (.at, 1)
    case ("$", _, _): (.dollar, 1)
    case ("~", "&", _): (.nand, 2)
    case ("~", "|", _): (.nor, 2)
    case ("~", "^", _), ("^", "~", _): (.xnor, 2)
    case ("~", _, _): (.tilde, 1)
    case ("&", "&", _): (.logicalAnd, 2)
    case ("&", _, _): (.and, 1)
    case ("|", "|", _): (.logicalOr, 2)
    case ("|", _, _): (.or, 1)
    case ("^", _, _): (.xor, 1)
    case ("<", "<", "<"): (.arithmeticShiftLeft, 3)
    case ("<", "<", _): (.shiftLeft, 2)
    case ("<", "=", _): (.lessOrEqual, 2)
    case ("<", _, _): (.less, 1)
    case (">", ">", ">"): (.arithmeticShiftRight, 3)
    case (">", ">", _): (.shiftRight, 2)
    case (">", "=", _): (.greaterOrEqual, 2)
    case (">", _, _): (.greater, 1)
    case ("=", "=", "="): (.caseEqual, 3)
    case ("=", "=", _): (.equal, 2)
    case ("=", _, _): (.equals, 1)
    case ("!", "=", "="): (.caseNotEqual, 3)
    case ("!", "=", _): (.notEqual, 2)
    case ("!", _, _): (.logicalNot, 1)
    case ("+", _, _): (.plus, 1)
    case ("-", _, _): (.minus, 1)
    case ("*", "*", _): (.power, 2)
    case ("*", _, _): (.star, 1)
    case ("/", _, _): (.slash, 1)
    case ("%", _, _): (.percent, 1)
    default: (.other, 1)
    }
  }
}

/// A word of Verilog and where it stands.
struct VerilogToken {
  enum Kind: Equatable {
    case identifier
    case keyword
    /// An unsized decimal number.
    case number
    /// A constant with a base; its bits are `VerilogLexer.constantBits`.
    case constant
    case symbol(VerilogSymbol)
    case end
  }

  let kind: Kind
  /// The name of an identifier or a keyword.
  var name = NameID(index: -1)
  /// The value of a number.
  var value: UInt64 = 0
  let place: SourcePlace
}
