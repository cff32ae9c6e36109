/// Which operands of a multiplier are numbers in two's complement; the others are unsigned.
public struct OperandSigns: Hashable, Sendable {
  public let a: Bool
  public let b: Bool

  public init(a: Bool, b: Bool) {
    self.a = a
    self.b = b
  }

  public static let unsigned = OperandSigns(a: false, b: false)
  public static let signed = OperandSigns(a: true, b: true)

  /// Whether the product is in two's complement: where an operand is.
  public var product: Bool { a || b }
  public var isMixed: Bool { a != b }

  /// `unsigned`, `signed`, or both words for operands that differ, the first operand's first.
  public var description: String {
    func word(_ isSigned: Bool) -> String { isSigned ? "signed" : "unsigned" }
    return isMixed ? "\(word(a)) × \(word(b))" : word(a)
  }
}
