import ErrorTables
import QuantizedNetworks
import TableArithmetic

/// What a product register takes at the clock edge.
public enum ArrayCapture: Sendable {
  /// The product of the operands, unsigned words.
  case settled(ProductTable)
  /// The product of stored words of any encoding.
  case encoded(EncodedMultiplier)
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

/// The 65,536 products of bytes as the registers hold them.
struct ArrayProducts: Sendable {
  /// In two's complement or unsigned, at [high << 8 | low].
  let words: [UInt16]
  let areSigned: Bool

  /// - Parameter highIsWeight: whether the weight is the high byte of an index.
  /// - Precondition: operands of at most 8 bits, of the spec's widths and encoding where the capture
  ///   has them; products fit 16 bits.
  init(_ capture: ArrayCapture, of spec: AcceleratorSpec, highIsWeight: Bool) {
    precondition(
      spec.operandWidth <= 8 && spec.weightWidth <= 8, "values are computed up to 8 bits")
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
    case .encoded(let multiplier):
      precondition(
        multiplier.encoding == spec.encoding && multiplier.activationBits == spec.operandWidth
          && multiplier.weightBits == spec.weightWidth, "the multiplier's words are not the array's"
      )
      areSigned = multiplier.encoding != .offset
      self.words = words {
        UInt32(bitPattern: multiplier.product(UInt8($0), UInt8($1)))
      }
    }
  }

  private static func product(_ table: ProductTable, _ a: Int, _ b: Int) -> UInt32 {
    let product = table[a & (1 << table.widthA - 1), b & (1 << table.widthB - 1)]
    precondition(product < 1 << 16, "a product wider than 16 bits")
    return product
  }
}
