/// What timed simulation captured wrong, counted over transitions.
public struct CapturedErrors: Sendable, Hashable {
  /// Bits of the output word.
  public let outputBits: Int
  /// Whether the words are numbers in two's complement.
  public let isSigned: Bool
  public private(set) var transitions = 0
  public private(set) var errors = 0
  /// Sums of captured − settled and of its square.
  public private(set) var errorSum: Int128 = 0
  public private(set) var squareSum: Int128 = 0
  /// By mask of wrong bits, for words of up to 16 bits; of wider ones in `wideMasks`.
  private var counts: [UInt32]
  private var wideMasks: [UInt32: Int] = [:]

  /// - Precondition: 1 to 32 bits.
  public init(outputBits: Int, isSigned: Bool = false) {
    precondition((1...32).contains(outputBits), "output width outside 1…32")
    self.outputBits = outputBits
    self.isSigned = isSigned
    counts = outputBits <= 16 ? [UInt32](repeating: 0, count: 1 << outputBits) : []
  }

  /// Counts words without an error.
  public mutating func addRight(_ count: Int) { transitions += count }

  /// Counts lanes.
  ///
  /// - Precondition: at most 2^32 − 1 transitions in all.
  public mutating func add(
    settled: UnsafeBufferPointer<UInt32>, captured: UnsafeBufferPointer<UInt32>, lanes: Int
  ) {
    transitions += lanes
    precondition(transitions <= Int(UInt32.max), "more transitions than a count holds")
    for lane in 0..<lanes where settled[lane] != captured[lane] {
      let mask = settled[lane] ^ captured[lane]
      errors += 1
      if outputBits <= 16 {
        counts[Int(mask)] &+= 1
      } else {
        wideMasks[mask, default: 0] += 1
      }
      let difference = value(captured[lane]) - value(settled[lane])
      errorSum += Int128(difference)
      squareSum += Int128(difference) * Int128(difference)
    }
  }

  private func value(_ word: UInt32) -> Int64 {
    guard isSigned else { return Int64(word) }
    let shift = Int32(32 - outputBits)
    return Int64((Int32(bitPattern: word) << shift) >> shift)
  }

  /// - Precondition: the same width and sign.
  public static func += (left: inout CapturedErrors, right: CapturedErrors) {
    precondition(left.outputBits == right.outputBits && left.isSigned == right.isSigned)
    left.transitions += right.transitions
    left.errors += right.errors
    left.errorSum += right.errorSum
    left.squareSum += right.squareSum
    for index in left.counts.indices { left.counts[index] &+= right.counts[index] }
    left.wideMasks.merge(right.wideMasks, uniquingKeysWith: +)
  }

  /// The masks of wrong bits that were seen, ascending, and how often each.
  public var masks: [(mask: UInt32, count: Int)] {
    guard outputBits <= 16 else {
      return wideMasks.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    return counts.indices.filter { counts[$0] > 0 }.map { (UInt32($0), Int(counts[$0])) }
  }

  /// How often each output bit was wrong, least significant first.
  public var bitErrors: [Int] {
    var bits = [Int](repeating: 0, count: outputBits)
    for (mask, count) in masks {
      var rest = mask
      while rest != 0 {
        bits[rest.trailingZeroBitCount] += count
        rest &= rest - 1
      }
    }
    return bits
  }

  /// Mean of captured − settled, over all transitions.
  public var bias: Double { transitions == 0 ? 0 : Double(errorSum) / Double(transitions) }

  /// Mean square of captured − settled, over all transitions.
  public var meanSquare: Double { transitions == 0 ? 0 : Double(squareSum) / Double(transitions) }

  public var variance: Double { meanSquare - bias * bias }

  public var errorRate: Double { transitions == 0 ? 0 : Double(errors) / Double(transitions) }
}
