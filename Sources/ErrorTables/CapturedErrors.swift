/// What timed simulation captured wrong, counted over transitions.
public struct CapturedErrors: Sendable, Equatable {
  /// Bits of the output word.
  public let outputBits: Int
  /// Whether the words are numbers in two's complement.
  public let isSigned: Bool
  public private(set) var transitions = 0
  public private(set) var errors = 0
  /// Sums of captured − settled and of its square.
  public private(set) var errorSum: Int128 = 0
  public private(set) var squareSum: Int128 = 0
  /// By mask of wrong bits: what has been counted, and, for words of up to 16 bits, what is being
  /// counted in place.
  private var counted: [UInt32: Int] = [:]
  private var counting: [UInt32] = []
  /// By captured − settled, likewise; of what is counted in place, difference d at d + 2¹⁶.
  private var countedDifferences: [Int64: Int] = [:]
  private var countingDifferences: [UInt32] = []
  private var countingLeft = Int(UInt32.max)

  /// - Precondition: 1 to 32 bits.
  public init(outputBits: Int, isSigned: Bool = false) {
    precondition((1...32).contains(outputBits), "output width outside 1…32")
    self.outputBits = outputBits
    self.isSigned = isSigned
  }

  /// Counts words without an error.
  public mutating func addRight(_ count: Int) { transitions += count }

  /// Counts lanes.
  ///
  /// - Parameter each: called with each wrong lane, ascending.
  public mutating func add(
    settled: UnsafeBufferPointer<UInt32>, captured: UnsafeBufferPointer<UInt32>, lanes: Int,
    _ each: (Int) -> Void = { _ in }
  ) {
    transitions += lanes
    countingLeft -= lanes
    if countingLeft < 0 {
      compact()
      countingLeft -= lanes
    }
    if counting.isEmpty && outputBits <= 16 {
      counting = [UInt32](repeating: 0, count: 1 << outputBits)
      countingDifferences = [UInt32](repeating: 0, count: 1 << 17)
    }
    let unused = isSigned ? Int32(32 - outputBits) : nil
    if outputBits <= 16 {
      return countInPlace(settled, captured, lanes: lanes, unused: unused, each)
    }
    Self.forEachDifference(settled, captured, lanes: lanes) { lane in
      each(lane)
      let difference = Self.difference(captured[lane], settled[lane], unused: unused)
      counted[settled[lane] ^ captured[lane], default: 0] += 1
      countedDifferences[difference, default: 0] += 1
      errors += 1
      errorSum += Int128(difference)
      squareSum += Int128(difference) * Int128(difference)
    }
  }

  /// Counts words as the event-driven simulator gives them, of which the low 32 bits are looked at.
  public mutating func add(settled: [UInt64], captured: [UInt64]) {
    let right = settled.map { UInt32(truncatingIfNeeded: $0) }
    let seen = captured.map { UInt32(truncatingIfNeeded: $0) }
    right.withUnsafeBufferPointer { right in
      seen.withUnsafeBufferPointer { add(settled: right, captured: $0, lanes: right.count) }
    }
  }

  /// Words of up to 16 bits.
  private mutating func countInPlace(
    _ settled: UnsafeBufferPointer<UInt32>, _ captured: UnsafeBufferPointer<UInt32>, lanes: Int,
    unused: Int32?, _ each: (Int) -> Void
  ) {
    // Squares of 32 bits, fewer than 2³¹ of them.
    precondition(lanes < 1 << 31, "too many lanes for a sum of 63 bits")
    var (errors, sum, squares): (Int, Int64, Int64) = (0, 0, 0)
    counting.withUnsafeMutableBufferPointer { masks in
      countingDifferences.withUnsafeMutableBufferPointer { differences in
        Self.forEachDifference(settled, captured, lanes: lanes) { lane in
          each(lane)
          let difference = Self.difference(captured[lane], settled[lane], unused: unused)
          masks[Int(settled[lane] ^ captured[lane])] &+= 1
          differences[Int(difference) + 1 << 16] &+= 1
          errors += 1
          sum += difference
          squares += difference * difference
        }
      }
    }
    self.errors += errors
    errorSum += Int128(sum)
    squareSum += Int128(squares)
  }

