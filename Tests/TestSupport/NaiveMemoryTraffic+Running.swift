/// The channel between DRAM and the buffers.
private struct NaiveChannel {
  struct Transfer {
    /// 0 activation, 1 weight, 2 output.
    let kind: Int
    let word: Int
    var bits: Int
    /// The step by whose end it has to be over.
    let deadline: Int
  }
  private(set) var transfers: [Transfer] = []

  /// What is due first goes first; of equals, what came first.
  mutating func add(_ kind: Int, _ words: Set<Int>, bits: Int, deadline: Int) {
    guard !words.isEmpty else { return }
    let place = transfers.firstIndex { $0.deadline > deadline } ?? transfers.count
    transfers.insert(
      contentsOf: words.sorted().map {
        Transfer(kind: kind, word: $0, bits: bits, deadline: deadline)
      }, at: place)
  }

  /// What moves in one cycle: words whose last bit did.
  mutating func cycle(_ bandwidth: Int) -> [Transfer] {
    var credit = bandwidth
    var done = 0
    while credit > 0 && done < transfers.count {
      let moved = min(credit, transfers[done].bits)
      transfers[done].bits -= moved
      credit -= moved
      if transfers[done].bits == 0 { done += 1 }
    }
    guard done > 0 else { return [] }
    defer { transfers.removeFirst(done) }
    return Array(transfers[..<done])
  }

  func isBusy(until deadline: Int) -> Bool {
    transfers.first.map { $0.deadline <= deadline } ?? false
  }
}

extension NaiveMemoryTraffic {
  /// Runs the steps one after the other, cycle by cycle.
  mutating func run() {
    var channel = NaiveChannel()
    var held: [Set<Int>] = [[], [], []]
    var coming: [Set<Int>] = [[], []]
    var lastUse: [[Int: Int]] = [[:], [:]]
    for (index, step) in program.enumerated() {
      for kind in 0..<2 { for word in step.uses[kind] { lastUse[kind][word] = index } }
    }
    func lacking(_ words: Set<Int>, _ kind: Int) -> Set<Int> {
      words.subtracting(held[kind]).subtracting(coming[kind])
    }
    /// Lets words come while the array works, if they have room beside what the buffer holds.
    func request(_ words: Set<Int>, _ kind: Int, deadline: Int) {
      let words = lacking(words, kind)
      guard machine.isDoubleBuffered,
        held[kind].count + coming[kind].count + words.count <= machine.words[kind]
      else { return }
      fetch(words, kind, deadline: deadline)
    }
    func fetch(_ words: Set<Int>, _ kind: Int, deadline: Int) {
      coming[kind].formUnion(words)
      channel.add(kind, words, bits: machine.wordBits[kind], deadline: deadline)
    }
    func cycle() -> [NaiveChannel.Transfer] {
      let done = channel.cycle(machine.bandwidth)
      for transfer in done {
        held[transfer.kind].formSymmetricDifference([transfer.word])
        if transfer.kind < 2 { coming[transfer.kind].remove(transfer.word) }
      }
      return done
    }
    func count(_ done: [NaiveChannel.Transfer]) {
      if done.isEmpty { return }
      for transfer in done {
        if transfer.kind == 2 {
          bitsWritten += machine.wordBits[2]
        } else {
          bitsRead += machine.wordBits[transfer.kind]
          if transfer.kind == 1 { weightBitsRead += machine.wordBits[transfer.kind] }
        }
      }
      for kind in 0..<3 { most[kind] = max(most[kind], held[kind].count) }
    }

    for kind in 0..<2 { fetch(program[0].uses[kind], kind, deadline: -1) }
    while channel.isBusy(until: -1) {
      count(cycle())
      stallCycles += 1
    }
    for (index, step) in program.enumerated() {
      let next = index + 1 < program.count ? program[index + 1] : nil
      let end = program[index...].lastIndex { $0.fold == step.fold } ?? index
      for kind in 0..<2 {
        precondition(step.uses[kind].isSubset(of: held[kind]), "the array lacks a word")
        // The block that the next fold holds may come during this whole fold.
        if index == 0 || program[index - 1].fold < step.fold, end + 1 < program.count {
          request(program[end + 1].block[kind], kind, deadline: end)
        }
        if let next {
          request(next.uses[kind].subtracting(next.block[kind]), kind, deadline: index)
        }
      }
      held[2].formUnion(step.makes)
      most[2] = max(most[2], held[2].count)
      for _ in 0..<step.cycles + step.waits { count(cycle()) }
      computeCycles += step.cycles
      bankStallCycles += step.waits

      // Outputs leave until a step makes others, or until the next fold ends.
      let after = program[(index + 1)...].prefix { $0.fold <= step.fold + 1 }
      let maker = after.firstIndex { !$0.makes.isEmpty }
      let made = maker.map { program[$0].makes.count } ?? 0
      let leaves = machine.isDoubleBuffered && step.makes.count + made <= machine.words[2]
      let isDue = !leaves || after.isEmpty
      if isDue { channel.add(2, step.makes, bits: machine.wordBits[2], deadline: index) }
      // Words that no step uses any more make room for those that had none.
      for kind in 0..<2 {
        held[kind] = held[kind].filter { lastUse[kind][$0, default: -1] > index }
        if let next { fetch(lacking(next.uses[kind], kind), kind, deadline: index) }
      }
      while channel.isBusy(until: index) {
        count(cycle())
        stallCycles += 1
      }
      if !isDue {
        channel.add(
          2, step.makes, bits: machine.wordBits[2], deadline: maker ?? after.endIndex - 1)
      }
    }
  }
}
