import ErrorTables
import QuantizedNetworks
import TableArithmetic

/// What a product register takes at the clock edge.
public enum ArrayCapture: Sendable {
  /// The product of the operands, unsigned words.
  case settled(ProductTable)
  /// The product of stored words of any encoding.
  case encoded(EncodedMultiplier)
  /// The same of words of which one has more than 8 bits.
  case wide(WideMultiplier)

  /// What exact multipliers give for a spec's words.
  public static func exact(for spec: AcceleratorSpec) -> ArrayCapture {
    exact(spec.encoding, activationBits: spec.operandWidth, weightBits: spec.weightWidth)
  }

  /// What exact multipliers give for words of 2 to 16 bits.
  public static func exact(
    _ encoding: OperandEncoding, activationBits: Int, weightBits: Int
  ) -> ArrayCapture {
    max(activationBits, weightBits) > 8
      ? .wide(
        WideMultiplier(exact: encoding, activationBits: activationBits, weightBits: weightBits))
      : .encoded(.exact(encoding, activationBits: activationBits, weightBits: weightBits))
  }

  /// What an element's multiplier has come to since its moving operand changed, the other one held;
  /// unsigned words. Tables are indexed by the held operand. Not for output stationary, where both
  /// operands move: a table of all transitions would have 2³² entries.
  case transition(ElementTables)
  /// What an element's multiplier has come to since both operands changed; unsigned words. For output
  /// stationary only.
  case pairs(any PairCapture)
}

/// A multiplier whose product depends on the operands of the cycle before.
public protocol PairCapture: Sendable {
  /// - Parameter element: row · columns + column.
  func product(
    element: Int, previous: OperandPair, current: OperandPair
  ) -> UInt16
}

/// The words at a multiplier's operands.
public struct OperandPair: Hashable, Sendable {
  public let activation: UInt8
  public let weight: UInt8

  public init(activation: UInt8, weight: UInt8) {
    self.activation = activation
    self.weight = weight
  }

  /// - Parameter word: weight << 8 | activation.
  init(word: UInt16) {
    self.init(
      activation: UInt8(truncatingIfNeeded: word), weight: UInt8(truncatingIfNeeded: word >> 8))
  }
}

/// The products of words as the registers hold them.
struct ArrayProducts: Sendable {
  /// Of all bytes, in two's complement or unsigned, at [high << 8 | low]; of wide words none.
  let words: [UInt16]
  let areSigned: Bool
  /// What computes products of wide words.
  let wide: WideMultiplier?
  private let highIsWeight: Bool

  /// - Parameter highIsWeight: whether the weight is the high byte of an index.
  /// - Precondition: operands of the spec's widths and encoding where the capture has them; products of
  ///   bytes fit 16 bits.
  init(_ capture: ArrayCapture, of spec: AcceleratorSpec, highIsWeight: Bool) {
    self.highIsWeight = highIsWeight
    wide = if case .wide(let multiplier) = capture { multiplier } else { nil }
    precondition(wide != nil || !spec.hasWideWords, "there is no table of wide words")
    func checkWords(_ encoding: OperandEncoding, _ activationBits: Int, _ weightBits: Int) {
      precondition(
        encoding == spec.encoding && activationBits == spec.operandWidth
          && weightBits == spec.weightWidth, "the multiplier's words are not the array's")
    }
    func words(_ product: (Int, Int) -> UInt32) -> [UInt16] {
      (0..<65_536).map { index in
        let (high, low) = (index >> 8, index & 255)
        return UInt16(
          truncatingIfNeeded: highIsWeight ? product(low, high) : product(high, low))
      }
    }
    switch capture {
    case .settled(let table):
      areSigned = false
      self.words = words { Self.product(table, $0, $1) }
    case .transition(let elements):
      areSigned = false
      self.words = words { Self.product(elements.dies.settled, $0, $1) }
    case .pairs:
      areSigned = false
      self.words = words { _, _ in 0 }
    case .wide(let multiplier):
      checkWords(multiplier.encoding, multiplier.activationBits, multiplier.weightBits)
      areSigned = multiplier.encoding != .offset
      self.words = []
    case .encoded(let multiplier):
      checkWords(multiplier.encoding, multiplier.activationBits, multiplier.weightBits)
      areSigned = multiplier.encoding != .offset
      self.words = words {
        UInt32(bitPattern: multiplier.product(UInt8($0), UInt8($1)))
      }
    }
  }

  /// What computes products for an array of so many registers; nil where a table has them.
  func computing(registers: Int) -> ComputedProducts? {
    wide.map { ComputedProducts($0, highIsWeight: highIsWeight, registers: registers) }
  }

  private static func product(_ table: ProductTable, _ a: Int, _ b: Int) -> UInt32 {
    let product = table[a & (1 << table.widthA - 1), b & (1 << table.widthB - 1)]
    precondition(product < 1 << 16, "a product wider than 16 bits")
    return product
  }
}
