/// Places rows of vectors in memory: the first gap that is large enough, so that rows that are no
/// longer read make room for others and the whole stays in the processor's cache.
struct WaveArena {
  /// How many vectors the arena has had to have at most.
  private(set) var size: Int32 = 0
  /// Gaps below `size`, ascending, no two touching: the first `count` of each.
  private var starts: ContiguousArray<Int32> = []
  private var ends: ContiguousArray<Int32> = []

  init() {
    starts.reserveCapacity(64)
    ends.reserveCapacity(64)
  }

  mutating func allocate(_ count: Int32) -> Int32 {
    precondition(count > 0, "an empty row")
    for index in starts.indices {
      let start = starts[index]
      let rest = ends[index] - start - count
      if rest < 0 { continue }
      if rest == 0 {
        starts.remove(at: index)
        ends.remove(at: index)
      } else {
        starts[index] = start + count
      }
      return start
    }
    if let end = ends.last, end == size {
      ends.removeLast()
      let start = starts.removeLast()
      size = start + count
      return start
    }
    defer { size += count }
    return size
  }

  mutating func release(_ start: Int32, _ count: Int32) {
    let end = start + count
    var next = starts.count
    while next > 0 && starts[next - 1] > start { next -= 1 }
    let joinsBefore = next > 0 && ends[next - 1] == start
    let joinsAfter = next < starts.count && starts[next] == end
    switch (joinsBefore, joinsAfter) {
    case (true, true):
      ends[next - 1] = ends[next]
      starts.remove(at: next)
      ends.remove(at: next)
    case (true, false): ends[next - 1] = end
    case (false, true): starts[next] = start
    case (false, false):
      starts.insert(start, at: next)
      ends.insert(end, at: next)
    }
  }
}
