/// One fold: a stream in parts that fit the buffers, and the words that DRAM moves for it.
///
/// A part begins when its words are there. While the array works on it, the channel moves what has
/// room: first what is due at the part's end (the next part of the stream, the outputs of the part
/// before), then what is due at the fold's end (the block that the next fold holds, the outputs of the
/// fold before). What has no room moves at the part's end, while the array waits.
struct Fold {
  /// The stream: vectors, or steps along K where sums stay.
  let parts: FoldParts
  /// Cycles before the first vector of the stream and after the last one.
  let lead: Int
  let tail: Int
  /// The operands that move: one, or both where sums stay.
  let streams: (FoldStream, FoldStream)
  /// What stays in the array for the whole fold.
  let block: FoldStream
  /// The outputs that each vector of the stream completes.
  let outputs: FoldStream
  /// The outputs that the array gives at its end, where sums stay.
  let drained: Int

  var bitsRead: Int {
    fetchedBits(streams.0) + fetchedBits(streams.1) + block.fetched(0, of: 1)
      * block.buffer.wordBits
  }
  /// Of these, the operand's that stays in the array, or of activations where sums stay.
  var heldBitsRead: Int {
    block.words > 0
      ? block.fetched(0, of: 1) * block.buffer.wordBits : fetchedBits(streams.0)
  }
  var bitsWritten: Int {
    (outputs.words * parts.extent + drained) * outputs.buffer.wordBits
  }
  /// What the fold needs before it begins.
  var firstBits: Int {
    func bits(_ stream: FoldStream, _ vectors: Int) -> Int {
      stream.fetched(0, of: vectors) * stream.buffer.wordBits
    }
    return bits(streams.0, parts.size(0)) + bits(streams.1, parts.size(0)) + bits(block, 1)
  }

  /// What the fold before has to know of it.
  struct Start {
    /// Words that DRAM sends for the first part of each stream, and for the block.
    let streams: (Int, Int)
    let block: Int
    /// Words of outputs of the first part that has some.
    let outputs: Int
  }

  var start: Start {
    let size = parts.size(0)
    return Start(
      streams: (streams.0.fetched(0, of: size), streams.1.fetched(0, of: size)),
      block: block.fetched(0, of: 1), outputs: firstOutputs)
  }

  private func fetchedBits(_ stream: FoldStream) -> Int {
    guard stream.isFetched else { return 0 }
    return (stream.inputs?.fetched ?? stream.words * parts.extent) * stream.buffer.wordBits
  }

  var lastPart: Int { parts.size(parts.count - 1) }
  /// Words of outputs of the first part that has some, and of the last part.
  var firstOutputs: Int { outputs.words * parts.size(0) + drained }
  var lastOutputs: Int { outputs.words * lastPart + drained }

  /// Bits that move under a part and bits that wait for its end.
  private struct Transfer {
    var due = 0
    var waiting = 0

    mutating func add(_ bits: Int, overlaps: Bool) {
      if overlaps { due += bits } else { waiting += bits }
    }

    /// Words that a buffer has to get beside words that stay.
    mutating func add(_ words: Int, to buffer: FoldBuffer, beside others: Int) {
      add(words * buffer.wordBits, overlaps: buffer.overlaps(words, beside: others))
    }

    /// Words of both streams that come while the array works on a part of a fold.
    mutating func add(_ words: (Int, Int), to fold: Fold, part: Int) {
      let (one, other) = fold.streams
      let size = fold.parts.size(part)
      add(words.0, to: one.buffer, beside: one.words(part, of: size))
      add(words.1, to: other.buffer, beside: other.words(part, of: size))
    }
  }

  /// The compute cycles of a part, from the fold's first one on.
  func cycles(ofPart index: Int) -> Range<Int> {
    let start = lead + parts.start(index)
    let end = start + parts.size(index)
    return (index == 0 ? 0 : start)..<(index == parts.count - 1 ? end + tail : end)
  }

  /// How many parts from one on are alike: each begins, ends and is served by the banks as the next.
  private func alike(_ index: Int, _ conflicts: BankConflicts) -> Int {
    guard index >= 1, index < parts.count - 2, let size = parts.equalSize else { return 1 }
    let cycles = cycles(ofPart: index)
    let end = conflicts.end(cycles.lowerBound) ?? .max
    return max(1, min(parts.count - 2 - index, (end - cycles.lowerBound) / size))
  }

  /// Calls a body with one of each kind of part, and how many it stands for.
  @inline(__always)
  private func forEachPart(
    _ conflicts: BankConflicts?, _ body: (_ index: Int, _ weight: Int) -> Void
  ) {
    guard let conflicts else {
      for number in 0..<parts.representatives {
        let (index, weight) = parts.representative(number)
        body(index, weight)
      }
      return
    }
    var index = 0
    while index < parts.count {
      let weight = alike(index, conflicts)
      body(index, weight)
      index += weight
    }
  }

  /// The cycles that the array waits for DRAM, from this fold's begin to the next one's.
  ///
  /// - Parameters:
  ///   - previous: words of outputs that the fold before leaves; nil before the first fold.
  ///   - conflicts: whose cycles the channel uses too.
  func stall(
    after previous: Int?, before next: Start?, bitsPerCycle: Int, conflicts: BankConflicts?
  ) -> Int {
    let wordBits = outputs.buffer.wordBits
    // Due at the end of the fold; and of its first part, which needs the room of these outputs.
    var background = 0
    var leaving = 0
    if let previous, outputs.buffer.overlaps(previous, beside: firstOutputs) {
      if outputs.words > 0 {
        leaving = previous * wordBits
      } else {
        background = previous * wordBits
      }
    }
    var block = Transfer()
    if let next {
      block.add(next.block, to: self.block.buffer, beside: self.block.words(0, of: 1))
    }
    background += block.due

    var stall = 0
    forEachPart(conflicts) { index, weight in
      let size = parts.size(index)
      let isLast = index == parts.count - 1
      var cycles = size + (index == 0 ? lead : 0) + (isLast ? tail : 0)
      if let conflicts { cycles += conflicts.extra(self.cycles(ofPart: index)) }
      var transfer = Transfer()
      if index == 0 {
        transfer.due += leaving
      } else {
        let before = outputs.words * parts.size(index - 1)
        if outputs.buffer.overlaps(before, beside: outputs.words * size) {
          transfer.due += before * wordBits
        }
      }
      if isLast {
        transfer.waiting += block.waiting
        transfer.due += max(0, background)
        if let next { transfer.add(next.streams, to: self, part: index) }
        let stays = next.map { outputs.buffer.overlaps(lastOutputs, beside: $0.outputs) }
        if stays != true { transfer.waiting += lastOutputs * wordBits }
      } else {
        let following = parts.size(index + 1)
        let fetched = (
          streams.0.fetched(index + 1, of: following), streams.1.fetched(index + 1, of: following)
        )
        transfer.add(fetched, to: self, part: index)
        let made = outputs.words * size
        if !outputs.buffer.overlaps(made, beside: outputs.words * following) {
          transfer.waiting += made * wordBits
        }
      }
      let under = cycles * bitsPerCycle
      let late = max(0, transfer.due - under) + transfer.waiting
      let wait = (late + bitsPerCycle - 1) / bitsPerCycle
      stall += weight * wait
      background -= weight * (max(0, under - transfer.due) + wait * bitsPerCycle - late)
    }
    return stall
  }
}
