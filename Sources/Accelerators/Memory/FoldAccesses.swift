/// When a fold takes words from the buffers' banks and gives them some: cycles count from the fold's
/// first one.
struct FoldAccesses {
  /// A whole vector at once, one a cycle: the operand on its way to where it stays, sums that drain.
  struct Rows {
    let buffer: BankedBuffer
    let words: Int
    let cycles: Range<Int>
  }

  /// A stream of vectors whose words are wanted one after the other: word g of vector v in cycle
  /// `delays[g]` + v.
  struct Stream {
    let buffer: BankedBuffer
    let delays: [Int]
    let vectors: Int
  }

  var rows: [Rows] = []
  var streams: [Stream] = []

  /// - Parameter place: whose partial sizes count.
  init(_ schedule: FoldSchedule, _ place: FoldSchedule.Place) {
    let (outer, outputs) = (schedule.outer.size(place.outer), schedule.middle.size(place.middle))
    let depth = schedule.inner.size(place.inner)
    let rows = schedule.rows
    if schedule.isOutputStationary {
      add(schedule.heldBanks, operands: outer, from: 0, vectors: depth)
      add(schedule.movingBanks, operands: outputs, from: 0, vectors: depth)
      if let buffer = schedule.outputBanks {
        // The bottom row leaves first.
        let end = schedule.cycles(place)
        self.rows.append(
          Rows(buffer: buffer, words: buffer.words(outputs), cycles: end - outer..<end))
      }
      return
    }
    if let buffer = schedule.heldBanks {
      self.rows.append(
        Rows(buffer: buffer, words: buffer.words(outputs), cycles: rows - depth..<rows))
    }
    add(schedule.movingBanks, operands: depth, from: rows, vectors: outer)
    if place.inner == schedule.inner.count - 1, let buffer = schedule.outputBanks {
      // Sums leave column by column, a cycle after they left the last row.
      streams.append(
        Stream(
          buffer: buffer,
          delays: (0..<buffer.words(outputs)).map {
            2 * rows + schedule.pipeline + 2 + min(outputs, ($0 + 1) * buffer.operands) - 1
          }, vectors: outer))
    }
  }

  private mutating func add(_ buffer: BankedBuffer?, operands: Int, from: Int, vectors: Int) {
    guard let buffer else { return }
    streams.append(
      Stream(
        buffer: buffer, delays: (0..<buffer.words(operands)).map { from + $0 * buffer.operands },
        vectors: vectors))
  }
}
