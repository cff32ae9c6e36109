/// The operand transitions of a stream, found by what they are: which ones occur, and where.
///
/// A stream is made once for all weights that see it. What one of them captures wrong are then the
/// transitions that are wrong and occur: a list is gone through, or two sets of 65,536 bits are
/// intersected that few have in common, whatever the length of the stream.
public struct OperandTransitions: Sendable {
  /// A bit for each transition, previous · 256 + present.
  private var occurs = [UInt64](repeating: 0, count: 1024)
  /// Which of these words are not 0; nil until it is asked for.
  private var occupied: [UInt64]?
  /// Of a transition that occurs its last place.
  private var last = [Int32](repeating: -1, count: 1 << 16)
  /// Of a place the place before with the same transition, or −1.
  private var before: [Int32] = []
  /// Memory for the numbers of those of a list that occur, and of one more.
  private var found: [UInt32] = [0]
  /// Words of the stream.
  public private(set) var count = 0

  public init() {}

  /// Takes the transitions of a stream in place of those that were there.
  ///
  /// - Parameter previous: moving words before; one for each present word.
  public mutating func take(
    previous: UnsafeBufferPointer<UInt8>, current: UnsafeBufferPointer<UInt8>
  ) {
    precondition(previous.count == current.count, "as many words before as after")
    precondition(current.count <= Int(Int32.max), "more words than places have numbers")
    count = current.count
    if before.count < count {
      before = [Int32](repeating: -1, count: count)
      found = [UInt32](repeating: 0, count: count + 1)
    }
    occurs.withUnsafeMutableBufferPointer { occurs in
      occurs.update(repeating: 0)
      last.withUnsafeMutableBufferPointer { last in
        before.withUnsafeMutableBufferPointer { before in
          for place in current.indices {
            let transition = Int(previous[place]) &<< 8 | Int(current[place])
            let bit = UInt64(1) &<< UInt64(transition & 63)
            let word = occurs[transition &>> 6]
            before[place] = word & bit == 0 ? -1 : last[transition]
            last[transition] = Int32(truncatingIfNeeded: place)
            occurs[transition &>> 6] = word | bit
          }
        }
      }
    }
    occupied = nil
  }

  /// The same of words in arrays.
  public mutating func take(previous: [UInt8], current: [UInt8]) {
    previous.withUnsafeBufferPointer { previous in
      current.withUnsafeBufferPointer { take(previous: previous, current: $0) }
    }
  }

  /// Which words of a set of transitions are not 0: a bit for each, 16 words.
  static func occupied(_ set: [UInt64]) -> [UInt64] {
    (0..<16).map { group in
      (0..<64).reduce(0) { $0 | (set[group << 6 | $1] == 0 ? 0 : 1 << UInt64($1)) }
    }
  }

  /// Finds the places of the transitions that are in a list too.
  ///
  /// - Parameters:
  ///   - list: transitions, none twice.
  ///   - products: of each what is captured.
  ///   - count: of both.
  ///   - places: gets their places in the stream, transition after transition.
  ///   - captured: gets of each place its product.
  /// - Returns: how many there are.
  /// - Precondition: room for all words of the stream.
  mutating func find(
    _ list: UnsafePointer<UInt16>, _ products: UnsafePointer<UInt16>, count listed: Int,
    places: UnsafeMutableBufferPointer<Int32>, captured: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    found.withUnsafeMutableBufferPointer { found in
      // Without branches: which of a list occur cannot be foreseen.
      var occurring = 0
      occurs.withUnsafeBufferPointer { occurs in
        for number in 0..<listed {
          let transition = Int(list[number])
          found[occurring] = UInt32(truncatingIfNeeded: number)
          occurring &+= Int(occurs[transition &>> 6] &>> UInt64(transition & 63) & 1)
        }
      }
      var count = 0
      last.withUnsafeBufferPointer { last in
        before.withUnsafeBufferPointer { before in
          for index in 0..<occurring {
            let number = Int(found[index])
            let product = UInt32(products[number])
            var place = last[Int(list[number])]
            while place >= 0 {
              places[count] = place
              captured[count] = product
              count &+= 1
              place = before[Int(place)]
            }
          }
        }
      }
      return count
    }
  }

  /// Finds the places of the transitions that are in a set too.
  ///
  /// - Parameters:
  ///   - set: a bit for each transition, 1,024 words.
  ///   - occupied: which of these words are not 0.
  ///   - places: gets their places in the stream, transition after transition.
  ///   - transitions: gets of each place its transition.
  /// - Returns: how many there are.
  /// - Precondition: room for all words of the stream.
  mutating func find(
    in set: UnsafePointer<UInt64>, occupied filled: UnsafePointer<UInt64>,
    places: UnsafeMutableBufferPointer<Int32>, transitions: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    let occupied = occupied ?? Self.occupied(occurs)
    self.occupied = occupied
    var count = 0
    occurs.withUnsafeBufferPointer { occurs in
      last.withUnsafeBufferPointer { last in
        before.withUnsafeBufferPointer { before in
          for group in 0..<16 {
            var words = occupied[group] & filled[group]
            while words != 0 {
              let word = group &<< 6 | words.trailingZeroBitCount
              words &= words &- 1
              var both = occurs[word] & set[word]
              while both != 0 {
                let transition = word &<< 6 | both.trailingZeroBitCount
                both &= both &- 1
                var place = last[transition]
                while place >= 0 {
                  places[count] = place
                  transitions[count] = UInt32(truncatingIfNeeded: transition)
                  count &+= 1
                  place = before[Int(place)]
                }
              }
            }
          }
        }
      }
    }
    return count
  }
}
