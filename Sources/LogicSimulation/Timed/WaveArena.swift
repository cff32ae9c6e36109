/// Places rows of vectors in memory: the first gap that is large enough, so that rows that are no
/// longer read make room for others and the whole stays in the processor's cache.
struct WaveArena {
  /// How many vectors the arena has had to have at most.
  private(set) var size: Int32 = 0
  /// Gaps below `size`, ascending, no two touching: the first `count` of each.
  private let starts, ends: UnsafeMutablePointer<Int32>
  private var count = 0
  private let capacity: Int

  /// - Parameter memory: outlives the arena.
  init(in memory: ScheduleMemory) {
    (starts, ends, capacity) = (memory.gapStarts, memory.gapEnds, memory.gapCapacity)
  }

  mutating func allocate(_ length: Int32) -> Int32 {
    precondition(length > 0, "an empty row")
    for index in 0..<count {
      let start = starts[index]
      let rest = ends[index] - start - length
      if rest < 0 { continue }
      if rest == 0 {
        remove(at: index)
      } else {
        starts[index] = start + length
      }
      return start
    }
    if count > 0, ends[count - 1] == size {
      count -= 1
      size = starts[count] + length
      return starts[count]
    }
    defer { size += length }
    return size
  }

  mutating func release(_ start: Int32, _ length: Int32) {
    let end = start + length
    var next = count
    while next > 0 && starts[next - 1] > start { next -= 1 }
    let joinsBefore = next > 0 && ends[next - 1] == start
    let joinsAfter = next < count && starts[next] == end
    switch (joinsBefore, joinsAfter) {
    case (true, true):
      ends[next - 1] = ends[next]
      remove(at: next)
    case (true, false): ends[next - 1] = end
    case (false, true): starts[next] = start
    case (false, false):
      precondition(count < capacity, "more gaps than rows")
      for index in stride(from: count, to: next, by: -1) {
        starts[index] = starts[index - 1]
        ends[index] = ends[index - 1]
      }
      (starts[next], ends[next]) = (start, end)
      count += 1
    }
  }

  private mutating func remove(at index: Int) {
    count -= 1
    for next in index..<count {
      starts[next] = starts[next + 1]
      ends[next] = ends[next + 1]
    }
  }
}