  /// Calls a body with each lane in which words differ, ascending. Few do: whole vectors are compared
  /// first.
  @inline(__always)
  private static func forEachDifference(
    _ left: UnsafeBufferPointer<UInt32>, _ right: UnsafeBufferPointer<UInt32>, lanes: Int,
    _ body: (Int) -> Void
  ) {
    let block = 16
    var first = 0
    while first + block <= lanes {
      var differing: UInt32 = 0
      for lane in first..<first + block { differing |= left[lane] ^ right[lane] }
      if differing != 0 {
        for lane in first..<first + block where left[lane] != right[lane] { body(lane) }
      }
      first += block
    }
    for lane in first..<lanes where left[lane] != right[lane] { body(lane) }
  }

  /// Gives back the memory of counting in place: 768 KB for words of 16 bits.
  public mutating func compact() {
    for (mask, count) in counting.enumerated() where count > 0 {
      counted[UInt32(mask), default: 0] += Int(count)
    }
    for (place, count) in countingDifferences.enumerated() where count > 0 {
      countedDifferences[Int64(place) - 1 << 16, default: 0] += Int(count)
    }
    (counting, countingDifferences) = ([], [])
    countingLeft = Int(UInt32.max)
  }

  /// captured − settled, as numbers.
  ///
  /// - Parameter unused: bits above the words' sign; nil: words without one.
  @inline(__always)
  private static func difference(
    _ captured: UInt32, _ settled: UInt32, unused: Int32?
  ) -> Int64 {
    guard let unused else { return Int64(captured) - Int64(settled) }
    func value(_ word: UInt32) -> Int64 {
      Int64((Int32(bitPattern: word) << unused) >> unused)
    }
    return value(captured) - value(settled)
  }

  /// These and others.
  ///
  /// - Precondition: the same width and sign.
  public func adding(_ others: CapturedErrors) -> CapturedErrors {
    var all = self
    all += others
    return all
  }

  /// - Precondition: the same width and sign.
  public static func += (left: inout CapturedErrors, right: CapturedErrors) {
    precondition(left.outputBits == right.outputBits && left.isSigned == right.isSigned)
    left.transitions += right.transitions
    left.errors += right.errors
    left.errorSum += right.errorSum
    left.squareSum += right.squareSum
    var right = right
    right.compact()
    left.counted.merge(right.counted, uniquingKeysWith: +)
    left.countedDifferences.merge(right.countedDifferences, uniquingKeysWith: +)
  }

  /// The masks of wrong bits that were seen, ascending, and how often each.
  public var masks: [(mask: UInt32, count: Int)] {
    var all = self
    all.compact()
    return all.counted.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The differences captured − settled that were seen, ascending, and how often each.
  public var differences: [(difference: Int64, count: Int)] {
    var all = self
    all.compact()
    return all.countedDifferences.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
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

  public static func == (left: CapturedErrors, right: CapturedErrors) -> Bool {
    left.outputBits == right.outputBits && left.isSigned == right.isSigned
      && left.transitions == right.transitions && left.errors == right.errors
      && left.errorSum == right.errorSum && left.squareSum == right.squareSum
      && left.masks.elementsEqual(right.masks) { $0.mask == $1.mask && $0.count == $1.count }
      && left.differences.elementsEqual(right.differences) {
        $0.difference == $1.difference && $0.count == $1.count
      }
  }
}

extension Collection<CapturedErrors> {
  /// All together.
  ///
  /// - Precondition: at least one, all of the same width and sign.
  public var total: CapturedErrors {
    guard let first else { preconditionFailure("nothing was captured") }
    return dropFirst().reduce(into: first) { $0 += $1 }
  }
}
