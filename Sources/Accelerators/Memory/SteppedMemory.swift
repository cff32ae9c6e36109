/// The buffers and the DRAM channel of an array that is stepped register by register.
///
/// Before each of the array's cycles it says how long the array stands still: until the words of a part
/// have come, and until the banks have served what the cycle asks for. In each cycle, standing or
/// working, the channel moves its bits. Every access has its address, every bank counts its own.
/// Models.md has the rules and a timeline.
struct SteppedMemory {
  private let schedule: FoldSchedule
  private var channel: DRAMChannel
  private var banks = BankAccesses()
  private(set) var stalls = StallCounts()

  /// The fold that the array works on, and its accesses.
  private var place = FoldSchedule.Place()
  private var fold: Fold
  private var accesses: FoldAccesses
  private var next: Fold?
  /// The next cycle of the fold, the end of its present part, that part's number, and the number of
  /// all parts before.
  private var cycle = 0
  private var end = 0
  private var index = -1
  private var partsBefore = 0
  private var isStarted = false
  /// Bits that move at the end of the present part, because they had no room before.
  private var waiting = 0

  /// Of one product; of a convolution's, whose activations are the input's words.
  init(
    _ spec: AcceleratorSpec, _ shape: MatrixShape, convolution: ConvolutionGeometry? = nil
  ) {
    schedule = FoldSchedule(spec, shape, .physical, convolution: convolution)
    channel = DRAMChannel(bitsPerCycle: spec.dramBitsPerCycle)
    fold = schedule.fold(place)
    accesses = FoldAccesses(schedule, place)
    next = schedule.next(place).map(schedule.fold)
  }

  var dramBits: Int { channel.bitsMoved }

  /// The cycles that the array stands still before its next cycle.
  mutating func advance() -> Int {
    var standing = 0
    if !isStarted {
      isStarted = true
      channel.add(fold.firstBits, deadline: -1)
      standing += channel.finish(deadline: -1)
      beginPart()
    } else if cycle == end {
      standing += endPart()
      if index == fold.parts.count - 1 { beginFold() }
      beginPart()
    }
    stalls.dramCycles += standing
    let extra = schedule.hasBanks ? banks.cycles(accesses, cycle: cycle) - 1 : 0
    stalls.bankCycles += extra
    for _ in 0...extra { channel.step() }
    cycle += 1
    return standing + extra
  }

  /// So many of the array's cycles.
  mutating func advance(_ cycles: Int64) {
    for _ in 0..<cycles { _ = advance() }
  }

  /// The cycles that the last outputs take to leave.
  mutating func finish() -> Int {
    precondition(cycle == end && next == nil, "the array has not finished")
    let standing = endPart()
    stalls.dramCycles += standing
    return standing
  }

  private mutating func beginFold() {
    partsBefore += fold.parts.count
    guard let following = schedule.next(place), let next else { return }
    place = following
    fold = next
    accesses = FoldAccesses(schedule, place)
    self.next = schedule.next(place).map(schedule.fold)
    (cycle, index) = (0, -1)
  }

  /// Asks for what the next part needs, if it has room beside what this one has.
  private mutating func beginPart() {
    index += 1
    end = fold.cycles(ofPart: index).upperBound
    waiting = 0
    let part = partsBefore + index
    let isLast = index == fold.parts.count - 1
    if let next, index == 0 || isLast {
      let buffer = next.block.buffer
      let words = next.block.fetched(0, of: 1)
      let overlaps = buffer.overlaps(words, beside: fold.block.words(0, of: 1))
      if index == 0, overlaps {
        channel.add(words * buffer.wordBits, deadline: partsBefore + fold.parts.count - 1)
      }
      if isLast, !overlaps { waiting += words * buffer.wordBits }
    }
    let size = fold.parts.size(index)
    if !isLast {
      ask(fold.streams, index + 1, fold.parts.size(index + 1), beside: size, part)
    } else if let next {
      ask(next.streams, 0, next.parts.size(0), beside: size, part)
    }
  }

  private mutating func ask(
    _ streams: (FoldStream, FoldStream), _ next: Int, _ vectors: Int, beside others: Int,
    _ part: Int
  ) {
    for (stream, before) in [(streams.0, fold.streams.0), (streams.1, fold.streams.1)] {
      let words = stream.fetched(next, of: vectors)
      let bits = words * stream.buffer.wordBits
      if stream.buffer.overlaps(words, beside: before.words(index, of: others)) {
        channel.add(bits, deadline: part)
      } else {
        waiting += bits
      }
    }
  }

  /// Waits for what is due at a part's end.
  private mutating func endPart() -> Int {
    let part = partsBefore + index
    let buffer = fold.outputs.buffer
    let isLast = index == fold.parts.count - 1
    let made = fold.outputs.words * fold.parts.size(index) + (isLast ? fold.drained : 0)
    // Outputs may leave until others need their room: in the next part, or at the next fold's end.
    let following: Int
    var deadline: Int? = part + 1
    if !isLast {
      following = fold.outputs.words * fold.parts.size(index + 1)
    } else if let next {
      following = next.firstOutputs
      if next.outputs.words == 0 { deadline = part + next.parts.count }
    } else {
      (following, deadline) = (0, nil)
    }
    if !buffer.overlaps(made, beside: following) { deadline = nil }
    channel.add(waiting, deadline: part)
    if deadline == nil { channel.add(made * buffer.wordBits, deadline: part) }
    let standing = channel.finish(deadline: part)
    if let deadline { channel.add(made * buffer.wordBits, deadline: deadline) }
    return standing
  }
}
