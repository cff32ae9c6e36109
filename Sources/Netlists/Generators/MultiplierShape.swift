/// What a multiplier is apart from its family: the widths and sign of its operands, and the adder
/// that gives its product.
public struct MultiplierShape: Hashable, Sendable {
  /// The operand widths that are generated, in bits.
  public static let widths = 4...16

  /// The width of the first operand in bits, 4 to 16.
  public let widthA: Int
  /// The width of the second operand in bits, 4 to 16.
  public let widthB: Int
  /// Two's complement operands and product.
  public let isSigned: Bool
  /// The adder of the last step, where the family has one.
  public let adder: AdderFamily

  /// - Parameter widthB: as the first operand's where it is nil.
  /// - Precondition: widths in 4…16; an adder of `AdderFamily.exactAdders`.
  public init(
    width: Int, widthB: Int? = nil, isSigned: Bool = false, adder: AdderFamily = .ripple
  ) {
    precondition(Self.widths.contains(width), "width outside 4…16")
    precondition(Self.widths.contains(widthB ?? width), "width outside 4…16")
    precondition(AdderFamily.exactAdders.contains(adder), "the final adder is exact")
    widthA = width
    self.widthB = widthB ?? width
    self.isSigned = isSigned
    self.adder = adder
  }

  /// The width of the product: the sum of the operands'.
  public var productWidth: Int { widthA + widthB }

  /// The largest product that fits, for families that saturate; unsigned.
  var largestProduct: Int { 1 << productWidth - 1 }

  /// `8u`, `8s`, `8x6u`: how names of modules and files write it.
  var label: String {
    let widths = widthA == widthB ? "\(widthA)" : "\(widthA)x\(widthB)"
    return widths + (isSigned ? "s" : "u")
  }
}
