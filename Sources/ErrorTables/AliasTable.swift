/// Draws one of several outcomes with stated probabilities, in constant time from 64 random bits.
///
/// Source: Walker, *An efficient method for generating discrete random variables with general
/// distributions*, ACM TOMS 3 (1977) 253; built as by Vose, IEEE TSE 17 (1991) 972. Each of n slots
/// holds at most two outcomes: the high word of bits·n picks the slot, the low one the outcome. A
/// probability is exact to n·2⁻⁶⁴ and the rounding of its double.
public struct AliasTable: Hashable, Sendable {
  @usableFromInline
  struct Slot: Hashable, Sendable {
    /// The outcome is `own` below it, else `other`.
    @usableFromInline let threshold: UInt64
    @usableFromInline let own: UInt32
    @usableFromInline let other: UInt32
  }

  @usableFromInline let slots: [Slot]

  /// - Precondition: as many weights as outcomes, at least one; weights are finite, none negative,
  ///   their sum positive.
  public init(outcomes: [UInt32], weights: [Double]) {
    precondition(!outcomes.isEmpty && outcomes.count == weights.count, "one weight an outcome")
    precondition(weights.allSatisfy { $0 >= 0 && $0.isFinite }, "a weight is not negative")
    let total = weights.reduce(0, +)
    precondition(total > 0 && total.isFinite, "outcomes need weight")
    let count = Double(outcomes.count)
    var scaled = weights.map { $0 / total * count }
    var small = scaled.indices.filter { scaled[$0] < 1 }
    var large = scaled.indices.filter { scaled[$0] >= 1 }
    var slots = outcomes.map { Slot(threshold: 0, own: $0, other: $0) }
    while let low = small.last, let high = large.last {
      small.removeLast()
      slots[low] = Slot(
        threshold: UInt64(scaled[low] * 0x1p64), own: outcomes[low], other: outcomes[high])
      scaled[high] -= 1 - scaled[low]
      if scaled[high] < 1 {
        large.removeLast()
        small.append(high)
      }
    }
    // What is left over has weight 1 but for rounding: its slot holds it alone. An outcome without
    // weight is never left where one with weight took its slot.
    let heaviest = weights.indices.max { weights[$0] < weights[$1] } ?? 0
    for slot in small where weights[slot] == 0 {
      slots[slot] = Slot(threshold: 0, own: outcomes[heaviest], other: outcomes[heaviest])
    }
    self.slots = slots
  }

  /// The outcome for 64 uniformly random bits.
  @inlinable @inline(__always)
  public func outcome(_ bits: UInt64) -> UInt32 {
    let (slot, fraction) = bits.multipliedFullWidth(by: UInt64(truncatingIfNeeded: slots.count))
    return slots[Int(truncatingIfNeeded: slot)].outcome(fraction)
  }

  /// The outcomes for many words, without a check of each.
  ///
  /// - Parameter outcomes: memory for as many as there are words.
  @inlinable
  public func choose(
    _ outcomes: UnsafeMutablePointer<UInt32>, for words: UnsafePointer<UInt64>, count: Int
  ) {
    slots.withUnsafeBufferPointer { slots in
      guard let first = slots.baseAddress else { return }
      let slotCount = UInt64(truncatingIfNeeded: slots.count)
      for index in 0..<count {
        let (slot, fraction) = words[index].multipliedFullWidth(by: slotCount)
        outcomes[index] = first[Int(truncatingIfNeeded: slot)].outcome(fraction)
      }
    }
  }
}

extension AliasTable.Slot {
  @inlinable @inline(__always)
  func outcome(_ fraction: UInt64) -> UInt32 {
    // Without a branch, which no processor could predict.
    let isOther = UInt32(truncatingIfNeeded: fraction < threshold ? 0 : 1)
    return own ^ ((own ^ other) & (0 &- isOther))
  }
}
