/// Places rows of vectors in memory: the first gap that is large enough, so that rows that are no
/// longer read make room for others and the whole stays in the processor's cache.
struct WaveArena {
  /// How many vectors the arena has had to have at most.
  private(set) var size = 0
  /// Gaps below `size`, ascending, no two touching.
  private var gaps: [Range<Int>] = []

  mutating func allocate(_ count: Int) -> Int {
    precondition(count > 0, "an empty row")
    for index in gaps.indices where gaps[index].count >= count {
      let start = gaps[index].lowerBound
      if gaps[index].count == count {
        gaps.remove(at: index)
      } else {
        gaps[index] = start + count..<gaps[index].upperBound
      }
      return start
    }
    if let last = gaps.last, last.upperBound == size {
      gaps.removeLast()
      size = last.lowerBound + count
      return last.lowerBound
    }
    defer { size += count }
    return size
  }

  mutating func release(_ row: Range<Int>) {
    let next = gaps.firstIndex { $0.lowerBound > row.lowerBound } ?? gaps.count
    var (start, end) = (row.lowerBound, row.upperBound)
    var replaced = next..<next
    if next > 0 && gaps[next - 1].upperBound == start {
      start = gaps[next - 1].lowerBound
      replaced = next - 1..<next
    }
    if next < gaps.count && gaps[next].lowerBound == end {
      end = gaps[next].upperBound
      replaced = replaced.lowerBound..<next + 1
    }
    gaps.replaceSubrange(replaced, with: CollectionOfOne(start..<end))
  }
}
