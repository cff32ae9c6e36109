/// Which words of one channel of one image taps have had so far: a bit a word.
///
/// Counts words as taps are added, a row of positions at a time: positions `stride` apart are a pattern
/// of bits, which a tap shifts.
struct FetchedWords {
  private let geometry: ConvolutionGeometry
  /// A bit for each position of a row, `stride` apart.
  private let pattern: [UInt64]
  private var bits: [UInt64] = []
  /// The input's rows that `bits` has room for.
  private var rows = 0..<0

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    let columns = geometry.columns
    var pattern = [UInt64](repeating: 0, count: (columns.span + 63) / 64)
    for position in 0..<columns.positions {
      let bit = position * columns.stride
      pattern[bit >> 6] |= 1 << UInt64(bit & 63)
    }
    self.pattern = pattern
  }

  /// Forgets all words, and makes room for those of positions of an image.
  mutating func clear(for positions: Range<Int>) {
    let axis = geometry.rows
    let width = geometry.columns.positions
    let first = positions.lowerBound / width * axis.stride - axis.padding
    let last = (positions.upperBound - 1) / width * axis.stride - axis.padding + axis.reach
    rows = max(0, first)..<max(0, first, min(axis.input, last + 1))
    let words = rows.count * pattern.count
    if words <= bits.count {
      for word in 0..<words { bits[word] = 0 }
    } else {
      bits = [UInt64](repeating: 0, count: words)
    }
  }

  /// Adds the words of taps of positions of the image.
  ///
  /// - Returns: how many of them were not there; those without room are not counted.
  mutating func insert(_ positions: Range<Int>, taps: Range<Int>) -> Int {
    var added = 0
    for tap in taps { added += insert(positions, tap: tap) }
    return added
  }

  /// The same of one tap.
  mutating func insert(_ positions: Range<Int>, tap: Int) -> Int {
    let (axis, columns) = (geometry.rows, geometry.columns)
    let (tapRow, tapColumn) = tap.quotientAndRemainder(dividingBy: columns.taps)
    let shift = tapColumn * columns.dilation
    let inside = columns.padding...columns.padding + columns.input - 1
    var (row, column) = positions.lowerBound.quotientAndRemainder(dividingBy: columns.positions)
    var left = positions.count
    var added = 0
    while left > 0 {
      let count = min(left, columns.positions - column)
      let inputRow = row * axis.stride + tapRow * axis.dilation - axis.padding
      if rows.contains(inputRow) {
        let low = max(inside.lowerBound, column * columns.stride + shift)
        let high = min(inside.upperBound, (column + count - 1) * columns.stride + shift)
        if low <= high {
          added += insert(low...high, at: (inputRow - rows.lowerBound) * pattern.count, shift)
        }
      }
      left -= count
      (row, column) = (row + 1, 0)
    }
    return added
  }

  /// Adds the words of a padded row that lie on the shifted pattern.
  private mutating func insert(_ columns: ClosedRange<Int>, at start: Int, _ shift: Int) -> Int {
    let (skip, turn) = (shift >> 6, UInt64(shift & 63))
    let (first, last) = (columns.lowerBound >> 6, columns.upperBound >> 6)
    let pattern = pattern
    return bits.withUnsafeMutableBufferPointer { bits in
      var added = 0
      for word in first...last {
        let source = word - skip
        var mask = source < pattern.count ? pattern[source] << turn : 0
        // Swift shifts out all bits where `turn` is 0.
        if source > 0 { mask |= pattern[source - 1] >> (64 - turn) }
        if word == first { mask &= ~0 << UInt64(columns.lowerBound & 63) }
        if word == last { mask &= ~0 >> UInt64(63 - columns.upperBound & 63) }
        added += (mask & ~bits[start + word]).nonzeroBitCount
        bits[start + word] |= mask
      }
      return added
    }
  }
}
